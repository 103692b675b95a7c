"""Writes lines to standard output from a thread of its own, so that no caller waits or fails.

A disk may be full, a reader gone or stopped, the stream closed: lines are then dropped and counted.
Only the standard library is used: the container that keeps backups has nothing else.
"""

import atexit
import errno
import os
import queue
import select
import sys
import threading
import time
from collections.abc import Callable
from logging.handlers import QueueListener
from typing import Any, TypeAlias

LINES_AT_MOST = 5_000  # about 2 MB, or 25 MB if each line holds a traceback
# A thread that wakes for each line competes for the GIL and doubles what a line costs.
GATHER_SECONDS = 0.01
FLUSH_SECONDS = 1.0

Describe: TypeAlias = Callable[[int], bytes]
Count: TypeAlias = Callable[[str, int], None]


class Output(QueueListener):
    """A bounded queue of lines and the daemon thread that writes them."""

    def __init__(
        self,
        describe_dropped: Describe,
        count_dropped: Count = lambda _reason, _lines: None,
        lines_at_most: int = LINES_AT_MOST,
    ) -> None:
        """Take how a line says that lines were dropped, and what counts them by reason.

        A reason is `queue_full`, or the name of the error: ENOSPC, EFBIG, EPIPE, EBADF.
        """
        # Unlike Queue's, its put() cannot deadlock when the garbage collector runs within it and
        # finalises a task, which logs.
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        super().__init__(self._lines)
        self._lines_at_most = lines_at_most
        self._describe_dropped = describe_dropped
        self._count_dropped = count_dropped
        # sys.stdout is None if it was closed at the start; descriptor 1 is a socket's then. A copy
        # of our own stays ours even if another part closes standard output.
        self._descriptor = os.dup(sys.stdout.fileno()) if sys.stdout else -1
        self._is_torn = False
        self._dropped = 0
        self._lock = threading.RLock()

    def start(self) -> None:
        """Start the thread; the end of the process flushes what waits."""
        super().start()
        atexit.register(self.stop)

    def put(self, line: bytes) -> None:
        """Queue a line, which ends with its only newline, or drop it if the queue is full."""
        if self._lines.qsize() < self._lines_at_most:
            self._lines.put(line)
        else:
            self.drop("queue_full", 1)

    def drop(self, reason: str, lines: int) -> None:
        """Count lines that are not written."""
        with self._lock:
            self._dropped += lines
        self._count_dropped(reason, lines)

    def handle(self, record: Any) -> None:  # noqa: ANN401 - the base class has records here
        """Write a line and all that wait behind it."""
        time.sleep(GATHER_SECONDS)
        waiting = [record, *(self._lines.get() for _ in range(self._lines.qsize()))]
        lines = [line for line in waiting if line is not None]
        if len(lines) < len(waiting):  # stop() has asked the thread to end: after these
            self.enqueue_sentinel()
        if (dropped := self._dropped) and not self._write(self._describe_dropped(dropped)):
            with self._lock:
                self._dropped -= dropped
        if failure := self._write(b"".join(lines)):
            self.drop(*failure)

    def stop(self) -> None:
        """Write what waits, for FLUSH_SECONDS at most: the reader may never come back."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(FLUSH_SECONDS)

    def _write(self, text: bytes) -> tuple[str, int] | None:
        """Write lines; return the reason and the number of those that failed, or None."""
        # A torn line must not swallow the next one.
        text = b"\n" + text if self._is_torn else text
        left, failure = text, None
        try:
            while left:
                left = left[self._write_some(left) :]
        except Exception as error:  # noqa: BLE001 - nothing may end the thread
            number = error.errno if isinstance(error, OSError) else None
            reason = errno.errorcode.get(number or 0, type(error).__name__)
            # A newline in front ends a line that is written but for it.
            failure = reason, left.lstrip(b"\n").count(b"\n")
        if written := text[: len(text) - len(left)]:
            self._is_torn = not written.endswith(b"\n")
        return failure

    def _write_some(self, text: bytes) -> int:
        try:
            return os.write(self._descriptor, text)
        except BlockingIOError:  # another process has made the pipe that we share non-blocking
            select.select([], [self._descriptor], [])
            return 0
