"""Final is final: for the invitation, for its participants, and for everyone but the owner."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.schema.rows import SEALED, insert, new_id, new_invitation, participant
from tests.schema.seats import Pair, seats, until_waiting

Connection = asyncpg.Connection
MESSAGE = "Cannot modify invitation in final state (completed/cancelled)"
CLOSE = """
    UPDATE invitations SET status = $2, vrchat_profile = NULL, instance_link = NULL WHERE id = $1
"""
FORBIDDEN = {
    "edit": "UPDATE invitations SET description = 'x' WHERE id = $1",
    "reopen": "UPDATE invitations SET status = 'recruiting' WHERE id = $1",
    "rename": "UPDATE invitations SET id = id || '0' WHERE id = $1",
    "delete": "DELETE FROM invitations WHERE id = $1",
    "join": """
        INSERT INTO participants (invitation_id, user_id, user_name, status)
        VALUES ($1, '1', 'x', 'joined')
    """,
    "show interest": """
        INSERT INTO participants (invitation_id, user_id, user_name, status)
        VALUES ($1, '1', 'x', 'interested')
    """,
    "upsert": """
        INSERT INTO participants (invitation_id, user_id, user_name, status)
        SELECT invitation_id, user_id, user_name, 'interested' FROM participants
        WHERE invitation_id = $1
        ON CONFLICT ON CONSTRAINT unique_participant DO UPDATE SET status = 'interested'
    """,
    "rename a participant": "UPDATE participants SET user_name = 'x' WHERE invitation_id = $1",
    "leave": "DELETE FROM participants WHERE invitation_id = $1",
}


async def final_invitation(connection: Connection, status: str = "completed") -> str:
    """Insert an invitation with one seat taken, close it, and give its id."""
    event = await new_invitation(connection)
    await insert(connection, "participants", participant(event))
    await connection.execute(CLOSE, event, status)
    return event


@pytest.mark.parametrize("status", ["completed", "cancelled"])
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_a_service_changes_nothing_of_a_final_invitation(
    invitations: Connection, status: str, statement: str
) -> None:
    event = await final_invitation(invitations, status)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await invitations.execute(statement, event)
    assert (refusal.value.sqlstate, str(refusal.value)) == ("DK001", MESSAGE)


@pytest.mark.parametrize("move", ["out", "in"])
async def test_no_participant_moves_between_a_final_and_an_open_invitation(
    invitations: Connection, move: str
) -> None:
    closed = await final_invitation(invitations)
    opened = await new_invitation(invitations)
    await insert(invitations, "participants", participant(opened))
    source, target = (closed, opened) if move == "out" else (opened, closed)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await invitations.execute(
            "UPDATE participants SET invitation_id = $2 WHERE invitation_id = $1", source, target
        )
    assert refusal.value.sqlstate == "DK001"


async def test_the_rule_of_final_invitations_also_binds_a_superuser(
    database: Any, pair: Pair
) -> None:
    event = await final_invitation(pair[0])
    connection = await asyncpg.connect(database.superuser_url)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await connection.execute("DELETE FROM invitations.invitations WHERE id = $1", event)
    assert refusal.value.sqlstate == "DK001"
    await connection.close()


async def test_the_owner_erases_a_member_from_a_final_invitation(owner: Connection) -> None:
    event = await final_invitation(owner)
    await owner.execute(
        "UPDATE participants SET user_name = '退会者' WHERE invitation_id = $1", event
    )
    await owner.execute("DELETE FROM participants WHERE invitation_id = $1", event)
    assert await seats(owner, event) == (0, "completed")
    await owner.execute("DELETE FROM invitations WHERE id = $1", event)


@pytest.mark.parametrize("secret", ["vrchat_profile", "instance_link"])
@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_the_update_that_makes_it_final_wipes_both_secrets(
    invitations: Connection, secret: str, status: str
) -> None:
    event = await new_invitation(invitations, vrchat_profile=None)
    write_secret = f"UPDATE invitations SET {secret} = $2 WHERE id = $1"  # noqa: S608 - parameters above
    await invitations.execute(write_secret, event, SEALED)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        async with invitations.transaction():
            await invitations.execute(
                "UPDATE invitations SET status = $2 WHERE id = $1", event, status
            )
    assert refusal.value.constraint_name == "chk_invitation_final_secrets"
    await invitations.execute(CLOSE, event, status)


async def test_a_full_invitation_becomes_final(invitations: Connection) -> None:
    event = await new_invitation(invitations, max_participants=1)
    await insert(invitations, "participants", participant(event))
    await invitations.execute(CLOSE, event, "completed")
    assert await seats(invitations, event) == (1, "completed")


@pytest.mark.parametrize("status", ["joined", "interested", "waitlisted"])
async def test_a_command_that_waits_behind_a_closing_comes_too_late(
    pair: Pair, status: str
) -> None:
    first, second = pair
    event = await new_invitation(first)
    async with first.transaction():
        await first.execute(CLOSE, event, "completed")
        late = insert(second, "participants", participant(event, status=status))
        waiting = asyncio.create_task(late)
        await until_waiting(first, second)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await waiting
    assert refusal.value.sqlstate == "DK001"


async def test_a_closing_waits_for_a_join_in_flight_and_keeps_it(pair: Pair) -> None:
    first, second = pair
    event = await new_invitation(first)
    async with first.transaction():
        await insert(first, "participants", participant(event, user_id=new_id()))
        waiting = asyncio.create_task(second.execute(CLOSE, event, "completed"))
        await until_waiting(first, second)
    await waiting
    assert await seats(first, event) == (1, "completed")
