"""The gateway handles messages that are old, late, repeated or final."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest

from playground import demo
from services.gateway.discord.interactions import PRESSES
from shared.broker import Broker
from shared.exchanges import COMMANDS, EVENTS, REPLIES
from shared.messages.envelope import Actor, Envelope, ReplyTo
from shared.messages.invitations.commands import CancelInvitation
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import (
    InvitationDrafted,
    InvitationPublished,
)
from shared.messages.replies import CommandRefused
from shared.sealing import Sealer
from tests import builders
from tests.keys import publisher
from tests.stage import SEALING_KEYS, Stage, shown

LONG_AGO = "1400000000000000999"  # an id of July 2025
STAFF = Actor(user_id=demo.MIDORI, name="みどり", is_staff=True, guild_id=demo.GUILD_ID)


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


@pytest.fixture
async def pressing(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as a gateway does."""
    broker = await publisher(stage.servers.rabbitmq_url("gateway", stage.name))
    yield broker
    await broker.close()


async def test_a_cancelled_invitation_is_shown_so_and_its_thread_is_closed(
    stage: Stage, pressing: Broker
) -> None:
    invitation_id = await stage.create(event_name="中止になる会")
    envelope = Envelope.first(CancelInvitation(actor=STAFF, invitation_id=invitation_id))
    await pressing.publish(COMMANDS, envelope.name, envelope)
    await stage.shows(invitation_id, "中止")

    def is_closed() -> bool:
        thread = next(t for t in stage.discord.threads() if t["id"] == invitation_id)
        return bool(thread["thread_metadata"]["archived"] and thread["thread_metadata"]["locked"])

    await stage.discord.wait_until(is_closed, "the thread is closed")


async def test_an_old_event_that_comes_again_shows_no_old_state(
    stage: Stage, broker: Broker
) -> None:
    invitation_id = await stage.create(event_name="古い知らせの会")
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.answer()
    await stage.shows(invitation_id, "1 / 2")
    edited = asyncio.Event()
    stage.discord.faults.add(
        method="PATCH",
        template="/channels/{channel_id}/messages/{message_id}",
        where=lambda exchange: invitation_id in exchange.path,
        hook=lambda _: edited.set(),
    )
    old = Envelope.first(InvitationPublished(invitation=state(invitation_id)))
    await broker.publish(EVENTS, old.name, old)
    await asyncio.wait_for(edited.wait(), 30)
    assert "1 / 2" in shown(stage.discord.message(invitation_id))


async def test_a_draft_repeated_much_later_leaves_one_announcement(
    stage: Stage, broker: Broker
) -> None:
    """Nonce and mark are both gone by then; the service calls the second one an orphan."""
    submit = await stage.fill_in(event_name="二度知らされる会")
    content = (await submit.answer(15))["content"]
    invitation_id = content.rpartition("/")[2]
    await stage.shows(invitation_id, "募集中")
    stage.discord.world.messages[invitation_id].nonce = None
    posted = asyncio.Event()
    stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages",
        hook=lambda _: posted.set(),
    )
    drafted = InvitationDrafted(
        request_id=uuid5(PRESSES, submit.id),
        guild_id=demo.GUILD_ID,
        channel_id=demo.ANNOUNCEMENT_CHANNEL_ID,
        host_id=demo.SAKURA,
        host_name="さくら",
        details=builders.details(event_name="二度知らされる会"),
    )
    again = Envelope.first(drafted)
    await broker.publish(EVENTS, again.name, again)
    await asyncio.wait_for(posted.wait(), 30)

    def mine() -> list[str]:
        return [m["id"] for m in stage.announcements() if "二度知らされる会" in str(m["embeds"])]

    await stage.discord.wait_until(lambda: mine() == [invitation_id], "the second is deleted")

    def panels() -> list[str]:
        there = stage.discord.messages_in(demo.STAFF_CHANNEL_ID)
        return [m["embeds"][0]["url"] for m in there if "二度知らされる会" in str(m["embeds"])]

    await stage.discord.wait_until(lambda: len(panels()) == 1, "the second's panel is deleted")
    assert panels()[0].endswith(f"/{invitation_id}")


async def test_an_orphaned_announcement_is_deleted_with_its_thread_and_panel(
    stage: Stage, broker: Broker
) -> None:
    """No such draft is stored, so the service calls its announcement an orphan."""
    drafted = InvitationDrafted(
        request_id=uuid4(),
        guild_id=demo.GUILD_ID,
        channel_id=demo.ANNOUNCEMENT_CHANNEL_ID,
        host_id=demo.SAKURA,
        host_name="さくら",
        details=builders.details(event_name="行き場のない会"),
    )
    posted = asyncio.Event()
    stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages/{message_id}/threads",
        hook=lambda _: posted.set(),
    )
    envelope = Envelope.first(drafted)
    await broker.publish(EVENTS, envelope.name, envelope)
    await asyncio.wait_for(posted.wait(), 30)

    def left() -> list[str]:
        channels = (demo.ANNOUNCEMENT_CHANNEL_ID, demo.STAFF_CHANNEL_ID)
        there = [str(m["embeds"]) for each in channels for m in stage.discord.messages_in(each)]
        there += [str(each["name"]) for each in stage.discord.threads()]
        return [text for text in there if "行き場のない会" in text]

    await stage.discord.wait_until(lambda: not left(), "nothing of it is left", 20)


@pytest.mark.parametrize("is_expired", [True, False])
async def test_an_answer_to_an_expired_or_unknown_interaction_is_dropped(
    stage: Stage,
    broker: Broker,
    is_expired: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Neither an expired nor an unknown interaction may hold up the answers behind it."""
    late = CommandRefused(
        reply_to=reply_to(LONG_AGO if is_expired else stage.discord.world.ids.next()),
        command="invitations.JoinInvitation",
        code="full",
    )
    envelope = Envelope.first(late)
    await broker.publish(REPLIES, envelope.name, envelope)
    word = "answer.expired" if is_expired else "answer.unacknowledged"
    async with asyncio.timeout(15):
        while not has_logged(stage, word, str(envelope.id)):  # noqa: ASYNC110 - a log is no signal
            await asyncio.sleep(0.05)


def has_logged(stage: Stage, *words: str) -> bool:
    return any(all(word in line for word in words) for line in stage.log().splitlines())


def reply_to(interaction_id: str, sealed: str = "0 nobody", minutes: float = 15) -> ReplyTo:
    """Say where an answer goes, as a gateway does whose clock may be wrong."""
    sealer = Sealer.of(SEALING_KEYS)
    return ReplyTo(
        application_id=demo.BOT_ID,
        interaction_id=interaction_id,
        token=sealer.seal(sealed, column="interaction_token", row=interaction_id),
        locale="ja",
        expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
    )


def state(invitation_id: str, **changes: Any) -> InvitationState:
    fields = {
        **builders.details().model_dump(),
        "id": invitation_id,
        "version": 1,
        "guild_id": demo.GUILD_ID,
        "channel_id": demo.ANNOUNCEMENT_CHANNEL_ID,
        "thread_id": invitation_id,
        "host_id": demo.SAKURA,
        "host_name": "さくら",
        "status": "recruiting",
        "joined_count": 0,
    }
    return InvitationState(**{**fields, **changes})
