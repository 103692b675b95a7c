"""`python -m deploy.backup`: keep backups every night at 02:00 JST, or do one thing now."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

from deploy.backup.days import Keeper, next_night
from deploy.backup.log import Log
from deploy.backup.measures import Measures
from deploy.backup.shell import Shell

Task: TypeAlias = Callable[[], bool]

_LONGEST_WAIT_SECONDS = 60.0  # the clock may be set meanwhile


def main() -> None:
    """Do what was asked; exit code 1 says that something is not as it should be."""
    folder = os.environ.get("BACKUP_FOLDER")
    if not folder:
        sys.exit("BACKUP_FOLDER is not set; the dumps go there.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        sys.exit(f"BACKUP_FOLDER {folder} is no folder that user {os.geteuid()} may write into.")
    keeper = Keeper(Shell(), Path(folder))
    now = datetime.now(UTC)
    tasks: dict[str, Task] = {
        "serve": partial(serve, keeper),
        "logical": partial(keeper.logical, now),
        "full": partial(keeper.physical, "full"),
        "diff": partial(keeper.physical, "diff"),
        "check": keeper.check,
        "drill": keeper.drill,
    }
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    parser.add_argument("task", choices=tasks)
    sys.exit(not tasks[parser.parse_args().task]())


def serve(keeper: Keeper) -> bool:
    """Make backups every night until a signal stops it, and answer Prometheus."""
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    port = os.environ.get("HTTP_PORT", "")
    if not port.isdecimal():
        sys.exit("HTTP_PORT is not set to a port; the metrics are answered there.")
    address = (os.environ.get("HTTP_HOST") or "127.0.0.1", int(port))
    server = ThreadingHTTPServer(address, partial(Answer, keeper.measures))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keeper.fill(datetime.now(UTC))
    while not ended.is_set():
        await_night(ended, keeper.log)
        if not ended.is_set():
            keeper.night(datetime.now(UTC))
    server.shutdown()
    return True


def await_night(ended: threading.Event, log: Log) -> None:
    """Sleep until 02:00 in Japan, or until `ended` is set."""
    night = next_night(datetime.now(UTC))
    log.say("backup.awaited", at=night.isoformat())
    while (left := (night - datetime.now(UTC)).total_seconds()) > 0:
        # A clock that was years ahead when the wait began has been put right.
        night = min(night, next_night(datetime.now(UTC)))
        if ended.wait(min(left, _LONGEST_WAIT_SECONDS)):
            return


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with the measures: who reads them knows that we live."""

    def __init__(self, measures: Measures, *arguments: object) -> None:
        self._measures = measures
        super().__init__(*arguments)  # type: ignore[arg-type]  # as socketserver gives them

    def do_GET(self) -> None:
        """Write the measures."""
        body = self._measures.exposition().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the log for backups."""


if __name__ == "__main__":
    main()
