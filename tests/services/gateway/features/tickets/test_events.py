"""Events of tickets that come twice, late, or after an answer of Discord that was lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from playground import demo
from playground.refusals import Payload
from services.gateway.features.tickets.views import mark
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope, Event
from shared.messages.invitations.events import InvitationCancelled
from shared.messages.tickets.details import TicketState
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    ThreadOrphaned,
    TicketClosed,
    TicketHeld,
    TicketRequested,
    TicketTransferred,
    TicketWarned,
)
from tests.builders import SEALED
from tests.services.gateway.consumers.test_events import state as of_invitation
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.stage import Stage


class Teller:
    """Tells the gateway what the tickets service would, in the order that a test wants."""

    def __init__(self, stage: Stage, broker: Broker) -> None:
        self.stage = stage
        self.broker = broker

    async def tell(self, event: Event | Envelope) -> Envelope:
        """Publish an event, again if it is an envelope, and wait until it is handled."""
        envelope = event if isinstance(event, Envelope) else Envelope.first(event)
        handled = ("message.handled", str(envelope.id))
        before = sum(all(each in line for each in handled) for line in self.lines())
        await self.broker.publish(EVENTS, envelope.name, envelope)
        await logged(self.stage, before + 1, *handled)
        return envelope

    def lines(self) -> list[str]:
        return self.stage.log().splitlines()

    def threads(self, asked: Envelope) -> list[Payload]:
        assert isinstance(asked.body, TicketRequested)
        end = mark(asked.body.request_id)
        return [each for each in self.stage.discord.threads() if each["name"].endswith(end)]

    async def opened(self, user_id: str = demo.TARO) -> tuple[str, str]:
        """Have a thread opened; give its id and its first message's."""
        [thread] = self.threads(await self.tell(request(user_id)))
        return thread["id"], self.stage.discord.messages_in(thread["id"])[0]["id"]


def request(user_id: str = demo.TARO) -> TicketRequested:
    return TicketRequested(
        request_id=uuid4(),
        guild_id=demo.GUILD_ID,
        channel_id=demo.CHAT_CHANNEL_ID,
        user_id=user_id,
        user_name="たろう",
        category="question",
        subject=SEALED,
        details=SEALED,
    )


def state(ids: tuple[str, str], version: int, **changes: Any) -> TicketState:
    now = datetime.now(UTC)
    fields: dict[str, Any] = {
        "id": ids[0],
        "message_id": ids[1],
        "version": version,
        "guild_id": demo.GUILD_ID,
        "channel_id": demo.CHAT_CHANNEL_ID,
        "user_id": demo.TARO,
        "user_name": "たろう",
        "category": "question",
        "status": "open",
        "created_at": now,
        "last_activity_at": now,
    }
    return TicketState(**{**fields, **changes})


@pytest.fixture
async def teller(stage: Stage) -> AsyncIterator[Teller]:
    broker = await Broker.connect(stage.servers.rabbitmq_url("tickets", stage.name))
    yield Teller(stage, broker)
    await broker.close()


async def test_a_late_event_lets_no_removed_person_in_again(teller: Teller) -> None:
    """An overtaken event does nothing; the newest event brings in its changes."""
    ids = await teller.opened()
    inside = teller.stage.discord.thread_members
    added = await teller.tell(
        PersonAdded(ticket=state(ids, 2, added_ids=[demo.JIRO]), person_id=demo.JIRO)
    )
    assert demo.JIRO in inside(ids[0])
    removed = state(ids, 3, removed_ids=[demo.JIRO])
    await teller.tell(PersonRemoved(ticket=removed, person_id=demo.JIRO))
    await teller.tell(added)
    assert demo.JIRO not in inside(ids[0])

    both = {"added_ids": [demo.HANAKO], "removed_ids": [demo.JIRO]}
    await teller.tell(TicketHeld(ticket=state(ids, 5, **both)))
    assert demo.HANAKO in inside(ids[0])
    older = PersonAdded(ticket=state(ids, 6), person_id=demo.ALEX)
    await teller.tell(older)
    assert demo.ALEX in inside(ids[0])


async def test_a_staff_member_who_takes_a_ticket_over_is_let_in(teller: Teller) -> None:
    ids = await teller.opened()
    taken = state(ids, 2, staff_id=demo.MIDORI, staff_name="みどり")
    await teller.tell(TicketTransferred(ticket=taken))
    assert demo.MIDORI in teller.stage.discord.thread_members(ids[0])


