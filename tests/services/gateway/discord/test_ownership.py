"""With one service's credentials, no id in an event or reply reaches what is not that service's."""

from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from playground import demo, payloads
from playground.refusals import Payload
from playground.thread_life import let_in
from playground.writing import open_thread
from services.gateway.features.tickets.views import mark
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.messages.envelope import Envelope, Event
from shared.messages.invitations.events import (
    AnnouncementOrphaned,
    InvitationCancelled,
    InvitationDrafted,
    InvitationEdited,
    ParticipantJoined,
    ParticipantLeft,
    ReminderDue,
)
from shared.messages.tickets.events import PersonAdded, ThreadOrphaned, TicketClosed, TicketWarned
from shared.messages.tickets.replies import TranscriptGranted
from tests import builders
from tests.services.gateway.consumers.test_events import reply_to
from tests.services.gateway.consumers.test_events import state as of_invitation
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.services.gateway.features.tickets.test_events import Teller, request, state
from tests.stage import Stage, shown

ALEX = {"user_id": demo.ALEX, "user_name": "アレックス"}


@pytest.fixture
async def invitations(stage: Stage) -> AsyncIterator[Teller]:
    """Publish what a person with the credentials of invitations can publish."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield Teller(stage, broker)
    await broker.close()


@pytest.fixture
async def tickets(stage: Stage) -> AsyncIterator[Teller]:
    """Publish what a person with the credentials of tickets can publish."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("tickets", stage.name))
    yield Teller(stage, broker)
    await broker.close()


async def refused(teller: Teller, reason: str, *events: Event) -> None:
    for event in events:
        message = await teller.tell(event)
        await logged(teller.stage, 1, "message.unproven", reason, str(message.id))


async def rewritten(stage: Stage, invitation_id: str, **columns: str) -> datetime:
    """Change a row with the role of invitations, and return the event's start."""
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(columns, start=2))
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute("SET ROLE invitations; SET search_path = invitations")
    start: datetime = await connection.fetchval(
        f"UPDATE invitations SET {sets} WHERE id = $1 RETURNING start_time",  # noqa: S608 - names of our own
        invitation_id,
        *columns.values(),
    )
    await connection.close()
    return start


def everything(stage: Stage, channel_id: str) -> Payload:
    """Return a channel or thread, what is written in it, and who is in it."""
    world = stage.discord.world
    return deepcopy(
        {
            "channel": world.channels.get(channel_id),
            "messages": stage.discord.messages_in(channel_id),
            "members": sorted(world.thread_members.get(channel_id, ())),
        }
    )


def moderators_thread(stage: Stage, name: str = "運営だけの話") -> str:
    """Let a moderator open a private thread in the channel that tickets stand in."""
    world = stage.discord.world
    thread_id, kind = world.ids.next(), payloads.PRIVATE_THREAD
    thread = open_thread(world, demo.CHAT_CHANNEL_ID, {"name": name}, kind, thread_id)
    thread["owner_id"] = demo.MIDORI
    world.thread_members[thread_id] = {}
    let_in(world, thread, [demo.MIDORI])
    stage.discord.say("名簿", user=demo.MIDORI, channel=thread_id)
    return thread_id


async def test_no_event_of_an_invitation_reaches_into_the_thread_of_a_ticket(
    stage: Stage, invitations: Teller, tickets: Teller
) -> None:
    """H2: an accomplice who joined was let into the ticket, and a cancellation locked it."""
    ticket_id, _ = await tickets.opened()
    invitation_id = await stage.create(event_name="チケットを名乗る会")
    start = await rewritten(stage, invitation_id, thread_id=ticket_id)
    before = everything(stage, ticket_id)
    times = {"start_time": start, "end_time": start + timedelta(hours=1)}
    forged = of_invitation(invitation_id, thread_id=ticket_id, **times)
    direct = of_invitation(ticket_id, channel_id=demo.CHAT_CHANNEL_ID)
    await refused(
        invitations,
        "no_announcement",
        ParticipantJoined(invitation=forged, **ALEX),
        ParticipantLeft(invitation=forged, **ALEX, by_id=demo.SAKURA),
        ReminderDue(invitation=forged, user_ids=[demo.ALEX]),
        InvitationCancelled(invitation=forged),
        InvitationCancelled(invitation=direct),
    )
    assert everything(stage, ticket_id) == before


async def test_no_event_of_an_invitation_edits_another_message_of_the_bot(
    stage: Stage, invitations: Teller, tickets: Teller
) -> None:
    """Discord lets the bot edit each of its messages: the first one of a ticket, or any panel."""
    ticket_id, message_id = await tickets.opened()
    invitation_id = await stage.create(event_name="よそを書き換える会")
    panels = {
        str(m["embeds"][0]["url"]).rpartition("/")[2]: m
        for m in stage.discord.messages_in(demo.STAFF_CHANNEL_ID)
        if m["embeds"]
    }
    other_id = await stage.create(event_name="パネルを守る会")
    await rewritten(stage, other_id, staff_message_id=panels[invitation_id]["id"])
    before = everything(stage, ticket_id)
    edited = of_invitation(other_id)
    fields = {"before": builders.details(), "changed": ("event_name",)}
    await refused(invitations, "no_panel", InvitationEdited(invitation=edited, **fields))
    assert "パネルを守る会" not in shown(stage.discord.message(panels[invitation_id]["id"]))

    await rewritten(stage, invitation_id, id=message_id, thread_id=message_id, channel_id=ticket_id)
    edited = of_invitation(message_id, channel_id=ticket_id)
    await refused(invitations, "no_announcement", InvitationEdited(invitation=edited, **fields))
    assert everything(stage, ticket_id) == before


