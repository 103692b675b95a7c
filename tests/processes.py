"""Our own processes, forked from one that has imported them: see tests/fork_server.py."""

import asyncio
import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from deploy.local.instance import PROJECT


class Process:
    """A process of ours, used like asyncio's."""

    def __init__(self, pid: int, status: IO[str]) -> None:
        """Wait for the exit code, which the fork server writes behind the pid."""
        self.pid, self._status = pid, status
        self._loop = asyncio.get_running_loop()
        self._code: asyncio.Future[int] = self._loop.create_future()
        self._loop.add_reader(status, self._end)

    @property
    def returncode(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        return self._code.result() if self._code.done() else None

    async def wait(self) -> int:
        """Return the exit code once the process has ended."""
        return await asyncio.shield(self._code)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, which does nothing after the end."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _end(self) -> None:
        self._loop.remove_reader(self._status)
        self._code.set_result(int(self._status.readline() or -signal.SIGKILL))
        self._status.close()


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it wrote."""

    code: int
    output: str
    errors: str

    @property
    def data(self) -> Any:
        """Return its output, read as JSON."""
        assert self.output, self.errors
        return json.loads(self.output)


async def start(
    *words: str,
    environment: Mapping[str, str],
    folder: Path = PROJECT,
    stdin: int | None = None,
    streams: tuple[int, int] | None = None,
    imports: bool = False,
    is_strict: bool = False,
) -> Process:
    """Start `python -m` with some words: forked, or one that imports everything itself.

    A strict process raises its warnings.
    """
    request = {
        "words": words,
        "environment": {"PATH": os.environ["PATH"], **environment},
        "folder": str(folder),
        "imports": imports,
        "is_strict": is_strict,
    }
    end, writing = os.pipe()
    status = os.fdopen(end)
    nothing = os.open(os.devnull, os.O_RDWR)
    given = (stdin or nothing, *(streams or (nothing, nothing)), writing)
    socket.send_fds(_server(), [json.dumps(request).encode()], given)
    os.close(nothing)
    os.close(writing)
    pid = int(await asyncio.to_thread(status.readline))
    return Process(pid, status)


async def run(
    *words: str, environment: Mapping[str, str], typed: str = "", is_strict: bool = False
) -> Ended:
    """Run `python -m` with some words to its end, which takes a minute at most."""
    with TemporaryFile("w+") as stdin, TemporaryFile("w+") as stdout, TemporaryFile("w+") as stderr:
        stdin.write(typed)
        stdin.seek(0)
        process = await start(
            *words,
            environment=environment,
            stdin=stdin.fileno(),
            streams=(stdout.fileno(), stderr.fileno()),
            is_strict=is_strict,
        )
        async with asyncio.timeout(60):
            code = await process.wait()
        stdout.seek(0)
        stderr.seek(0)
        return Ended(code, stdout.read(), stderr.read())


@functools.cache
def _server() -> socket.socket:
    """Return the socket of the fork server, started at its first use."""
    control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "tests.fork_server", str(other.fileno())],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[other.fileno()],
    )
    other.close()

    def end() -> None:
        control.close()
        server.wait()

    atexit.register(end)
    return control
