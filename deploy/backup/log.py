"""Logs as the services do: JSON lines on standard output, which neither raise nor block."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.output import Output

TOKYO = ZoneInfo("Asia/Tokyo")


class Log:
    """A log of its own thread; its lines are written when the process ends, at the latest."""

    def __init__(self) -> None:
        self.output = Output(lambda lines: _line("log.lines_dropped", count=lines))
        self.output.start()

    def say(self, event: str, **fields: object) -> None:
        """Log one line."""
        self.output.put(_line(event, **fields))


def _line(event: str, **fields: object) -> bytes:
    at = datetime.now(TOKYO).isoformat(timespec="seconds")
    line = {"event": event, **fields, "timestamp": at}
    return json.dumps(line, ensure_ascii=False).encode(errors="replace") + b"\n"
