"""No two sessions together take more seats than there are."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.schema.rows import new_id, new_invitation
from tests.schema.seats import JOIN, LEAVE, UPSERT, Pair, seats, until_waiting


@pytest.mark.parametrize("statement", [JOIN, UPSERT])
@pytest.mark.parametrize("isolation", ["read_committed", "repeatable_read", "serializable"])
async def test_of_two_reaching_for_the_last_seat_one_gets_it(
    pair: Pair, statement: str, isolation: Any
) -> None:
    first, second = pair
    event = await new_invitation(first, max_participants=1)
    ahead = first.transaction(isolation=isolation)
    behind = second.transaction(isolation=isolation)
    await ahead.start()
    await behind.start()
    await second.fetchval(
        "SELECT count(*) FROM participants"
    )  # takes the snapshot, where one lasts
    await first.execute(statement, event, new_id())
    waiting = asyncio.create_task(second.execute(statement, event, new_id()))
    await until_waiting(first, second)
    await ahead.commit()
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.SerializationError)):
        await waiting
    await behind.rollback()
    assert await seats(first, event) == (1, "full")


async def test_lowering_the_capacity_races_with_a_join(pair: Pair) -> None:
    first, second = pair
    event = await new_invitation(first, max_participants=2)
    await first.execute(JOIN, event, new_id())
    async with first.transaction():
        await first.execute("UPDATE invitations SET max_participants = 1 WHERE id = $1", event)
        waiting = asyncio.create_task(second.execute(JOIN, event, new_id()))
        await until_waiting(first, second)
    with pytest.raises(asyncpg.CheckViolationError, match="chk_invitation_joined_count"):
        await waiting
    assert await seats(first, event) == (1, "full")


async def test_the_order_of_seats_is_the_order_of_taking_them(pair: Pair) -> None:
    first, second = pair
    event, ahead, behind = await new_invitation(first), new_id(), new_id()
    async with first.transaction():
        await first.execute("SELECT pg_sleep(0.002)")  # begins a tick earlier, sits down later
        await second.execute(JOIN, event, ahead)
        await first.execute(JOIN, event, behind)
    order = await first.fetch(
        "SELECT user_id FROM participants WHERE invitation_id = $1 ORDER BY joined_at, id", event
    )
    assert [row["user_id"] for row in order] == [ahead, behind]


@pytest.mark.parametrize("capacity", [1, 8, 79])
@pytest.mark.parametrize("statement", [JOIN, UPSERT])
async def test_two_hundred_joins_at_once_take_the_seats_there_are(
    crowd: asyncpg.Pool, capacity: int, statement: str
) -> None:
    event = await new_invitation(crowd, max_participants=capacity)
    outcomes = await asyncio.gather(
        *(crowd.execute(statement, event, new_id()) for _ in range(200)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(outcome, asyncpg.CheckViolationError) for outcome in refused)
    assert len(refused) == 200 - capacity
    assert await seats(crowd, event) == (capacity, "full")


async def test_joins_and_leaves_at_once_leave_the_count_right(crowd: asyncpg.Pool) -> None:
    event = await new_invitation(crowd, max_participants=3)
    users = [new_id() for _ in range(8)]
    # A bare DELETE locks the seat before the event, a join the other way round: deadlocks are due.
    outcomes = await asyncio.gather(
        *(crowd.execute(UPSERT, event, user) for user in users),
        *(crowd.execute(LEAVE, event, user) for user in users),
        *(crowd.execute(UPSERT, event, user) for user in users),
        return_exceptions=True,
    )
    expected = (str, asyncpg.CheckViolationError, asyncpg.DeadlockDetectedError)
    assert all(isinstance(outcome, expected) for outcome in outcomes)
    joined_count, status = await seats(crowd, event)
    assert (status == "full") == (joined_count == 3)
