"""A member gets all ticket data that is stored about them, and can have it erased."""

import re
from typing import Any

from shared.messages.envelope import Actor
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    RemoveFromTicket,
    TransferTicket,
)
from shared.messages.tickets.mine import EraseMyData, ExportMyData
from tests import builders
from tests.builders import MEMBER, SEALED, STAFF
from tests.services.tickets.conftest import Desk, request

WHO = Actor(user_id="424242424242424242", name="消えるひと", is_staff=True, guild_id="1")


async def lived(desk: Desk) -> None:
    """Let the member ask, open, close, take charge and be let in: rows in every table."""
    await desk.opened("5001", actor=WHO)
    await desk.say(CloseTicket(actor=WHO, ticket_id="5001", reason=SEALED))
    await desk.opened("5002", actor=WHO, category="trouble")
    await desk.say(request(actor=WHO, category="other", reply_to=builders.reply_to()))
    await desk.opened("5003", actor=MEMBER)
    await desk.say(ClaimTicket(actor=WHO, ticket_id="5003"))
    await desk.say(CloseTicket(actor=WHO, ticket_id="5003", reason=SEALED))
    await desk.opened("5004", actor=MEMBER, category="trouble")
    await desk.say(TransferTicket(actor=STAFF, ticket_id="5004", to=WHO))
    await desk.opened("5005", actor=MEMBER, category="other")
    await desk.say(AddToTicket(actor=STAFF, ticket_id="5005", user_id=WHO.user_id))
    await desk.opened("5006", actor=builders.member(1))
    await desk.say(RemoveFromTicket(actor=STAFF, ticket_id="5006", user_id=WHO.user_id))
    await desk.drain()


async def exported(desk: Desk) -> dict[str, Any]:
    await desk.say(ExportMyData(actor=WHO, reply_to=builders.reply_to()))
    [(name, answer)] = await desk.drain()
    assert (name, answer["actor"]["user_id"]) == ("DataExported", WHO.user_id)
    export: dict[str, Any] = answer["export"]
    return export


def is_named(text: str, where: str) -> bool:
    """Find a whole value: the digits of an id also stand in UUIDs and in fractions of seconds."""
    return re.search(rf"(?<![\w.]){re.escape(text)}(?!\w)", where) is not None


async def everywhere(desk: Desk, text: str) -> set[str]:
    """Name the tables of the service that hold a text; the outbox is left out."""
    tables = await desk.pool.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname !~ 'box$'"
        " AND relnamespace = 'tickets'::regnamespace"
    )
    found = set()
    for (table,) in tables:
        rows = await desk.pool.fetch(f"SELECT t::text FROM {table} AS t")  # noqa: S608 - from the catalogue
        if any(is_named(text, row[0]) for row in rows):
            found.add(table)
    return found


async def test_a_member_gets_everything_about_them_and_no_other_members_name(desk: Desk) -> None:
    await lived(desk)
    export = await exported(desk)
    assert [(each["id"], each["status"]) for each in export["tickets"]] == [
        ("5001", "closed"),
        ("5002", "open"),
    ]
    assert [each["category"] for each in export["requests"]] == ["other"]
    assert (export["staff_of"], export["closed_by_member"]) == (["5003", "5004"], ["5003"])
    assert (export["added_to"], export["removed_from"]) == (["5005"], ["5006"])
    actions = [(each["action"], each["is_own"]) for each in export["audit_log"]]
    assert ("tickets.ClaimTicket", True) in actions
    assert ("tickets.AddToTicket", False) in actions
    # The id with its quotes: three digits also stand in the random id of a request now and then.
    for foreign in (STAFF.name, MEMBER.name, repr(STAFF.user_id)):
        assert foreign not in str(export)


async def test_an_erased_member_stands_nowhere_and_others_keep_their_tickets(desk: Desk) -> None:
    await lived(desk)
    assert await everywhere(desk, WHO.user_id) == {"tickets", "requests", "audit_log"}

    await desk.say(EraseMyData(actor=WHO, reply_to=builders.reply_to()))

    messages = [(name, body.get("ticket", {}).get("id")) for name, body in await desk.drain()]
    assert messages == [
        ("RequestDiscarded", None),
        ("CommandRefused", None),
        ("TicketClosed", "5002"),
        ("TicketReleased", "5004"),
        ("CommandAccepted", None),
    ]
    assert await everywhere(desk, WHO.user_id) == set()
    assert await everywhere(desk, WHO.name) == set()
    rows = await desk.pool.fetch("SELECT id, closed_by, close_reason FROM tickets ORDER BY id")
    assert [row["id"] for row in rows] == ["5003", "5004", "5005", "5006"]
    assert tuple(rows[0])[1:] == ("0", None)
    rows = await desk.pool.fetch(
        "SELECT DISTINCT action, actor_id FROM audit_log WHERE ticket_id = '5003'"
    )
    assert {tuple(row) for row in rows} == {
        ("tickets.ClaimTicket", "0"),
        ("tickets.CloseTicket", "0"),
    }
    export = await exported(desk)
    assert not any(export.values())
    assert await desk.say(EraseMyData(actor=WHO)) == "done", "nothing is left to erase"
