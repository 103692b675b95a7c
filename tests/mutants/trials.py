"""A copy of the tree whose tests run once for each mutant, on servers that stay up."""

import compileall
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import redis
from coverage import CoverageData

from deploy.local.instance import LOCAL, PROJECT
from deploy.local.servers import Servers, passing_servers
from tests.mutants.mutations import Mutant, mutated

HOME = LOCAL / "mutants"
# What runs the judged code in the tests' own process; coverage sees no other.
TESTS = (
    "tests/shared",
    *(f"tests/services/{name}" for name in ("invitations", "tickets", "scheduler")),
)
# Seconds of tests for a mutant: the fastest of those that reach its function.
MOST_SECONDS = 60.0
_SEEN = HOME / "seen.json"
_COVERED = HOME / "covered"


@dataclass(frozen=True)
class Tests:
    """The tests that pass, their seconds, and the lines that each one runs."""

    seconds: Mapping[str, float]
    covered: CoverageData
    copy: Path

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the mutant's function: the fastest, file by file."""
        lines = self.covered.contexts_by_lineno(str(self.copy / mutant.path))
        around = range(mutant.first, mutant.last + 1)
        reached = {test for line in around for test in lines.get(line, ())} & set(self.seconds)
        chosen, seconds = [], 0.0
        for test in sorted(reached, key=lambda test: (self.seconds[test], test)):
            seconds += self.seconds[test]
            if chosen and seconds > MOST_SECONDS:
                break
            chosen.append(test)
        files = list(dict.fromkeys(test.partition("::")[0] for test in chosen))
        return sorted(chosen, key=lambda test: files.index(test.partition("::")[0]))


class Ground:
    """A copy of the tree and the servers that its tests run on."""

    def __init__(self, copy: Path, servers: Servers) -> None:
        self._copy = copy
        self._servers = servers
        self._address = copy / "servers.pickle"
        self._address.write_bytes(pickle.dumps(replace(servers, processes=[])))

    def measure(self) -> None:
        """Run every test once, and keep which lines each one runs."""
        covering = ["coverage", "run", f"--data-file={_COVERED}", "--source=shared,services"]
        plugin = ["-p", "tests.mutants.seen", "--ignore-glob=*/test_process.py"]
        self._run([*covering, "-m", "pytest", *plugin, *TESTS], None)

    def is_killed(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> bool:
        """Tell whether a test fails, or the tests take much too long, with the mutant in place."""
        file = self._copy / mutant.path
        original, times = file.read_text(), file.stat()
        file.write_text(mutated(self._copy, mutant))
        try:
            return self._run(["pytest", "-x", *tests], 30 + 5 * seconds) != 0
        finally:
            file.write_text(original)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _run(self, words: Sequence[str], timeout: float | None) -> int:
        with redis.Redis.from_url(self._servers.redis_url()) as cache:
            cache.flushall()
        log = (self._copy / "output.log").open("wb")
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", *words, "-n0", "-q", "-p", "no:cacheprovider"],
            cwd=self._copy,
            env={**os.environ, "RUNNING_SERVERS": str(self._address), "SEEN_TESTS": str(_SEEN)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return 1
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


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
    """Measure what each test runs, unless that was done before."""
    if not _SEEN.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        with ground("first") as first:
            first.measure()


def tests() -> Tests:
    """Read what was measured, once in each process: coverage empties its file after a fork."""
    covered = CoverageData(str(_COVERED))
    covered.read()
    return Tests(json.loads(_SEEN.read_text()), covered, HOME / "first")
