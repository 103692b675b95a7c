"""Fires what is due: the mark and the command in the outbox are one transaction.

Any number of replicas tick at once and there is no leader: a row that one of them is firing is
skipped by the others, and comes back to them should that one die before its commit.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Histogram
from pydantic import ValidationError

from services.scheduler import repository
from services.scheduler.domain import CLEAN_SCHEDULER, KINDS, RECURRING, Fired
from shared import inbox, outbox
from shared.database import Pool, database_time
from shared.messages.envelope import Envelope
from shared.metrics import SECONDS
from shared.rows import row_failed
from shared.tasks import forever

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 200
PAUSE_SECONDS = 0.5
KEEP_SECONDS = 60.0  # between two looks whether the recurring deadlines are where they belong
MOST_SECONDS = 1.0  # another replica may have stored a nearer deadline, and have died
# What another replica is just firing looks due until it commits: do not ask in a tight loop.
LEAST_SECONDS = 0.005

DEADLINE_LATENESS_SECONDS = Histogram(
    "deadline_lateness_seconds",
    "From when a deadline is due, and set, and this process runs, to its command in the outbox.",
    ["kind"],
    buckets=(*SECONDS, 60, 300, 3600),
)
DEADLINES_FIRED = Counter(
    "deadlines_fired_total",
    "Deadlines whose moment has come.",
    ["kind"],
)

log = structlog.get_logger()


class Ticker:
    """Fires deadlines."""

    def __init__(self, pool: Pool, tell: Callable[[], None]) -> None:
        """Take the pool; `tell` is called after each commit that filled the outbox."""
        self._pool = pool
        self._tell = tell
        self._woken = asyncio.Event()
        self._since: datetime | None = None

    def wake(self) -> None:
        """Say that a deadline may have been set that is nearer than the one waited for."""
        self._woken.set()

    async def run(self) -> None:
        """Fire until cancelled; a database that is away costs a pause, never a deadline."""
        await forever("ticker", self._step, pause_seconds=PAUSE_SECONDS)

    async def keep_recurring(self) -> None:
        """Create the absent recurring deadlines and bring those nearer that are too far away."""
        async with self._pool.acquire(timeout=5) as connection:
            await repository.keep_recurring(connection, RECURRING)

    async def fire_batch(self) -> int:
        """Fire what is due, at most BATCH, in one transaction; gives how many."""
        async with self._pool.acquire(timeout=5) as connection, connection.transaction():
            self._since = self._since or await database_time(connection)
            asked_at = time.perf_counter()
            fired = await repository.fire_due(connection, KINDS, BATCH, self._since)
            await outbox.append(connection, filter(None, map(_envelope, fired)))
        if fired:
            self._tell()
            _report(fired, time.perf_counter() - asked_at)
            await self._clean_if_due(fired)
        return len(fired)

    async def _step(self) -> None:
        await self.keep_recurring()
        until = time.monotonic() + KEEP_SECONDS
        while time.monotonic() < until:
            self._woken.clear()
            if await self.fire_batch() < BATCH:
                await self._rest()

    async def _rest(self) -> None:
        """Sleep until the next deadline or until woken."""
        async with self._pool.acquire(timeout=5) as connection:
            seconds = await repository.seconds_until_next(connection, KINDS)
        rest_seconds = MOST_SECONDS if seconds is None else min(MOST_SECONDS, seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(LEAST_SECONDS, rest_seconds)):
                await self._woken.wait()

    async def _clean_if_due(self, fired: Iterable[Fired]) -> None:
        """Clean the scheduler's own tables; a failure is logged and retried at the next run.

        After the commit on its own: whatever goes wrong here must not hold up a deadline.
        """
        if not any(each.kind == CLEAN_SCHEDULER for each in fired):
            return
        async with self._pool.acquire(timeout=5) as connection:
            await inbox.clean(connection)
            await outbox.forget_old(connection)
            await repository.forget_settled(connection)


def _envelope(fired: Fired) -> Envelope | None:
    """Return the command of a deadline; a row that makes none stays fired, or it would come again.

    It shares its transaction with all that is due at this moment, which must not wait for it.
    """
    try:
        return fired.envelope()
    except ValidationError as error:
        row_failed(error, f"{fired.kind} {fired.subject_id}")
        return None


def _report(fired: Iterable[Fired], taken_seconds: float) -> None:
    for each in fired:
        DEADLINES_FIRED.labels(kind=each.kind).inc()
        DEADLINE_LATENESS_SECONDS.labels(kind=each.kind).observe(each.late_seconds + taken_seconds)
        log.info(
            "deadline.fired",
            kind=each.kind,
            subject_id=each.subject_id,
            correlation_id=each.correlation_id and str(each.correlation_id),
            late_seconds=round(each.late_seconds, 3),
        )
