"""A plugin of pytest: judges mutants, each in a fork of a process that has collected the tests.

The parent only imports and collects, and so has no connection, thread or event loop that would not
survive a fork. A child exchanges the code of the functions that stand in memory; the file of the
copy changes too, for tests that start processes.
"""

import contextlib
import gc
import json
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType
from typing import cast

import pytest

from tests.mutants import seen
from tests.mutants.mutations import Mutant, mutated

FORK = multiprocessing.get_context("fork")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Judge each mutant of a file, and note whether it is killed."""
    sound: set[str] = set()  # tests that have passed here without a mutant
    for mutant, tests, limit in pickle.loads(Path(os.environ["MUTANTS"]).read_bytes()):  # noqa: S301 - written by our parent
        items = [item for test in tests for item in session.items if _is_of(item, test)]
        with _in_file(mutant):
            killer = _killer(mutant, items, limit)
        if killer is not None and killer not in sound:
            judges = [item for item in items if killer in ("", item.nodeid)]
            if _killer(None, judges, limit / 2) is not None:
                _say(f"unclear  {mutant.path}:{mutant.line} fails without it: {killer or tests}")
                continue
            sound |= {killer} - {""}
        with Path(os.environ["RESULTS"]).open("a") as file:
            file.write(json.dumps([mutant.name, killer is not None]) + "\n")
        _say(f"{'survives' if killer is None else 'killed  '} {mutant.path}:{mutant.line}")
    return True


def _is_of(item: pytest.Item, test: str) -> bool:
    return test in (item.nodeid, item.nodeid.partition("::")[0])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _killer(mutant: Mutant | None, items: Sequence[pytest.Item], limit: float) -> str | None:
    """Return the first test that fails; "" if the process dies or its time ends."""
    ours, theirs = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_run, args=(mutant, items, theirs))
    child.start()
    theirs.close()
    try:
        if ours.poll(limit):
            return cast("str | None", ours.recv())
        os.killpg(child.pid or 0, signal.SIGKILL)
    except EOFError:
        pass
    finally:
        child.join()
    return ""


def _run(mutant: Mutant | None, items: Sequence[pytest.Item], answer: Connection) -> None:
    os.setsid()
    log = os.open("output.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if mutant:
        _in_memory(mutant)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if seen.FAILED:
            break
    with contextlib.suppress(Exception):
        items[0].session._setupstate.teardown_exact(None)  # noqa: SLF001 - what the last test does
    answer.send(next(iter(seen.FAILED), None))
    os._exit(0)  # a test that failed may leave a thread


@contextmanager
def _in_file(mutant: Mutant) -> Iterator[None]:
    file = Path(mutant.path)
    original, times = file.read_text(), file.stat()
    file.write_text(mutated(Path(), mutant))
    yield
    file.write_text(original)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _in_memory(mutant: Mutant) -> None:
    file = Path(mutant.path).resolve()
    new = {_place(code): code for code in _inside(compile(file.read_text(), file, "exec"))}
    for function in gc.get_objects():
        if type(function) is FunctionType and function.__code__.co_filename == str(file):
            with contextlib.suppress(ValueError):  # a closure over other variables
                function.__code__ = new.get(_place(function.__code__), function.__code__)


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno
