"""The reader of a process's standard output, which a test can stop or take away."""

import asyncio
import contextlib
import fcntl
import os
from pathlib import Path

PIPE_BYTES = 4096  # the smallest there is


class Reader:
    """Copies a pipe into a file until the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end, self.writing = os.pipe()
        fcntl.fcntl(self._end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.resume()

    def resume(self) -> None:
        """Read on."""
        asyncio.get_running_loop().add_reader(self._end, self._copy)

    def stop(self) -> None:
        """Read no more, and fill the pipe: the next line that is written blocks its writer."""
        asyncio.get_running_loop().remove_reader(self._end)
        # Opened again: on the process's own end O_NONBLOCK would hold for the process, too.
        filler = os.open(f"/proc/self/fd/{self._end}", os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(filler, b"\n")
        os.close(filler)

    def go_away(self) -> None:
        """Read no more, and let every write fail."""
        asyncio.get_running_loop().remove_reader(self._end)
        os.close(self._end)

    def _copy(self) -> None:
        if text := os.read(self._end, PIPE_BYTES):
            with self.path.open("ab") as file:
                file.write(text)
        else:
            self.go_away()
