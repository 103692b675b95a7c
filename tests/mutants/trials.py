"""A copy of the tree whose tests run once for each mutant, on servers that stay up."""

import compileall
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import redis
from coverage import CoverageData

from deploy.local.instance import LOCAL, PROJECT
from deploy.local.servers import Servers, passing_servers
from tests.mutants.mutations import Mutant, mutated

HOME = LOCAL / "mutants"
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
# Seconds of tests for a mutant: the fastest of those that reach its function.
MOST_SECONDS = 20.0
# A private database and vhost for one more file of tests.
FILE_SECONDS = 3.0
# pytest's exit codes: a test failed, or a module could not be imported.
_FAILURES = (1, 2)


@dataclass(frozen=True)
class Tests:
    """The tests that pass, their seconds, and the lines that each one runs."""

    seconds: Mapping[str, float]
    covered: CoverageData
    copy: Path

    def of(self, mutant: Mutant) -> tuple[Sequence[str], float]:
        """Return the tests that run the mutant's function, and the seconds that they take.

        They are the fastest, file by file.
        """
        lines = self.covered.contexts_by_lineno(str(self.copy / mutant.path))
        around = range(mutant.first, mutant.last + 1)
        reached = {test for line in around for test in lines.get(line, ())} & set(self.seconds)
        chosen: list[str] = []
        seconds = 0.0
        for test in sorted(reached, key=lambda test: (self.seconds[test], test)):
            is_new = _file(test) not in map(_file, chosen)
            seconds += self.seconds[test] + FILE_SECONDS * is_new
            if chosen and seconds > MOST_SECONDS:
                break
            chosen.append(test)
        if not chosen:
            return PROCESSES, PROCESSES_SECONDS
        files = list(dict.fromkeys(map(_file, chosen)))
        return sorted(chosen, key=lambda test: files.index(_file(test))), seconds


@dataclass(frozen=True)
class Run:
    """How a run of tests ended: without a code if its time ran out."""

    code: int | None
    seconds: float
    passed: Mapping[str, float]
    failed: Sequence[str]


class UnclearError(Exception):
    """The unchanged code fails these tests too, or pytest itself failed."""


class Ground:
    """A copy of the tree and the servers that its tests run on."""

    def __init__(self, copy: Path, servers: Servers) -> None:
        self._copy = copy
        self._servers = servers
        self._address = copy / "servers.pickle"
        self._address.write_bytes(pickle.dumps(replace(servers, processes=[])))
        self._seen = copy / "seen.json"
        self._sound: set[str] = set()  # tests that passed without a mutant

    def measure(self, covered: Path, files: Iterable[str]) -> Mapping[str, float]:
        """Run tests once, add to what is known of their lines, and return the seconds of each."""
        covering = ["--append", f"--data-file={covered}", "--source=shared,services"]
        words = ["coverage", "run", *covering, "-m", "pytest", *files]
        run = self._run(words, MEASURING_SECONDS)
        if run.code not in (0, *_FAILURES):
            raise UnclearError(f"the measuring run ended with {run.code}")
        return run.passed

    def killer(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> str | None:
        """Return a test that fails, or takes much too long, with the mutant in place."""
        limit = 30 + 4 * seconds
        run = self._run_mutated(mutant, tests, limit)
        if run.code is None:
            control = self._run(["pytest", *tests], limit / 2)
            return tests[0] if control.code == 0 else self._unclear("without the mutant", control)
        if run.code not in (0, *_FAILURES):
            return self._unclear("with the mutant", run)
        return next(iter(run.failed), tests[0]) if run.code else None

    def sound(self, tests: Iterable[str]) -> set[str]:
        """Return those of the tests that pass without a mutant."""
        if unknown := set(tests) - self._sound:
            self._sound |= self._run(
                ["pytest", *sorted(unknown)], 60 + 60.0 * len(unknown)
            ).passed.keys()
        return self._sound & set(tests)

    @staticmethod
    def _unclear(when: str, run: Run) -> NoReturn:
        raise UnclearError(f"pytest ended with {run.code} {when}")

    def _run_mutated(self, mutant: Mutant, tests: Sequence[str], limit: float) -> Run:
        file = self._copy / mutant.path
        original, times = file.read_text(), file.stat()
        file.write_text(mutated(self._copy, mutant))
        try:
            return self._run(["pytest", "-x", *tests], limit)
        finally:
            file.write_text(original)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _run(self, words: Sequence[str], limit: float) -> Run:
        with redis.Redis.from_url(self._servers.redis_url()) as cache:
            cache.flushall()
        self._seen.unlink(missing_ok=True)
        log = (self._copy / "output.log").open("wb")
        # Those that load themselves take most of the time in which pytest starts.
        names = ("no:cacheprovider", "xdist.plugin", "pytest_asyncio.plugin", "tests.mutants.seen")
        plugins = [word for name in names for word in ("-p", name)]
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", *words, "-n0", "-q", *plugins],
            cwd=self._copy,
            env={
                **os.environ,
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "RUNNING_SERVERS": str(self._address),
                "SEEN_TESTS": str(self._seen),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            log.close()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seen = json.loads(self._seen.read_text()) if self._seen.exists() else {}
        seconds = time.monotonic() - began
        return Run(code, seconds, seen.get("passed", {}), seen.get("failed", ()))


@contextmanager
def ground(name: str) -> Iterator[Ground]:
    """Copy the tree and start servers."""
    copy = HOME / name
    shutil.rmtree(copy, ignore_errors=True)
    unwanted = shutil.ignore_patterns(".*", "__pycache__", "docs")
    shutil.copytree(PROJECT, copy, ignore=unwanted, symlinks=True)
    compileall.compile_dir(copy, quiet=1)  # a mutant has another time than its file's bytecode
    with passing_servers("mutants/servers") as servers:
        yield Ground(copy, servers)


def measure() -> None:
    """Measure what each test runs, unless that was done for this state of the code."""
    seen, covered = _measured()
    known = json.loads(seen.read_text()) if seen.exists() else {"files": {}, "passed": {}}
    files = {str(file.relative_to(PROJECT)): _digest([file]) for file in _test_files()}
    changed = [file for file, digest in files.items() if known["files"].get(file) != digest]
    if not changed:
        return
    with ground("first") as first:
        passed = first.measure(covered, changed)
    same = {test: s for test, s in known["passed"].items() if _file(test) not in changed}
    seen.write_text(json.dumps({"files": files, "passed": {**same, **passed}}))


def tests() -> Tests:
    """Read what was measured, once in each process: coverage empties its file after a fork."""
    seen, path = _measured()
    covered = CoverageData(str(path))
    covered.read()
    return Tests(json.loads(seen.read_text())["passed"], covered, HOME / "first")


def _measured() -> tuple[Path, Path]:
    """Return what was measured of this state of the judged code, of any state of the tests."""
    code = [file for name in ("shared", "services") for file in (PROJECT / name).rglob("*.py")]
    return HOME / f"seen-{_digest(code)}.json", HOME / f"covered-{_digest(code)}"


def _test_files() -> list[Path]:
    folders = [PROJECT / "tests" / name for name in FOLDERS]
    found = [file for folder in folders for file in sorted(folder.glob("test_*.py"))]
    return [file for file in found if file.name != "test_process.py"]  # it kills what it starts


def _digest(files: Iterable[Path]) -> str:
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()[:10]


def _file(test: str) -> str:
    return test.partition("::")[0]
