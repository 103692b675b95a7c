"""The clocks of others, from the Date headers of their answers; above all Discord's.

A press, a departure or an announcement happens on Discord's clock, and the machine's own may be
wrong by minutes. A deadline or a pause of this process uses its own clock.
"""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp

from shared.metrics import CLOCK_SKEW_SECONDS

HALF_A_SECOND = 0.5  # the header leaves out the fraction
# The header, and the way of the answer, are no more exact; below it the own clock is better.
NOISE_SECONDS = 2.0
TO_SPARE = timedelta(minutes=1)


class RemoteClock:
    """A server's clock; between its answers the monotonic clock keeps it going."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ahead_of_monotonic: float | None = None

    @property
    def skew_seconds(self) -> float:
        """How far the machine's clock is ahead of the server's; 0 while that is unknown."""
        if self._ahead_of_monotonic is None:
            return 0.0
        return time.time() - (time.monotonic() + self._ahead_of_monotonic)

    def now(self) -> datetime:
        """Return the server's time; the machine's own where both agree or that is unknown."""
        skew = self.skew_seconds
        own = time.time()
        return datetime.fromtimestamp(own if abs(skew) < NOISE_SECONDS else own - skew, UTC)

    def is_surely_past(self, moment: datetime) -> bool:
        """Tell whether a moment is over by the server's clock, with a minute to spare."""
        return self._ahead_of_monotonic is not None and self.now() > moment + TO_SPARE

    def hear(self, date: str) -> None:
        """Take the Date header of an answer that has just come; ignore one that is no date."""
        try:
            said = parsedate_to_datetime(date).timestamp() + HALF_A_SECOND
        except ValueError:
            return
        if self._ahead_of_monotonic is None:
            CLOCK_SKEW_SECONDS.labels(self._name).set_function(lambda: self.skew_seconds)
        self._ahead_of_monotonic = said - time.monotonic()

    def listen_to(self, session: aiohttp.ClientSession) -> None:
        """Hear every answer that comes in a session."""

        async def hear(
            _session: aiohttp.ClientSession,
            _context: SimpleNamespace,
            answer: aiohttp.TraceRequestEndParams,
        ) -> None:
            self.hear(answer.response.headers.get("Date", ""))

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(hear)
        trace.freeze()
        session.trace_configs.append(trace)


DISCORD_TIME = RemoteClock("discord")
"""One for the process, as there is one Discord."""
