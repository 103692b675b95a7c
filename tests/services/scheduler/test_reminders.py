"""The second deadline of an invitation: some minutes before its start, once for each start."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg

from services.scheduler.handlers import handle
from services.scheduler.ticker import Ticker
from shared.database import Pool
from shared.messages.registry import read
from tests.services.scheduler.conftest import Replicas
from tests.services.scheduler.stories import cancelled, completed, from_now, starting

MINUTES = 15 * 60


async def kept(pool: Pool) -> asyncpg.Record:
    row = await pool.fetchrow("SELECT * FROM deadlines WHERE kind = 'remind_participants'")
    assert row is not None
    return row


async def fire(pool: Pool) -> int:
    return await Ticker(pool, lambda: None).fire_batch()


async def reminded(pool: Pool) -> list[str]:
    """Return the ids of the invitations whose participants are to be reminded."""
    rows = await pool.fetch(
        "SELECT body FROM outbox WHERE routing_key = 'invitations.RemindParticipants'"
    )
    return sorted(read(row["body"]).body.model_dump()["invitation_id"] for row in rows)


async def test_an_open_invitation_waits_for_the_minutes_before_its_start(pool: Pool) -> None:
    start_time = from_now(3600)
    event = starting(7, start_time)
    await handle(event, pool)
    row = await kept(pool)
    assert row["due_at"] == start_time - timedelta(minutes=15)
    assert (row["subject_id"], row["fired_at"]) == ("7", None)
    assert row["correlation_id"] == event.correlation_id
    assert await fire(pool) == 0


async def test_a_start_that_moves_takes_its_reminder_along(pool: Pool) -> None:
    await handle(starting(7, from_now(MINUTES + 60)), pool)
    later = from_now(MINUTES + 600)
    await handle(starting(7, later, version=2), pool)
    assert (await kept(pool))["due_at"] == later - timedelta(minutes=15)
    await handle(starting(7, from_now(MINUTES - 1), version=3), pool)
    assert await fire(pool) == 1
    await handle(starting(7, later, version=4), pool)
    assert (await kept(pool))["fired_at"] is None


async def test_new_reminder_minutes_move_the_reminder_and_zero_clears_it(pool: Pool) -> None:
    start_time = from_now(3600)
    await handle(starting(7, start_time), pool)
    await handle(starting(7, start_time, version=2, reminder_minutes=30), pool)
    assert (await kept(pool))["due_at"] == start_time - timedelta(minutes=30)
    await handle(starting(7, start_time, version=3, reminder_minutes=0), pool)
    assert (await kept(pool))["fired_at"] is not None
    await handle(starting(7, start_time, version=4, reminder_minutes=5), pool)
    assert (await kept(pool))["fired_at"] is None


async def test_a_final_invitation_reminds_nobody(pool: Pool) -> None:
    start_time = from_now(MINUTES - 1)
    for number, final in enumerate((cancelled, completed)):
        await handle(starting(number, start_time), pool)
        await handle(final(number, start_time + timedelta(hours=1), version=2), pool)
    assert await fire(pool) == 0
    assert await reminded(pool) == []


async def test_a_join_after_the_reminder_does_not_fire_it_again(pool: Pool) -> None:
    start_time = from_now(MINUTES - 1)
    fired = []
    for version in (1, 2, 3):
        await handle(starting(7, start_time, version), pool)
        fired.append(await fire(pool))
    assert fired == [1, 0, 0]


async def test_three_schedulers_with_restarts_remind_each_invitation_once(
    pool: Pool, start_replicas: Callable[..., Awaitable[Replicas]]
) -> None:
    """Every event comes twice, and two of the three die while they fire; each has two reminders."""
    starts = [from_now(MINUTES + 0.5 + n / 100) for n in range(200)]
    events = [starting(n, start, more_minutes=[16]) for n, start in enumerate(starts)]
    replicas = await start_replicas(3)
    await asyncio.gather(*(handle(event, pool) for event in events for _ in range(2)))

    async def have_fired(count: int) -> bool:
        return len(await reminded(pool)) >= count

    await replicas.until(lambda: have_fired(100))
    await replicas[0].kill()
    await replicas.until(lambda: have_fired(250))
    await replicas[1].kill()
    await start_replicas(1)
    await replicas.until(lambda: have_fired(400))
    assert await fire(pool) == 0
    assert await reminded(pool) == sorted(str(n) for n in range(200) for _ in range(2))


async def test_a_reminder_that_fell_due_while_no_ticker_ran_is_requested_late(pool: Pool) -> None:
    """The invitations service decides whether it is too late."""
    await handle(starting(7, from_now(60)), pool)
    await handle(starting(8, from_now(-60)), pool)
    assert await fire(pool) == 3, "the start of one of them has come too"
    assert await reminded(pool) == ["7", "8"]