@pytest.mark.parametrize("locked", [None, True])
async def test_no_event_of_an_open_ticket_opens_a_thread_that_a_moderator_closed(
    teller: Teller,
    locked: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    """Closing it is how they end the ticket; the event may come a moment later."""
    ids = await teller.opened()
    discord = teller.stage.discord
    discord.change_thread(ids[0], user=demo.MIDORI, archived=True, locked=locked)
    people = {"added_ids": [demo.HANAKO], "removed_ids": [demo.TARO]}
    taken = state(ids, 2, staff_id=demo.MIDORI, staff_name="みどり", **people)
    await teller.tell(TicketTransferred(ticket=taken))
    assert discord.world.channel(ids[0])["thread_metadata"]["archived"]
    assert demo.TARO in discord.thread_members(ids[0])


async def test_a_late_warning_leaves_a_closed_ticket_closed(teller: Teller) -> None:
    ids = await teller.opened()
    now = datetime.now(UTC)
    closed = state(ids, 3, status="closed", closed_at=now, closed_by=demo.TARO)
    await teller.tell(TicketClosed(ticket=closed))
    last = teller.stage.discord.messages_in(ids[0])[-1]
    await teller.tell(TicketWarned(ticket=state(ids, 2, closes_at=now)))
    assert teller.stage.discord.messages_in(ids[0])[-1] == last
    assert teller.stage.discord.world.channel(ids[0])["thread_metadata"]["locked"]


async def test_a_warning_that_comes_twice_is_said_once_and_not_swallowed(teller: Teller) -> None:
    """A gateway may have ended between the message that shows the version and the words."""
    ids = await teller.opened()
    warned = await teller.tell(TicketWarned(ticket=state(ids, 2, closes_at=datetime.now(UTC))))
    said = teller.stage.discord.messages_in(ids[0])[-1]
    del teller.stage.discord.world.messages[said["id"]]
    for _ in range(2):
        await teller.tell(warned)
    words = [m["content"] for m in teller.stage.discord.messages_in(ids[0])]
    assert words.count(said["content"]) == 1


async def test_a_reply_of_discord_that_is_lost_leaves_one_thread(teller: Teller) -> None:
    """disnake repeats the request; threads have no nonce."""
    fault = teller.stage.discord.faults.add(
        method="POST", template="/channels/{channel_id}/threads", answer=502, is_applied=True
    )
    asked = await teller.tell(request())
    teller.stage.discord.faults.remove(fault)
    assert fault.hits == 1
    [thread] = teller.threads(asked)
    assert len(teller.stage.discord.messages_in(thread["id"])) == 1


async def test_a_repeated_request_keeps_the_thread_of_a_member_who_has_left(teller: Teller) -> None:
    """Only the tickets service knows whether a ticket is open in it."""
    leaver = teller.stage.discord.add_member("開いて抜ける人")
    asked = await teller.tell(request(leaver))
    [thread] = teller.threads(asked)
    teller.stage.discord.leave(leaver)
    await teller.tell(asked)
    assert [each["id"] for each in teller.threads(asked)] == [thread["id"]]


def records(teller: Teller, channel_id: str, ticket_id: str) -> list[Payload]:
    messages = teller.stage.discord.messages_in(channel_id)
    name = f"ticket-{ticket_id}.html"
    return [each for each in messages if name in {a["filename"] for a in each["attachments"]}]


@pytest.mark.parametrize("is_elsewhere", [False, True])
async def test_no_record_of_a_ticket_leaves_its_server(
    teller: Teller,
    is_elsewhere: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The tickets service names the log channel; an attacker with its password names another."""
    discord = teller.stage.discord
    guild_id = demo.GUILD_ID
    if is_elsewhere:
        guild_id = discord.add_guild("よその会", owner=demo.ALEX)
    channel_id = discord.add_channel("記録", guild=guild_id)
    ids = await teller.opened()
    closed = state(ids, 3, status="closed", closed_at=datetime.now(UTC), closed_by=demo.TARO)
    message = await teller.tell(TicketClosed(ticket=closed, log_channel_id=channel_id))
    await logged(teller.stage, 1, "ticket.ended", str(message.id))
    assert len(records(teller, channel_id, ids[0])) == (0 if is_elsewhere else 1)
    if is_elsewhere:
        await logged(teller.stage, 1, "transcript.astray", str(message.id))


async def test_the_tickets_service_changes_no_channel_but_the_threads_of_tickets(
    teller: Teller,
) -> None:
    """H4: an attacker with its password could lock the thread of an open event, or delete it."""
    stage = teller.stage
    invitation_id = await stage.create(event_name="だれにも閉じられない会")
    before = stage.discord.world.channel(invitation_id).copy()
    said = stage.discord.messages_in(invitation_id)
    ids = (invitation_id, invitation_id)
    closed = state(ids, 2**40, status="closed", closed_at=datetime.now(UTC), closed_by=demo.TARO)
    for event in (
        TicketClosed(ticket=closed),
        PersonAdded(ticket=state(ids, 2**40, added_ids=[demo.ALEX]), person_id=demo.ALEX),
        ThreadOrphaned(request_id=uuid4(), thread_id=invitation_id),
    ):
        message = await teller.tell(event)
        await logged(stage, 1, "message.unproven", str(message.id), "no_ticket")
    forged = Envelope.first(InvitationCancelled(invitation=of_invitation(invitation_id)))
    await teller.broker.publish(
        EVENTS, "tickets.TicketClosed", forged.to_json(), message_id=str(forged.id)
    )
    await logged(stage, 1, "message.unproven", "wrong_publisher")
    assert stage.discord.world.channel(invitation_id) == before
    assert stage.discord.messages_in(invitation_id) == said
    assert demo.ALEX not in stage.discord.thread_members(invitation_id)
