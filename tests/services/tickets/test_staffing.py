"""Staff claim, hand over, hold and close tickets; members may only close their own."""

import asyncio
from typing import Any

import pytest

from shared.messages.envelope import Actor, Message
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    HoldTicket,
    ReadTranscript,
    ReleaseTicket,
    RemoveFromTicket,
    ResumeTicket,
    TransferTicket,
)
from tests import builders
from tests.builders import MEMBER, SEALED, STAFF
from tests.services.tickets.conftest import Desk

OTHER = Actor(user_id="902", name="あおい", is_staff=True, guild_id="1")
STRANGER = builders.member(7)


def asking(kind: Any, actor: Actor = STAFF, **fields: Any) -> Message:
    fields = {"reply_to": builders.reply_to(follows_events=True), **fields}
    command: Message = kind(actor=actor, ticket_id="5001", **fields)
    return command


async def test_the_first_of_fifty_gets_the_ticket(desk: Desk) -> None:
    await desk.opened()
    staff = [STAFF.model_copy(update={"user_id": str(n)}) for n in range(1, 51)]
    outcomes = await asyncio.gather(*(desk.say(asking(ClaimTicket, each)) for each in staff))
    assert sorted(outcomes) == ["done"] + ["refused"] * 49
    row = await desk.row()
    messages = await desk.drain()
    [claimed] = [event["ticket"] for name, event in messages if name == "TicketClaimed"]
    assert (claimed["staff_id"], claimed["version"]) == (row["staff_id"], 2)
    assert {answer["details"]["staff_id"] for _, answer in messages if answer.get("code")} == {
        row["staff_id"]
    }


async def test_a_ticket_goes_from_hand_to_hand(desk: Desk) -> None:
    await desk.opened()
    assert await desk.code(asking(ReleaseTicket)) == "ticket_not_taken"
    await desk.say(asking(ClaimTicket))
    await desk.drain()
    assert await desk.code(asking(ClaimTicket)) == "ticket_already_yours"
    assert await desk.code(asking(ReleaseTicket, OTHER)) == "ticket_taken"
    assert await desk.code(asking(TransferTicket, to=MEMBER)) == "not_a_staff_member"
    await desk.say(asking(TransferTicket, OTHER, to=OTHER))
    assert (await desk.row())["staff_name"] == "あおい"
    await desk.say(asking(ReleaseTicket, OTHER))
    assert (await desk.row())["staff_id"] is None
    events = [name for name, _ in await desk.drain() if name.startswith("Ticket")]
    assert events == ["TicketTransferred", "TicketReleased"]
    log = await desk.pool.fetch("SELECT action, actor_id FROM audit_log ORDER BY id DESC LIMIT 3")
    stories = "SELECT count(DISTINCT correlation_id) FROM audit_log"
    assert await desk.pool.fetchval(stories) == 3, "each entry is found in the logs"
    assert [tuple(row) for row in log] == [
        ("tickets.ReleaseTicket", OTHER.user_id),
        ("tickets.TransferTicket", OTHER.user_id),
        ("tickets.ClaimTicket", STAFF.user_id),
    ]


async def test_a_ticket_on_hold_has_no_deadline_of_silence(desk: Desk) -> None:
    await desk.opened()
    assert await desk.code(asking(ResumeTicket)) == "ticket_not_held"
    await desk.say(asking(HoldTicket))
    row = await desk.row()
    assert (row["on_hold"], row["warns_at"], row["closes_at"]) == (True, None, None)
    await desk.drain()
    assert await desk.code(asking(HoldTicket)) == "ticket_already_held"
    await desk.say(asking(ResumeTicket))
    row = await desk.row()
    assert (row["on_hold"], row["warns_at"] is None) == (False, False)


@pytest.mark.parametrize(
    "command",
    [
        asking(ClaimTicket, MEMBER),
        asking(ReleaseTicket, MEMBER),
        asking(TransferTicket, MEMBER, to=STAFF),
        asking(HoldTicket, MEMBER),
        asking(ResumeTicket, MEMBER),
        asking(AddToTicket, MEMBER, user_id="1"),
        asking(RemoveFromTicket, MEMBER, user_id="1"),
    ],
    ids=lambda command: command.wire_name(),
)
async def test_a_member_does_nothing_that_is_for_staff(desk: Desk, command: Message) -> None:
    await desk.opened()
    assert await desk.code(command) == "not_staff"
    assert (await desk.row())["version"] == 1


@pytest.mark.parametrize("actor", [MEMBER, STAFF])
async def test_member_and_staff_close_a_ticket_once(desk: Desk, actor: Actor) -> None:
    await desk.opened()
    assert await desk.code(asking(CloseTicket, STRANGER)) == "ticket_not_yours"
    await desk.say(asking(CloseTicket, actor, reason=SEALED))
    [(name, event)] = await desk.drain()
    assert event["reply_to"], "the gateway answers when the thread is closed"
    row = await desk.row()
    assert (name, event["reason"], event["cause"]) == ("TicketClosed", SEALED, "asked")
    assert (row["status"], row["closed_by"], row["close_reason"]) == (
        "closed",
        actor.user_id,
        SEALED,
    )
    for kind in (CloseTicket, ClaimTicket, HoldTicket):
        assert await desk.code(asking(kind)) == "ticket_closed"


