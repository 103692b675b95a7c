import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import pytest
import structlog
from prometheus_client import REGISTRY
from structlog.typing import EventDict

from services.scheduler import ticker
from services.scheduler.handlers import handle
from services.scheduler.ticker import Ticker
from shared.database import Pool
from tests.services.scheduler.conftest import Replicas, Surroundings
from tests.services.scheduler.stories import cancelled, from_now, published

Start = Callable[..., Awaitable[Replicas]]
Sessions: TypeAlias = "Pool | asyncpg.Connection"

SPREAD = """
INSERT INTO deadlines (kind, subject_id, due_at, version, correlation_id)
SELECT 'close_invitation', n, clock_timestamp() + $2::interval * random(), 1, gen_random_uuid()
  FROM generate_series(1, $1::int) AS n
"""

# Each command beside its deadline; `early` is how long before its moment it was written.
COMMANDS = """
SELECT subject_id, due_at - created_at AS early, fired_at - due_at AS late
  FROM outbox
  JOIN deadlines ON subject_id = body::json -> 'body' ->> 'invitation_id'
                AND correlation_id::text = body::json ->> 'correlation_id'
 WHERE routing_key = 'invitations.CloseInvitation'
   AND kind = 'close_invitation'
"""
ENDS = "SELECT count(*) FROM outbox WHERE routing_key = 'invitations.CloseInvitation'"


async def fill(pool: Sessions, count: int, within: timedelta) -> None:
    await pool.execute(SPREAD, count, within)


async def commands(pool: Sessions) -> list[str]:
    rows = await pool.fetch("SELECT routing_key FROM outbox ORDER BY id")
    return [row["routing_key"] for row in rows]


def all_fired(pool: Sessions, count: int) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return bool(await pool.fetchval(ENDS) >= count)

    return is_so


async def assert_each_fired_once_and_none_early(pool: Sessions, count: int) -> None:
    rows = await pool.fetch(COMMANDS)
    ends = [key for key in await commands(pool) if key == "invitations.CloseInvitation"]
    assert len(ends) == len(rows) == count
    assert len({row["subject_id"] for row in rows}) == count
    assert max(row["early"] for row in rows) <= timedelta(0)
    assert min(row["late"] for row in rows) >= timedelta(0)


@asynccontextmanager
async def database_away(surroundings: Surroundings) -> AsyncIterator[None]:
    """End the scheduler's sessions in the middle of what they do, and let in no new ones."""
    name = surroundings.name
    beside = await asyncpg.connect(surroundings.other_superuser_url)
    await beside.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    await beside.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = $1 AND usename = 'scheduler'",
        name,
    )
    try:
        yield
    finally:
        await beside.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
        await beside.close()


class Pauses:
    """A processor of logs that tells when so many replicas have noticed the outage."""

    def __init__(self, count: int) -> None:
        self._left = count
        self.all_noticed = asyncio.Event()

    def __call__(self, _logger: object, _method: str, line: EventDict) -> EventDict:
        self._left -= line["event"] == "ticker.paused"
        if self._left <= 0:
            self.all_noticed.set()
        raise structlog.DropEvent


@pytest.fixture
def two_pauses() -> Iterator[Pauses]:
    pauses = Pauses(2)
    before = structlog.get_config()
    structlog.configure(processors=[pauses], cache_logger_on_first_use=False)
    yield pauses
    structlog.configure(**before)


async def test_three_replicas_fire_each_deadline_once_and_none_early(
    pool: Pool, start_replicas: Start
) -> None:
    replicas = await start_replicas(3)
    await fill(pool, 300, timedelta(seconds=3))
    await replicas.until(all_fired(pool, 300))
    await assert_each_fired_once_and_none_early(pool, 300)


async def test_a_replica_that_dies_takes_no_deadline_with_it_and_doubles_none(
    pool: Pool, start_replicas: Start
) -> None:
    replicas = await start_replicas(3)
    await fill(pool, 300, timedelta(seconds=3))
    await replicas.until(all_fired(pool, 100))
    await replicas[0].kill()
    await replicas.until(all_fired(pool, 300))
    await assert_each_fired_once_and_none_early(pool, 300)


async def test_deadlines_that_fell_due_while_no_ticker_ran_fire_at_once(
    pool: Pool, start_replicas: Start
) -> None:
    await fill(pool, 3 * ticker.BATCH + 50, -timedelta(hours=1))
    replicas = await start_replicas(1)
    await replicas.until(all_fired(pool, 3 * ticker.BATCH + 50))
    await assert_each_fired_once_and_none_early(pool, 3 * ticker.BATCH + 50)


async def test_a_database_that_was_away_is_picked_up_again(
    superuser: asyncpg.Connection,
    surroundings: Surroundings,
    start_replicas: Start,
    two_pauses: Pauses,
) -> None:
    # Around PgBouncer, which would wait 15 s before it asks a server that refused again. The test
    # itself looks as another role, whose session stays.
    replicas = await start_replicas(2, surroundings.direct_url)
    await fill(superuser, 100, timedelta(seconds=1))
    await replicas.until(all_fired(superuser, 10))
    async with database_away(surroundings), asyncio.timeout(30):
        await two_pauses.all_noticed.wait()
    await replicas.until(all_fired(superuser, 100))
    await assert_each_fired_once_and_none_early(superuser, 100)


