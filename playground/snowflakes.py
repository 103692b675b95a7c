"""Time and ids as Discord has them: a clock tests can advance, and snowflakes that grow with it."""

import time
from datetime import UTC, datetime
from email.utils import formatdate

DISCORD_EPOCH_MS = 1420070400000
SEQUENCE_BITS = 22


def born_at(snowflake: str) -> float:
    """Read out of an id when it was given, in seconds since 1970."""
    return ((int(snowflake) >> SEQUENCE_BITS) + DISCORD_EPOCH_MS) / 1000


class Clock:
    """Tell the time of the miniature Discord, which a test may move ahead of the real one."""

    def __init__(self, skew_seconds: float = 0.0) -> None:
        self.skew_seconds = skew_seconds

    def now(self) -> float:
        """Give the seconds since 1970."""
        return time.time() + self.skew_seconds

    def header(self) -> str:
        """Write the present as an HTTP Date header."""
        return formatdate(self.now(), usegmt=True)

    def timestamp(self, at: float | None = None) -> str:
        """Write a moment as Discord writes it in its payloads."""
        return datetime.fromtimestamp(self.now() if at is None else at, UTC).isoformat()


class Snowflakes:
    """Give ids that carry their time of birth and never repeat."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Give the next id, greater than all before it."""
        born = (int(self._clock.now() * 1000) - DISCORD_EPOCH_MS) << SEQUENCE_BITS
        self._last = max(born, self._last + 1)
        return str(self._last)
