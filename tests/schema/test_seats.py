"""No SQL at all takes more seats than there are, and the status follows the seats."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.schema.rows import insert, invitation, new_id, new_invitation, participant, seats

Connection = asyncpg.Connection
Pair = tuple[Connection, Connection]
JOIN = """
    INSERT INTO participants (invitation_id, user_id, user_name, status)
    VALUES ($1, $2, '参加者', 'joined')
"""
UPSERT = f"{JOIN} ON CONFLICT ON CONSTRAINT unique_participant DO UPDATE SET status = 'joined'"
JOIN_MANY = """
    INSERT INTO participants (invitation_id, user_id, user_name, status)
    SELECT $1, user_id, '参加者', 'joined' FROM unnest($2::text[]) AS user_id
"""
LEAVE = "DELETE FROM participants WHERE invitation_id = $1 AND user_id = $2"
WAITING_FOR_LOCK = """
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock')
"""


async def test_the_status_follows_the_seats(invitations: Connection) -> None:
    event = await new_invitation(invitations, max_participants=2)
    first, second = new_id(), new_id()
    assert await seats(invitations, event) == (0, "recruiting")
    await invitations.execute(JOIN, event, first)
    assert await seats(invitations, event) == (1, "recruiting")
    await invitations.execute(JOIN, event, second)
    assert await seats(invitations, event) == (2, "full")
    await invitations.execute("DELETE FROM participants WHERE user_id = $1", first)
    assert await seats(invitations, event) == (1, "recruiting")


@pytest.mark.parametrize("status", ["interested", "waitlisted"])
async def test_only_the_joined_take_a_seat(invitations: Connection, status: str) -> None:
    event = await new_invitation(invitations, max_participants=1)
    row = participant(event, status=status)
    await insert(invitations, "participants", row)
    assert await seats(invitations, event) == (0, "recruiting")
    change = "UPDATE participants SET status = $2 WHERE user_id = $1"
    await invitations.execute(change, row["user_id"], "joined")
    assert await seats(invitations, event) == (1, "full")
    await invitations.execute(change, row["user_id"], status)
    assert await seats(invitations, event) == (0, "recruiting")


async def test_a_seat_remembers_when_it_was_taken(invitations: Connection) -> None:
    event = await new_invitation(invitations)
    row = participant(event, status="interested")
    await insert(invitations, "participants", row)
    for status, has_time in [("joined", True), ("interested", False), ("joined", True)]:
        joined_at = await invitations.fetchval(
            "UPDATE participants SET status = $2 WHERE user_id = $1 RETURNING joined_at",
            row["user_id"],
            status,
        )
        assert (joined_at is not None) == has_time


@pytest.mark.parametrize("statement", [JOIN, UPSERT])
async def test_the_seat_after_the_last_is_refused(invitations: Connection, statement: str) -> None:
    event = await new_invitation(invitations, max_participants=1)
    await invitations.execute(statement, event, new_id())
    await refuse_overbooking(invitations, statement, event, new_id())


async def test_one_insert_of_too_many_rows_is_refused(invitations: Connection) -> None:
    event = await new_invitation(invitations, max_participants=3)
    await refuse_overbooking(invitations, JOIN_MANY, event, [new_id() for _ in range(4)])
    await invitations.execute(JOIN_MANY, event, [new_id() for _ in range(3)])
    assert await seats(invitations, event) == (3, "full")


async def test_an_update_of_too_many_rows_is_refused(invitations: Connection) -> None:
    event = await new_invitation(invitations, max_participants=1)
    for _ in range(2):
        await insert(invitations, "participants", participant(event, status="interested"))
    await refuse_overbooking(
        invitations, "UPDATE participants SET status = 'joined' WHERE invitation_id = $1", event
    )


async def test_an_upsert_counts_one_seat_once(invitations: Connection) -> None:
    event, user = await new_invitation(invitations, max_participants=2), new_id()
    for _ in range(3):
        await invitations.execute(UPSERT, event, user)
        await invitations.execute(f"{JOIN} ON CONFLICT DO NOTHING", event, user)
    assert await seats(invitations, event) == (1, "recruiting")


async def test_moving_a_seat_counts_on_both_sides(invitations: Connection) -> None:
    here = await new_invitation(invitations, max_participants=1)
    there = await new_invitation(invitations, max_participants=1)
    await invitations.execute(JOIN, here, new_id())
    move = "UPDATE participants SET invitation_id = $2 WHERE invitation_id = $1"
    await invitations.execute(move, here, there)
    assert await seats(invitations, here) == (0, "recruiting")
    assert await seats(invitations, there) == (1, "full")
    await invitations.execute(JOIN, here, new_id())
    await refuse_overbooking(invitations, move, here, there)


async def test_a_new_id_takes_its_seats_along(invitations: Connection) -> None:
    event, renamed = await new_invitation(invitations, max_participants=2), new_id()
    await invitations.execute(JOIN_MANY, event, [new_id(), new_id()])
    await invitations.execute("UPDATE invitations SET id = $2 WHERE id = $1", event, renamed)
    assert await seats(invitations, renamed) == (2, "full")


async def test_deleting_an_open_invitation_takes_its_participants_along(
    invitations: Connection,
) -> None:
    event = await new_invitation(invitations)
    await invitations.execute(JOIN, event, new_id())
    await invitations.execute("DELETE FROM invitations WHERE id = $1", event)
    left = await invitations.fetchval(
        "SELECT count(*) FROM participants WHERE invitation_id = $1", event
    )
    assert left == 0


async def test_the_capacity_reopens_and_fills(invitations: Connection) -> None:
    event = await new_invitation(invitations, max_participants=2)
    await invitations.execute(JOIN_MANY, event, [new_id(), new_id()])
    change = "UPDATE invitations SET max_participants = $2 WHERE id = $1"
    await invitations.execute(change, event, 3)
    assert await seats(invitations, event) == (2, "recruiting")
    await invitations.execute(change, event, 2)
    assert await seats(invitations, event) == (2, "full")
    await refuse_overbooking(invitations, change, event, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "full"}, "DK002"),
        ({"status": "completed", "vrchat_profile": None}, "DK002"),
        ({"joined_count": 1}, "DK002"),
    ],
)
async def test_an_invitation_begins_recruiting_and_empty(
    invitations: Connection, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await insert(invitations, "invitations", invitation(**changes))
    assert refusal.value.sqlstate == code


async def test_the_count_cannot_be_set(invitations: Connection) -> None:
    event = await new_invitation(invitations)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await invitations.execute("UPDATE invitations SET joined_count = 1 WHERE id = $1", event)
    assert refusal.value.sqlstate == "DK003"


@pytest.mark.parametrize(
    ("status", "constraint"),
    [("full", "chk_invitation_status_seats"), ("lost", "chk_invitation_status")],
)
async def test_the_status_cannot_lie(
    invitations: Connection, status: str, constraint: str
) -> None:
    event = await new_invitation(invitations)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await invitations.execute(
            "UPDATE invitations SET status = $2 WHERE id = $1", event, status
        )
    assert refusal.value.constraint_name == constraint


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
    await second.fetchval("SELECT count(*) FROM participants")  # takes the snapshot, where one lasts
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


async def refuse_overbooking(connection: Connection, statement: str, *values: Any) -> None:
    """Run a statement that takes too many seats, and leave the transaction usable."""
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        async with connection.transaction():
            await connection.execute(statement, *values)
    assert refusal.value.constraint_name == "chk_invitation_joined_count"


async def until_waiting(watcher: Connection, waiter: Connection) -> None:
    """Return once one session waits for a lock."""
    async with asyncio.timeout(5):
        while not await watcher.fetchval(WAITING_FOR_LOCK, waiter.get_server_pid()):
            await asyncio.sleep(0)