async def test_a_deadline_and_its_command_are_one_transaction(
    pool: Pool, superuser: asyncpg.Connection
) -> None:
    await fill(pool, 3, -timedelta(hours=1))
    await superuser.execute("ALTER TABLE outbox ADD CONSTRAINT shut CHECK (false) NOT VALID")
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await Ticker(pool, lambda: None).fire_batch()
    finally:
        await superuser.execute("ALTER TABLE outbox DROP CONSTRAINT shut")
    assert await pool.fetchval("SELECT count(*) FROM deadlines WHERE fired_at IS NULL") == 3
    assert await Ticker(pool, lambda: None).fire_batch() == 3
    await assert_each_fired_once_and_none_early(pool, 3)


async def test_a_row_that_another_replica_is_firing_is_passed_by(
    pool: Pool, superuser: asyncpg.Connection
) -> None:
    await fill(pool, 3, -timedelta(hours=1))
    async with superuser.transaction():
        await superuser.execute("SELECT FROM deadlines WHERE subject_id = '2' FOR UPDATE")
        assert await Ticker(pool, lambda: None).fire_batch() == 2
    assert await Ticker(pool, lambda: None).fire_batch() == 1


async def test_an_event_wakes_a_ticker_that_would_sleep_on(
    pool: Pool, start_replicas: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker, "MOST_SECONDS", 3600.0)
    await handle(published(1, from_now(-1)), pool)
    replicas = await start_replicas(1)
    await replicas.until(all_fired(pool, 1))
    await handle(published(2, from_now(0.1)), pool)
    replicas[0].ticker.wake()
    await replicas.until(all_fired(pool, 2))
    await assert_each_fired_once_and_none_early(pool, 2)


async def test_a_cleared_deadline_is_passed_over_while_the_others_fire(
    pool: Pool, start_replicas: Start
) -> None:
    end_time = from_now(0.3)
    for number in range(1, 11):
        await handle(published(number, end_time), pool)
    await handle(cancelled(4, end_time, version=2), pool)
    replicas = await start_replicas(3)
    await replicas.until(all_fired(pool, 9))
    await assert_each_fired_once_and_none_early(pool, 9)
    assert "4" not in {row["subject_id"] for row in await pool.fetch(COMMANDS)}


async def test_a_kind_of_a_newer_version_is_left_to_it(pool: Pool) -> None:
    await fill(pool, 2, -timedelta(hours=1))
    await pool.execute("UPDATE deadlines SET kind = 'remind' WHERE subject_id = '1'")
    assert await Ticker(pool, lambda: None).fire_batch() == 1
    assert await pool.fetchval("SELECT fired_at IS NULL FROM deadlines WHERE kind = 'remind'")


@pytest.mark.parametrize("is_set_late", [True, False])
async def test_a_deadline_is_late_from_when_it_was_set_and_could_be_fired(
    pool: Pool, *, is_set_late: bool
) -> None:
    """G8: the alert fired after planned stops, and for a reminder that was over when chosen."""

    def seen(name: str) -> float:
        return REGISTRY.get_sample_value(name, {"kind": "close_invitation"}) or 0.0

    names = ["deadlines_fired_total", "deadline_lateness_seconds_count"]
    names.append("deadline_lateness_seconds_sum")
    ticker = Ticker(pool, lambda: None)
    await ticker.fire_batch()
    await pool.execute("SELECT pg_sleep(0.3)")
    before = [seen(name) for name in names]
    began_at = time.monotonic()
    await handle(published(1, from_now(-3600)), pool)
    if not is_set_late:
        await pool.execute("UPDATE deadlines SET set_at = due_at")
    await ticker.fire_batch()
    fired, observed, seconds = (seen(name) - was for name, was in zip(names, before, strict=True))
    assert (fired, observed) == (1, 1)
    taken = time.monotonic() - began_at
    assert seconds < taken if is_set_late else 0.3 < seconds < taken + 60


async def test_a_deadline_of_nothing_that_can_be_named_holds_up_no_other(pool: Pool) -> None:
    await fill(pool, 2, timedelta(0))
    await pool.execute(
        "INSERT INTO deadlines (kind, subject_id, due_at, version)"
        " VALUES ('close_invitation', 'no id', clock_timestamp() - INTERVAL '1 hour', 1)"
    )
    failed = REGISTRY.get_sample_value("rows_failed_total") or 0
    one = Ticker(pool, lambda: None)
    assert await one.fire_batch() == 3
    assert await commands(pool) == ["invitations.CloseInvitation"] * 2
    assert REGISTRY.get_sample_value("rows_failed_total") == failed + 1
    assert await one.fire_batch() == 0, "it does not come again"
