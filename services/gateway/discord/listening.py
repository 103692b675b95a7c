"""Judges by heartbeats whether Discord's events arrive."""

import json
import math
import time
from collections.abc import Callable

# Discord answers each heartbeat. Half an interval more is enough for a slow answer.
INTERVALS = 1.5
INTERVAL = '"heartbeat_interval"'  # in JSON, no text of a member can contain it unescaped


class Session:
    """A session with Discord's gateway, which can fall silent while its socket stays open."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard_at = -math.inf
        self._interval_seconds = 0.0
        self.is_open = False

    @property
    def is_heard(self) -> bool:
        """Whether the session is open and Discord has answered the last heartbeat."""
        silence = self._clock() - self._heard_at
        return self.is_open and silence < INTERVALS * self._interval_seconds

    def hear(self, frame: str) -> None:
        """Take a frame that has just come."""
        self._heard_at = self._clock()
        if INTERVAL in frame:  # HELLO, once for each connection
            self._interval_seconds = json.loads(frame)["d"]["heartbeat_interval"] / 1000
