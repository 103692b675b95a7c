"""Counts of what stands in a service's tables, as gauges."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from prometheus_client import Gauge

from shared.database import AWAY, Pool

LOOK_SECONDS = 30.0

log = structlog.get_logger()


class Measure:
    """A gauge with one label, and the query that counts rows by it."""

    def __init__(self, gauge: Gauge, count: Callable[[Pool], Awaitable[Mapping[str, int]]]) -> None:
        """Take the gauge and the query."""
        self._gauge = gauge
        self._count = count
        self._known: set[str] = set()

    async def look(self, pool: Pool) -> None:
        """Count once; what was there before and is gone is 0 from now on."""
        counts = await self._count(pool)
        self._known |= counts.keys()
        for label in self._known:
            self._gauge.labels(label).set(counts.get(label, 0))


async def watch(pool: Pool, *measures: Measure) -> None:
    """Measure for ever; while the database is away the last figures stay."""
    while True:
        try:
            for measure in measures:
                await measure.look(pool)
        except AWAY as error:
            log.warning("measuring.paused", reason=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)
