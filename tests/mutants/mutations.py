"""Every mutant of the judged code, by mutmut's operators, in an order that only the code decides.

Only the operators of mutmut are used. Its own runner forks a process that has run the tests once,
which the connections and event loop of our fixtures do not survive.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

JUDGED = (
    "shared/**/*.py",
    "services/*/domain.py",
    "services/*/handlers.py",
    "services/*/handlers/*.py",
)
# Definitions, which every import runs, and assertions, which are for the type checker.
_NOT_JUDGED = (libcst.Annotation, libcst.Decorator, libcst.Parameters, libcst.Assert)
_LOGGERS = ("log", "_log")


@dataclass(frozen=True)
class Mutant:
    """One change of one file, and the lines of the function around it."""

    path: str
    digest: str
    number: int
    line: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """Name it within one state of its file."""
        return f"{self.path}:{self.number}:{self.digest}"


def mutants(project: Path) -> list[Mutant]:
    """List the mutants of every judged file."""
    paths = sorted({path for pattern in JUDGED for path in project.glob(pattern)})
    names = [path.relative_to(project).as_posix() for path in paths]
    return [mutant for name in names for mutant in _Visitor.of(project, name).mutants]


def mutated(project: Path, mutant: Mutant) -> str:
    """Return the code of a mutant's file with the mutant in it."""
    visitor = _Visitor.of(project, mutant.path)
    original, changed = visitor.changes[mutant.number]
    module = visitor.module.deep_replace(original, changed)
    assert isinstance(module, libcst.Module)
    return module.code


class _Visitor(libcst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path = path
        self.digest = sha256(text.encode()).hexdigest()[:8]
        self.module: libcst.Module
        self.functions: list[range] = []
        self.mutants: list[Mutant] = []
        self.changes: list[tuple[libcst.CSTNode, libcst.CSTNode]] = []

    @classmethod
    @lru_cache
    def of(cls, project: Path, path: str) -> "_Visitor":
        text = (project / path).read_text()
        wrapper = MetadataWrapper(libcst.parse_module(text))
        visitor = cls(path, text)
        visitor.module = wrapper.module
        wrapper.visit(visitor)
        return visitor

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, _NOT_JUDGED) or _is_logging(node):
            return False
        if isinstance(node, libcst.FunctionDef):
            lines = self.get_metadata(PositionProvider, node.body)
            self.functions.append(range(lines.start.line, lines.end.line + 1))
        elif self.functions:
            for changed in _changes(node):
                line = self.get_metadata(PositionProvider, node).start.line
                around = self.functions[-1]
                where = line, around.start, around.stop - 1
                self.mutants.append(Mutant(self.path, self.digest, len(self.changes), *where))
                self.changes.append((node, changed))
        return True

    def on_leave(self, original_node: libcst.CSTNode) -> None:
        if isinstance(original_node, libcst.FunctionDef):
            self.functions.pop()


def _changes(node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


def _is_logging(node: libcst.CSTNode) -> bool:
    match node:
        case libcst.Call(func=libcst.Attribute(value=libcst.Name(value=name))):
            return name in _LOGGERS
    return False
