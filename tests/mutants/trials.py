"""A copy of the tree whose tests run once for each mutant, on servers that stay up."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from coverage import CoverageData

from deploy.local.instance import LOCAL, PROJECT
from deploy.local.servers import Servers, passing_servers
from tests.mutants.mutations import Mutant

HOME = LOCAL / "mutants"
RESULTS = HOME / "results.jsonl"
# What runs the judged code in the tests' own process; coverage sees no other.
FOLDERS = ("shared", "services/invitations", "services/tickets", "services/scheduler")
# What starts processes: judges a mutant that no test runs in its own process.
PROCESSES = (
    "tests/shared/test_log.py",
    "tests/shared/test_service.py",
    "tests/services/test_start.py",
)
MEASURING_SECONDS = 40 * 60.0
PROCESSES_SECONDS = 60.0
# A private database and vhost for one more file of tests.
FILE_SECONDS = 3.0


@dataclass(frozen=True)
class Tests:
    """The tests that pass, their seconds, and the lines that each one runs."""

    seconds: Mapping[str, float]
    covered: CoverageData
    copy: Path

    def of(self, mutant: Mutant, most_seconds: float) -> tuple[Sequence[str], float]:
        """Return the tests that run the mutant's function, and their time limit.

        First those of the module's own file, then those that run the very line, then the fastest.
        Those of its module are among them if they start processes, whose lines coverage misses.
        """
        lines = self.covered.contexts_by_lineno(str(self.copy / mutant.path))
        around = range(mutant.first, mutant.last + 1)
        reached = {test for line in around for test in lines.get(line, ())} & set(self.seconds)
        chosen: list[str] = []
        seconds = 0.0
        exact, module = set(lines.get(mutant.line, ())), Path(mutant.path).stem

        def place(test: str) -> tuple[bool, bool, float]:
            return module not in _file(test), test not in exact, self.seconds[test]

        for test in sorted(reached, key=place):
            is_new = _file(test) not in map(_file, chosen)
            seconds += self.seconds[test] + FILE_SECONDS * is_new
            if chosen and seconds > most_seconds:
                break
            chosen.append(test)
        own = [
            file
            for file in PROCESSES
            if file == mutant.path.replace("shared/", "tests/shared/test_")
        ]
        if not chosen or own:
            return [*chosen, *(own or PROCESSES)], 30 + 4 * (seconds + PROCESSES_SECONDS)
        files = list(dict.fromkeys(map(_file, chosen)))
        return sorted(chosen, key=lambda test: files.index(_file(test))), 30 + 4 * seconds


class Ground:
    """A copy of the tree and the servers that its tests run on."""

    def __init__(self, copy: Path, servers: Servers) -> None:
        self._copy = copy
        address, self._seen = copy / "servers.pickle", copy / "seen.json"
        address.write_bytes(pickle.dumps(replace(servers, processes=[])))
        self._environment = {
            **os.environ,
            "RUNNING_SERVERS": str(address),
            "SEEN_TESTS": str(self._seen),
            "RESULTS": str(RESULTS),
            "MUTANTS": str(copy / "mutants.pickle"),
        }

    def measure(self, covered: Path, files: Iterable[str]) -> tuple[dict[str, float], list[str]]:
        """Run tests once, and add to what is known of their lines.

        Returns the seconds of each test that passes, and those that fail.
        """
        coverage = ["coverage", "run", "--append", f"--data-file={covered}"]
        self._pytest([*coverage, "--source=shared,services", "-m", "pytest"], files)
        seen = json.loads(self._seen.read_text())
        return seen["passed"], seen["failed"]

    def judge(self, mutants: Iterable[Mutant], most_seconds: float) -> None:
        """Let the tests judge mutants, and note in RESULTS whether each is killed."""
        known = tests()
        trials = [(mutant, *known.of(mutant, most_seconds)) for mutant in mutants]
        (self._copy / "mutants.pickle").write_bytes(pickle.dumps(trials))
        files = sorted({*_test_files(), *PROCESSES})
        self._pytest(["pytest"], ["-s", "-p", "tests.mutants.forks", *files])

    def _pytest(self, command: Sequence[str], words: Iterable[str]) -> None:
        plugins = ["-p", "no:cacheprovider", "-p", "tests.mutants.seen"]
        subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", *command, "-n0", "-q", *plugins, *words],
            cwd=self._copy,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            timeout=MEASURING_SECONDS if "coverage" in command else None,
            check=False,
        )


@contextmanager
def ground(name: str) -> Iterator[Ground]:
    """Copy the tree and start servers."""
    copy = HOME / name
    shutil.rmtree(copy, ignore_errors=True)
    unwanted = shutil.ignore_patterns(".*", "__pycache__", "docs")
    shutil.copytree(PROJECT, copy, ignore=unwanted, symlinks=True)
    with passing_servers("mutants/servers") as servers:
        yield Ground(copy, servers)


def measure() -> None:
    """Measure what each test runs, unless that was done for this state of the code."""
    seen, covered = _measured()
    known = json.loads(seen.read_text()) if seen.exists() else {"files": {}, "passed": {}}
    files = {name: _digest([PROJECT / name]) for name in _test_files()}
    changed = [name for name, digest in files.items() if known["files"].get(name) != digest]
    if not changed:
        return
    with ground("copy") as copy:
        passed, failed = copy.measure(covered, changed)
    for name in {_file(test) for test in failed}:
        del files[name]  # it is measured again next time: the machine may have been busy
    same = {test: s for test, s in known["passed"].items() if _file(test) not in changed}
    seen.write_text(json.dumps({"files": files, "passed": same | passed}))


def tests() -> Tests:
    """Read what was measured, once in each process: coverage empties its file after a fork."""
    seen, path = _measured()
    covered = CoverageData(str(path))
    covered.read()
    return Tests(json.loads(seen.read_text())["passed"], covered, HOME / "copy")


def _measured() -> tuple[Path, Path]:
    """Return what was measured of this state of the judged code, of any state of the tests."""
    code = [file for name in ("shared", "services") for file in (PROJECT / name).rglob("*.py")]
    return HOME / f"seen-{_digest(code)}.json", HOME / f"covered-{_digest(code)}"


def _test_files() -> list[str]:
    found = [file for name in FOLDERS for file in (PROJECT / "tests" / name).glob("test_*.py")]
    names = sorted(file.relative_to(PROJECT).as_posix() for file in found)
    return [name for name in names if not name.endswith("/test_process.py")]  # kills what it starts


def _digest(files: Iterable[Path]) -> str:
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:10]


def _file(test: str) -> str:
    return test.partition("::")[0]