async def test_staff_let_people_in_and_out_but_never_the_member(desk: Desk) -> None:
    await desk.opened()
    await desk.say(asking(AddToTicket, user_id="77"))
    await desk.say(asking(RemoveFromTicket, user_id="77"))
    events = await desk.drain()
    people = [(name, event["person_id"]) for name, event in events]
    assert people == [("PersonAdded", "77"), ("PersonRemoved", "77")]
    assert all(event["reply_to"] for _, event in events), "Discord has not let them in yet"
    assert await desk.code(asking(RemoveFromTicket, user_id=MEMBER.user_id)) == "ticket_is_theirs"


@pytest.mark.parametrize(
    ("kind", "fields", "person"),
    [
        (AddToTicket, {"user_id": "77"}, {"user_id": "77"}),
        (RemoveFromTicket, {"user_id": "77"}, {"user_id": "77"}),
        (TransferTicket, {"to": OTHER}, {"user_id": OTHER.user_id}),
        (CloseTicket, {}, {}),
    ],
)
async def test_a_gateway_of_the_release_before_gives_the_answer_that_it_is_sent(
    desk: Desk, kind: Any, fields: dict[str, Any], person: dict[str, str]
) -> None:
    """It ignores where the answer to an event goes."""
    await desk.opened()
    await desk.say(asking(kind, **fields, reply_to=builders.reply_to()))
    [(_, event), (name, answer)] = await desk.drain()
    assert event["reply_to"] is None, "else a newer gateway would answer a second time"
    assert (name, answer["command"]) == ("CommandAccepted", kind.wire_name())
    assert answer["details"] == {"ticket_id": "5001", **person}


async def test_an_event_lists_the_people_that_staff_added_and_removed(desk: Desk) -> None:
    """So that a reader who missed the events before knows it too."""
    await desk.opened()
    for kind, user_id in (
        (AddToTicket, "77"),
        (AddToTicket, "78"),
        (RemoveFromTicket, "78"),
        (RemoveFromTicket, "79"),
        (AddToTicket, "79"),
        (HoldTicket, None),
    ):
        await desk.say(asking(kind, **({"user_id": user_id} if user_id else {})))
    held = [event["ticket"] for name, event in await desk.drain() if name == "TicketHeld"]
    assert [(each["added_ids"], each["removed_ids"]) for each in held] == [(["77", "79"], ["78"])]


async def test_a_removed_staff_member_is_no_longer_the_assignee(desk: Desk) -> None:
    """Otherwise a later mention of them would let them in again."""
    await desk.opened()
    await desk.say(asking(ClaimTicket))
    await desk.drain()
    await desk.say(asking(RemoveFromTicket, OTHER, user_id=STAFF.user_id))
    row = await desk.row()
    assert (row["staff_id"], row["staff_name"], row["removed_ids"]) == (None, None, [STAFF.user_id])
    tickets = [(name, event["ticket"]) for name, event in await desk.drain() if "ticket" in event]
    assert [name for name, _ in tickets] == ["PersonRemoved", "TicketReleased"]
    assert [(state["version"], state["staff_id"]) for _, state in tickets] == [(3, None)] * 2
    await desk.say(asking(ClaimTicket))
    assert (await desk.row())["removed_ids"] == []


async def test_only_the_member_and_staff_read_the_transcript(desk: Desk) -> None:
    await desk.opened()
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5001"))
    await desk.drain()
    assert await desk.code(asking(ReadTranscript, STRANGER)) == "ticket_private"
    for actor in (MEMBER, STAFF):
        await desk.say(asking(ReadTranscript, actor))
    messages = await desk.drain()
    assert [(name, answer["ticket"]["id"]) for name, answer in messages] == [
        ("TranscriptGranted", "5001")
    ] * 2
    log = await desk.pool.fetchval("SELECT actor_id FROM audit_log ORDER BY id DESC LIMIT 1")
    assert log == STAFF.user_id


async def test_staff_of_another_guild_find_no_ticket(desk: Desk) -> None:
    await desk.opened()
    stranger = STAFF.model_copy(update={"guild_id": "666"})
    for kind in (ClaimTicket, HoldTicket, CloseTicket, ReadTranscript):
        assert await desk.code(asking(kind, stranger)) == "ticket_not_found"
    assert await desk.code(asking(AddToTicket, stranger, user_id="9")) == "ticket_not_found"
    assert await desk.say(asking(ClaimTicket, STAFF.model_copy(update={"guild_id": "1"}))) == "done"


@pytest.mark.parametrize(
    ("kind", "column"), [(AddToTicket, "added_ids"), (RemoveFromTicket, "removed_ids")]
)
async def test_a_ticket_remembers_as_many_people_as_its_thread_takes(
    desk: Desk, kind: Any, column: str
) -> None:
    await desk.opened()
    people = [str(10_000 + number) for number in range(999)]
    await desk.pool.execute(f"UPDATE tickets SET {column} = $1", people)  # noqa: S608 - one of two
    await desk.say(asking(kind, user_id="99999"))
    await desk.drain()
    assert await desk.code(asking(kind, user_id="88888")) == "ticket_people"
    await desk.say(asking(kind, user_id=people[0]))  # who is known already needs no room
    assert len((await desk.row())[column]) == 1000
