"""What stands in a service's tables, as gauges."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping

from prometheus_client import Gauge

from shared.database import Pool
from shared.metrics import CLOCK_SKEW_SECONDS, DATABASE_ANSWERED
from shared.tasks import forever

LOOK_SECONDS = 30.0


class LabelledGauge:
    """A gauge with one label, and the query that gives a figure for each of its values."""

    def __init__(
        self,
        gauge: Gauge,
        ask: Callable[[Pool], Awaitable[Mapping[str, float]]],
        values: Iterable[str] = (),
    ) -> None:
        """Take the gauge, the query, and the label's values that are 0 rather than absent."""
        self._gauge = gauge
        self._ask = ask
        self._known = set(values)

    async def look(self, pool: Pool) -> None:
        """Ask once; what was there before and is gone is 0 from now on."""
        figures = await self._ask(pool)
        self._known |= figures.keys()
        for value in self._known:
            self._gauge.labels(value).set(figures.get(value, 0))


SELECT_CLOCK = """
SELECT extract(epoch FROM clock_timestamp())::float8
"""


async def clock_skew(pool: Pool) -> dict[str, float]:
    """Return how many seconds this process's clock is ahead of the database's."""
    asked_at = time.time()
    database = await pool.fetchval(SELECT_CLOCK)
    return {"database": (asked_at + time.time()) / 2 - database}


CLOCK_SKEW = LabelledGauge(CLOCK_SKEW_SECONDS, clock_skew)


async def watch(pool: Pool, *measures: LabelledGauge) -> None:
    """Measure until cancelled; while the database is away the last figures stay."""

    async def look() -> None:
        for measure in measures:
            await measure.look(pool)
        DATABASE_ANSWERED.set_to_current_time()

    await forever("measuring", look, every_seconds=LOOK_SECONDS)
