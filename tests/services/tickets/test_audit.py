"""The audit log of tickets as staff read it: of their guild alone, page by page."""

from typing import Any

import asyncpg
import pytest

from services.tickets.sql import audit
from shared.audit import NEWEST
from shared.messages.envelope import Actor
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    ReadTicketLog,
    TransferTicket,
)
from tests import builders
from tests.builders import MEMBER, STAFF, in_guild, member
from tests.conftest import Site
from tests.schema.conftest import undone
from tests.services.tickets.conftest import Desk

PLANT = """
INSERT INTO audit_log (actor_id, actor_name, action, details, guild_id)
SELECT $1, 'だれか', 'tickets.ClaimTicket', '{}', $3
  FROM generate_series(1, $2::int) AS n
"""


async def read(desk: Desk, actor: Actor = STAFF, **wanted: Any) -> dict[str, Any]:
    """Ask for a page; give the body of the one answer."""
    about = {"guild_id": actor.guild_id, **wanted}
    await desk.say(ReadTicketLog(actor=actor, reply_to=builders.reply_to(), **about))
    [(_, answer)] = await desk.drain()
    return answer | {"reply_to": None}


async def test_staff_read_who_did_what_to_which_ticket(desk: Desk) -> None:
    """Opening a ticket is no act of staff; neither is a reading of this log."""
    await desk.opened()
    other = member(7).model_copy(update={"is_staff": True})
    for command in (
        ClaimTicket(actor=STAFF, ticket_id="5001"),
        AddToTicket(actor=STAFF, ticket_id="5001", user_id="77"),
        TransferTicket(actor=STAFF, ticket_id="5001", to=other),
        CloseTicket(actor=MEMBER, ticket_id="5001"),
    ):
        assert await desk.say(command) == "done"
    await desk.choose(per_category=3)

    page = await read(desk)

    assert [
        (each["action"].partition(".")[2], each["ticket_id"], each["details"])
        for each in page["entries"]
    ] == [
        ("ChangeTicketSettings", None, {"setting": "per_category", "before": "1", "after": "3"}),
        ("CloseTicket", "5001", {}),
        ("TransferTicket", "5001", {"to": other.user_id}),
        ("AddToTicket", "5001", {"user_id": "77"}),
        ("ClaimTicket", "5001", {}),
    ]
    own = await read(desk, member_id=MEMBER.user_id)
    assert [each["action"] for each in own["entries"]] == ["tickets.CloseTicket"]


async def test_a_guilds_log_stays_its_own_also_when_the_ticket_is_gone(desk: Desk) -> None:
    await desk.opened()
    await desk.say(ClaimTicket(actor=STAFF, ticket_id="5001"))
    await desk.drain()
    await desk.pool.execute("DELETE FROM tickets")
    assert len((await read(desk))["entries"]) == 1
    assert (await read(desk, in_guild(STAFF, "2")))["entries"] == []
    stranger = ReadTicketLog(actor=in_guild(STAFF, "2"), guild_id="1", reply_to=builders.reply_to())
    assert await desk.code(stranger) == "not_found"
    curious = ReadTicketLog(actor=MEMBER, guild_id="1", reply_to=builders.reply_to())
    assert await desk.code(curious) == "not_staff"


async def test_every_entry_is_on_one_page_there_and_back(desk: Desk) -> None:
    await desk.pool.execute(PLANT, STAFF.user_id, 25, "1")
    await desk.pool.execute(PLANT, STAFF.user_id, 5, "2")
    first = await read(desk)
    second = await read(desk, cursor=first["next"])
    last = await read(desk, cursor=second["next"])
    assert [len(page["entries"]) for page in (first, second, last)] == [10, 10, 5]
    assert (first["previous"], last["next"]) == (None, None)
    assert await read(desk, cursor=last["previous"]) == second


@pytest.mark.parametrize("statement", [audit.SELECT_ENTRIES, audit.SELECT_ENTRIES_BACK])
async def test_the_log_has_its_index(database: Site, statement: str) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    async with undone(connection):
        await connection.execute("SET search_path = tickets")
        for guild_id in range(1, 100):
            await connection.execute(PLANT, "5", 100, str(guild_id))
        await connection.execute("ANALYZE audit_log")
        at = NEWEST if statement == audit.SELECT_ENTRIES else 0
        rows = await connection.fetch(f"EXPLAIN {statement}", at, 11, "1", None)
    assert "idx_audit_log_guild" in "\n".join(row[0] for row in rows)
