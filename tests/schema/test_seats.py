"""The status follows the seats, and no statement takes more seats than there are."""

from typing import Any

import asyncpg
import pytest
from asyncpg import Connection

from tests.schema.rows import insert, invitation, new_id, new_invitation, participant
from tests.schema.seats import JOIN, JOIN_MANY, UPSERT, seats


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
async def test_the_status_cannot_lie(invitations: Connection, status: str, constraint: str) -> None:
    event = await new_invitation(invitations)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await invitations.execute("UPDATE invitations SET status = $2 WHERE id = $1", event, status)
    assert refusal.value.constraint_name == constraint


async def refuse_overbooking(connection: Connection, statement: str, *values: Any) -> None:
    """Run a statement that takes too many seats, and leave the transaction usable."""
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        async with connection.transaction():
            await connection.execute(statement, *values)
    assert refusal.value.constraint_name == "chk_invitation_joined_count"
