import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import pytest
import structlog
from prometheus_client import REGISTRY
from structlog.typing import EventDict

from services.scheduler import domain, repository, ticker
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
"""


async def fill(pool: Sessions, count: int, within: timedelta) -> None:
    await pool.execute(SPREAD, count, within)


async def commands(pool: Sessions) -> list[str]:
    rows = await pool.fetch("SELECT routing_key FROM outbox ORDER BY id")
    return [row["routing_key"] for row in rows]


def all_fired(pool: Sessions, count: int) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return bool(await pool.fetchval("SELECT count(*) >= $1 FROM outbox", count))

    return is_so


async def assert_each_fired_once_and_none_early(pool: Sessions, count: int) -> None:
    rows = await pool.fetch(COMMANDS)
    assert len(await commands(pool)) == len(rows) == count
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


async def test_what_fell_due_while_nobody_ticked_fires_at_once(
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


async def test_the_calendar_is_written_once_by_three_replicas_at_once(pool: Pool) -> None:
    await asyncio.gather(*(Ticker(pool, lambda: None).keep_recurring() for _ in range(3)))
    before = await pool.fetch("SELECT kind, due_at, repeat_every FROM deadlines ORDER BY kind")
    assert {row["kind"]: row["repeat_every"] for row in before} == dict(domain.RECURRING)
    await Ticker(pool, lambda: None).keep_recurring()
    after = await pool.fetch("SELECT kind, due_at, repeat_every FROM deadlines ORDER BY kind")
    assert before == after


async def test_a_shorter_interval_takes_effect_at_the_next_start(pool: Pool) -> None:
    kind = domain.CLOSE_OVERDUE_INVITATIONS
    for every in (timedelta(days=1), timedelta(minutes=5)):
        async with pool.acquire() as connection:
            await repository.keep_recurring(connection, {kind: every})
    assert await pool.fetchval("SELECT due_at < now() + INTERVAL '6 minutes' FROM deadlines")


async def test_recurring_deadlines_come_back_after_a_clock_that_was_years_ahead(
    pool: Pool, start_replicas: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is put right while the scheduler runs; no restart is needed."""
    monkeypatch.setattr(ticker, "KEEP_SECONDS", 0.1)
    monkeypatch.setitem(domain.RECURRING, domain.CLOSE_OVERDUE_INVITATIONS, timedelta(seconds=1))
    replicas = await start_replicas(2)
    await replicas.until(all_fired(pool, 1))
    await pool.execute("UPDATE deadlines SET due_at = due_at + INTERVAL '10 years'")

    count = len(await commands(pool))
    await replicas.until(all_fired(pool, count + 2))
    far = "SELECT kind FROM deadlines WHERE due_at > now() + repeat_every"
    assert await pool.fetch(far) == []


async def test_what_a_clock_that_was_ahead_has_marked_is_forgotten_in_time(pool: Pool) -> None:
    await handle(published(1, from_now(-1)), pool)
    await Ticker(pool, lambda: None).fire_batch()
    await pool.execute("UPDATE deadlines SET fired_at = now() + INTERVAL '10 years'")
    async with pool.acquire() as connection:
        await repository.forget_settled(connection)
        await connection.execute("UPDATE deadlines SET fired_at = fired_at - INTERVAL '31 days'")
        await repository.forget_settled(connection)
    assert await pool.fetchval("SELECT count(*) FROM deadlines WHERE fired_at IS NOT NULL") == 0


async def test_a_recurring_deadline_fires_once_per_slot_and_moves_to_the_next_free_one(
    pool: Pool,
) -> None:
    """Slots that passed in an outage are not made up for."""
    tickers = [Ticker(pool, lambda: None) for _ in range(3)]
    await tickers[0].keep_recurring()
    for slot in (1, 2):
        was_due_at = await pool.fetchval(
            "UPDATE deadlines SET due_at = now() - INTERVAL '12 minutes' "
            "WHERE kind = 'close_overdue_invitations' RETURNING due_at"
        )
        assert sum(await asyncio.gather(*(each.fire_batch() for each in tickers))) == 1
        assert await tickers[0].fire_batch() == 0
        assert await commands(pool) == ["invitations.CloseOverdueInvitations"] * slot
        due_at = await pool.fetchval(
            "SELECT due_at FROM deadlines WHERE kind = 'close_overdue_invitations'"
        )
        assert due_at - was_due_at == timedelta(minutes=15)


async def test_the_calendar_asks_invitations_to_clean_its_inbox(pool: Pool) -> None:
    await Ticker(pool, lambda: None).keep_recurring()
    await pool.execute("UPDATE deadlines SET due_at = now() WHERE kind = 'clean_invitations_inbox'")
    assert await Ticker(pool, lambda: None).fire_batch() == 1
    body = json.loads(await pool.fetchval("SELECT body FROM outbox"))
    assert (body["name"], body["body"]["actor"]["name"]) == ("invitations.CleanInbox", "scheduler")


async def test_the_scheduler_cleans_its_own_tables(pool: Pool) -> None:
    await Ticker(pool, lambda: None).keep_recurring()
    await handle(published(1, from_now(-1)), pool)
    await handle(published(2, from_now(-1)), pool)
    await Ticker(pool, lambda: None).fire_batch()
    await pool.execute(
        "UPDATE deadlines SET fired_at = now() - INTERVAL '31 days' WHERE subject_id = '1'"
    )
    await pool.execute(
        "UPDATE inbox SET received_at = now() - INTERVAL '31 days' "
        "WHERE message_id = (SELECT message_id FROM inbox LIMIT 1)"
    )
    await pool.execute("UPDATE deadlines SET due_at = now() WHERE kind = 'clean_scheduler'")
    assert await Ticker(pool, lambda: None).fire_batch() == 1
    left = await pool.fetch("SELECT subject_id FROM deadlines WHERE kind = 'close_invitation'")
    assert [row["subject_id"] for row in left] == ["2"]
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1


async def test_a_kind_of_a_newer_version_is_left_to_it(pool: Pool) -> None:
    await fill(pool, 2, -timedelta(hours=1))
    await pool.execute("UPDATE deadlines SET kind = 'remind' WHERE subject_id = '1'")
    assert await Ticker(pool, lambda: None).fire_batch() == 1
    assert await pool.fetchval("SELECT fired_at IS NULL FROM deadlines WHERE kind = 'remind'")


async def test_lateness_and_number_are_measured(pool: Pool) -> None:
    def seen(name: str) -> float:
        return REGISTRY.get_sample_value(name, {"kind": "close_invitation"}) or 0.0

    names = ["deadlines_fired_total", "deadline_lateness_seconds_count"]
    names.append("deadline_lateness_seconds_sum")
    before = [seen(name) for name in names]
    await handle(published(1, from_now(-20)), pool)
    await Ticker(pool, lambda: None).fire_batch()
    fired, observed, seconds = (seen(name) - was for name, was in zip(names, before, strict=True))
    assert (fired, observed) == (1, 1)
    assert 20 <= seconds < 25