async def test_no_orphan_deletes_a_channel_or_what_an_open_event_shows(
    stage: Stage, invitations: Teller, tickets: Teller
) -> None:
    """M5: the id of a channel in the place of a message's deleted the channel."""
    open_id = await stage.create(event_name="消されない会")
    ticket_id, _ = await tickets.opened()
    said = stage.discord.say("消さないで", user=demo.MIDORI, channel=demo.STAFF_CHANNEL_ID)
    channels = (open_id, ticket_id, demo.CHAT_CHANNEL_ID, demo.STAFF_CHANNEL_ID)
    before = [everything(stage, each) for each in channels]

    def orphan(channel_id: str, message_id: str, panel: str | None = None) -> Event:
        return AnnouncementOrphaned(
            request_id=uuid4(),
            channel_id=channel_id,
            message_id=message_id,
            staff_channel_id=demo.STAFF_CHANNEL_ID if panel else None,
            staff_message_id=panel,
        )

    for event in (orphan("1", demo.CHAT_CHANNEL_ID), orphan(demo.CHAT_CHANNEL_ID, ticket_id)):
        await invitations.tell(event)  # no such message
    await refused(
        invitations,
        "no_draft",
        orphan(demo.ANNOUNCEMENT_CHANNEL_ID, open_id),
        orphan(demo.STAFF_CHANNEL_ID, said["id"]),
    )
    await refused(invitations, "no_panel", orphan(demo.ANNOUNCEMENT_CHANNEL_ID, "1", said["id"]))
    assert [everything(stage, each) for each in channels] == before
    assert open_id in {each["id"] for each in stage.announcements()}


async def test_no_announcement_is_posted_into_a_thread(
    stage: Stage, invitations: Teller, tickets: Teller
) -> None:
    ticket_id, _ = await tickets.opened()
    before = everything(stage, ticket_id)
    drafted = InvitationDrafted(
        request_id=uuid4(),
        guild_id=demo.GUILD_ID,
        channel_id=ticket_id,
        host_id=demo.ALEX,
        host_name="アレックス",
        details=builders.details(),
    )
    await refused(invitations, "no_place", drafted)
    assert everything(stage, ticket_id) == before


async def test_no_ticket_is_a_private_thread_of_a_moderator(stage: Stage, tickets: Teller) -> None:
    """M4: a member was let into it, and it was deleted."""
    thread_id = moderators_thread(stage)
    before = everything(stage, thread_id)
    ids, now = (thread_id, thread_id), datetime.now(UTC)
    closed = state(ids, 2, status="closed", closed_at=now, closed_by=demo.TARO)
    await refused(
        tickets,
        "no_ticket",
        PersonAdded(ticket=state(ids, 2, added_ids=[demo.ALEX]), person_id=demo.ALEX),
        TicketWarned(ticket=state(ids, 2, closes_at=now)),
        TicketClosed(ticket=closed),
        ThreadOrphaned(request_id=uuid4(), thread_id=thread_id),
    )
    assert everything(stage, thread_id) == before


async def test_no_thread_of_a_moderator_passes_for_that_of_a_request(
    stage: Stage, tickets: Teller
) -> None:
    """A thread of the bot is found by the end of its name, and surplus ones are deleted."""
    asked = request()
    before = {
        thread_id: everything(stage, thread_id)
        for thread_id in (moderators_thread(stage, f"運営{mark(asked.request_id)}"),)
    }
    threads = tickets.threads(await tickets.tell(asked))
    assert len([each for each in threads if each["owner_id"] == demo.BOT_ID]) == 1
    assert {thread_id: everything(stage, thread_id) for thread_id in before} == before


@pytest.mark.parametrize("is_thread", [True, False])
async def test_no_transcript_is_made_of_another_channel(
    stage: Stage,
    tickets: Teller,
    is_thread: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """H3: the staff's channel was delivered as a file."""
    channel_id = moderators_thread(stage) if is_thread else demo.STAFF_CHANNEL_ID
    stage.discord.say("極秘: 明日 BAN する人の名簿", user=demo.MIDORI, channel=channel_id)
    files = dict(stage.discord.world.files)
    press = f"{demo.ALEX} tickets.ReadTranscript token"
    granted = TranscriptGranted(
        reply_to=reply_to(stage.discord.world.ids.next(), press),
        command="tickets.ReadTranscript",
        ticket=state((channel_id, "1"), 1),
    )
    reply = Envelope.first(granted)
    await tickets.broker.publish(REPLIES, reply.name, reply)
    await logged(stage, 1, "message.unproven", "no_ticket", str(reply.id))
    assert stage.discord.world.files == files
