"""The scheduler's recurring jobs, also after the clock was wrong."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.scheduler import domain, repository, ticker
from services.scheduler.handlers import handle
from services.scheduler.ticker import Ticker
from shared.database import Pool
from tests.services.scheduler.stories import from_now, published
from tests.services.scheduler.test_ticker import Start, commands


def sent(pool: Pool, count: int) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return len(await commands(pool)) >= count

    return is_so


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
    await replicas.until(sent(pool, 1))
    await pool.execute("UPDATE deadlines SET due_at = due_at + INTERVAL '10 years'")

    count = len(await commands(pool))
    await replicas.until(sent(pool, count + 2))
    far = "SELECT kind FROM deadlines WHERE due_at > now() + repeat_every"
    assert await pool.fetch(far) == []


async def test_a_deadline_fired_by_a_clock_years_ahead_is_forgotten_in_time(pool: Pool) -> None:
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
