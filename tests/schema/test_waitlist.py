"""The queue keeps its order, and no COMMIT leaves a seat free beside it."""

from typing import Any

import asyncpg
import pytest
from asyncpg import Connection

from tests.schema.rows import insert, new_id, new_invitation, participant
from tests.schema.seats import JOIN, LEAVE, UPSERT, Pair, seats

WAIT_MANY = """
    INSERT INTO participants (invitation_id, user_id, user_name, status)
    SELECT $1, user_id, '参加者', 'waitlisted' FROM unnest($2::text[]) AS user_id
"""
BECOME = "UPDATE participants SET status = $3 WHERE invitation_id = $1 AND user_id = $2"
QUEUE = """
    SELECT user_id FROM participants
    WHERE invitation_id = $1 AND status = 'waitlisted' ORDER BY waitlisted_at
"""
NOW = "SET CONSTRAINTS ALL IMMEDIATE"


async def full_event(connection: Connection, waiting: int = 2) -> tuple[str, str, list[str]]:
    """Give an event of one seat, who has it, and who waits for it."""
    event = await new_invitation(connection, max_participants=1)
    seated, queue = new_id(), [new_id() for _ in range(waiting)]
    await connection.execute(JOIN, event, seated)
    await connection.execute(WAIT_MANY, event, queue)
    return event, seated, queue


async def refused(connection: Connection, code: str, statement: str, *values: Any) -> None:
    """Run a statement that breaks a rule, and leave the transaction usable."""
    savepoint = connection.transaction()
    await savepoint.start()
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await asked_for(connection, statement, *values)
    assert refusal.value.sqlstate == code
    await savepoint.rollback()


async def asked_for(connection: Connection, statement: str, *values: Any) -> None:
    """Run a statement and then what COMMIT would ask."""
    await connection.execute(statement, *values)
    await connection.execute(NOW)


async def counted(connection: Connection, event: str) -> int:
    found: int = await connection.fetchval(
        "SELECT waitlisted_count FROM invitations WHERE id = $1", event
    )
    return found


async def test_members_of_one_statement_queue_one_behind_the_other(
    invitations: Connection,
) -> None:
    """Many in one millisecond, the last to come with the smallest id of all."""
    event = await new_invitation(invitations, max_participants=1)
    early = participant(event, status="interested")
    await insert(invitations, "participants", early)
    await invitations.execute(JOIN, event, new_id())
    queue = [new_id() for _ in range(50)]
    await invitations.execute(WAIT_MANY, event, queue)
    await invitations.execute(BECOME, event, early["user_id"], "waitlisted")
    rows = await invitations.fetch(QUEUE, event)
    assert [row["user_id"] for row in rows] == [*queue, early["user_id"]]
    assert await counted(invitations, event) == 51


async def test_a_seat_beside_the_queue_is_refused_at_the_latest_by_commit(pair: Pair) -> None:
    first, second = pair
    event, seated, _ = await full_event(first)
    transaction = first.transaction()
    await transaction.start()
    await first.execute(LEAVE, event, seated)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await transaction.commit()
    assert refusal.value.sqlstate == "DK004"
    assert await seats(second, event) == (1, "full")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM participants WHERE invitation_id = $1 AND status = 'joined'",
        "UPDATE participants SET status = 'interested' WHERE joined_at IS NOT NULL AND $1 > ''",
        "UPDATE invitations SET max_participants = 2 WHERE id = $1",
    ],
)
async def test_no_statement_frees_a_seat_beside_the_queue(
    invitations: Connection, statement: str
) -> None:
    event, _, _ = await full_event(invitations)
    await refused(invitations, "DK004", statement, event)


async def test_a_member_cannot_queue_beside_a_free_seat(invitations: Connection) -> None:
    event = await new_invitation(invitations)
    await refused(invitations, "DK004", WAIT_MANY, event, [new_id()])


async def test_a_seat_is_handed_on_within_one_transaction(invitations: Connection) -> None:
    event, seated, (heir, behind) = await full_event(invitations)
    await invitations.execute(LEAVE, event, seated)
    await invitations.execute(BECOME, event, heir, "joined")
    await invitations.execute(NOW)
    assert await seats(invitations, event) == (1, "full")
    assert [row["user_id"] for row in await invitations.fetch(QUEUE, event)] == [behind]
    assert await counted(invitations, event) == 1


@pytest.mark.parametrize("statement", [JOIN, UPSERT])
async def test_a_newcomer_cannot_take_the_seat_that_was_left(
    invitations: Connection, statement: str
) -> None:
    event, seated, _ = await full_event(invitations)
    await invitations.execute(LEAVE, event, seated)
    await refused(invitations, "DK005", statement, event, new_id())


async def test_a_member_in_the_queue_cannot_overtake_another(invitations: Connection) -> None:
    event, seated, (_, behind) = await full_event(invitations)
    await invitations.execute(LEAVE, event, seated)
    await refused(invitations, "DK005", BECOME, event, behind, "joined")
    await refused(invitations, "DK005", UPSERT, event, behind)


async def test_two_never_wait_in_one_place(invitations: Connection) -> None:
    event, _, (_, behind) = await full_event(invitations)
    with pytest.raises(asyncpg.UniqueViolationError, match="idx_participant_waitlist"):
        await invitations.execute(
            "UPDATE participants SET waitlisted_at = (SELECT min(waitlisted_at)"
            " FROM participants WHERE invitation_id = $1) WHERE user_id = $2",
            event,
            behind,
        )


async def test_a_seat_that_is_saved_again_stays_even_if_a_member_waits(
    invitations: Connection,
) -> None:
    event, seated, _ = await full_event(invitations)
    await invitations.execute(UPSERT, event, seated)
    assert await seats(invitations, event) == (1, "full")


async def test_a_new_id_takes_the_queue_along(invitations: Connection) -> None:
    event, _, queue = await full_event(invitations)
    renamed = new_id()
    await invitations.execute("UPDATE invitations SET id = $2 WHERE id = $1", event, renamed)
    await invitations.execute(NOW)
    assert await seats(invitations, renamed) == (1, "full")
    assert await counted(invitations, renamed) == 2
    assert [row["user_id"] for row in await invitations.fetch(QUEUE, renamed)] == queue


async def test_the_length_of_the_queue_cannot_be_set(invitations: Connection) -> None:
    event, _, _ = await full_event(invitations)
    await refused(
        invitations, "DK003", "UPDATE invitations SET waitlisted_count = 0 WHERE id = $1", event
    )


async def test_an_event_can_end_with_a_queue(invitations: Connection) -> None:
    event, _, _ = await full_event(invitations)
    await invitations.execute(
        "UPDATE invitations SET status = 'completed', vrchat_profile = NULL WHERE id = $1", event
    )
    await invitations.execute(NOW)
    assert await counted(invitations, event) == 2
