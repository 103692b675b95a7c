"""The gateway compares tickets with their threads; the service says how they stand."""

from typing import Any

import pytest

from shared.messages.envelope import NOBODY, Actor
from shared.messages.tickets.commands import (
    CloseTicket,
    EndTicketOfThread,
    HoldTicket,
    MoveTicketMessage,
    RestateTickets,
)
from tests.builders import SEALED, STAFF
from tests.services.tickets.conftest import Desk, request
from tests.services.tickets.test_staffing import asking

GATEWAY = Actor(user_id=NOBODY, name="gateway", guild_id="1")


def restate(*ticket_ids: str, guild_id: str = "1", **fields: Any) -> RestateTickets:
    actor = GATEWAY.model_copy(update={"guild_id": guild_id})
    return RestateTickets(actor=actor, guild_id=guild_id, ticket_ids=ticket_ids, **fields)


async def restated(desk: Desk, command: RestateTickets) -> list[tuple[str, str]]:
    assert await desk.say(command) == "done"
    messages = await desk.drain()
    assert {name for name, _ in messages} <= {"TicketRestated"}
    assert all(event["subject"] == SEALED for _, event in messages)
    return [(event["ticket"]["id"], event["ticket"]["status"]) for _, event in messages]


async def test_open_tickets_are_restated_and_others_only_by_name(desk: Desk) -> None:
    await desk.choose(per_category=3)
    for ticket_id in ("5001", "5002", "5003"):
        await desk.opened(ticket_id)
    await desk.say(asking(CloseTicket))  # 5001
    await desk.drain()
    assert await restated(desk, restate("5001", "5002", "999")) == [
        ("5001", "closed"),
        ("5002", "open"),
    ]
    assert await restated(desk, restate(is_routine=True)) == [("5002", "open"), ("5003", "open")]
    assert await restated(desk, restate("5002", guild_id="2", is_routine=True)) == []


@pytest.mark.parametrize("is_held", [False, True])
async def test_a_ticket_ends_with_its_thread_and_frees_its_slot(
    desk: Desk,
    is_held: bool,  # noqa: FBT001 - a column of the table
) -> None:
    await desk.opened()
    if is_held:
        await desk.say(asking(HoldTicket, STAFF))
        await desk.drain()
    end = EndTicketOfThread(actor=GATEWAY, ticket_id="5001", cause="thread_deleted")
    assert await desk.say(end) == "done"
    [(name, event)] = await desk.drain()
    assert (name, event["cause"], event["ticket"]["closed_by"]) == (
        "TicketClosed",
        "thread_deleted",
        NOBODY,
    )
    assert (await desk.row())["on_hold"] is False
    assert await desk.say(end) == "refused"  # both replicas report it
    await desk.drain()
    assert await desk.say(request()) == "done", "the member may ask again"


async def test_the_first_report_of_another_message_counts(desk: Desk) -> None:
    await desk.opened()
    for message_id in ("6002", "6003"):
        move = MoveTicketMessage(
            actor=GATEWAY, ticket_id="5001", before_id="6001", message_id=message_id
        )
        assert await desk.say(move) == "done"
    assert (await desk.row())["message_id"] == "6002"


@pytest.mark.parametrize("kind", [EndTicketOfThread, MoveTicketMessage])
async def test_another_guild_changes_no_ticket(desk: Desk, kind: Any) -> None:
    await desk.opened()
    stranger = GATEWAY.model_copy(update={"guild_id": "2"})
    fields = {"cause": "thread_closed", "before_id": "6001", "message_id": "6002"}
    assert await desk.say(kind(actor=stranger, ticket_id="5001", **fields)) == "refused"
    row = await desk.row()
    assert (row["status"], row["message_id"]) == ("open", "6001")
