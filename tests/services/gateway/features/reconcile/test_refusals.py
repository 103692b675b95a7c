"""What Discord refuses is said once, with the permission by its name, and done when it works."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import asyncpg
import pytest

from playground import demo, payloads
from playground.guild_changes import delete_channel
from playground.permissions import Permission
from playground.writing import open_thread
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantJoined
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.features.closing.test_closing import joined
from tests.services.gateway.features.participants.test_waitlist import logged, press
from tests.services.gateway.features.reconcile.repairs import (
    noticed,
    owed,
    posted_again,
    said,
    until_stored,
)
from tests.services.gateway.features.reconcile.test_announcements import created_in
from tests.services.gateway.features.staff.test_panels import panel_of, panels, pressed
from tests.services.gateway.test_two_guilds import Guild, create
from tests.services.gateway.test_two_guilds import guilds as two_guilds
from tests.stage import Stage, shown

guilds = two_guilds

MISSING_FOR_PANEL = """
SELECT missing FROM owed_repairs WHERE invitation_id = $1 AND kind = 'panel'
"""
MANY = 60
COPY = """
INSERT INTO invitations.invitations
SELECT (jsonb_populate_record(invitation, jsonb_build_object(
         'id', id_of_copy, 'thread_id', id_of_copy, 'request_id', gen_random_uuid(),
         'staff_message_id', NULL, 'staff_channel_id', NULL))).*
  FROM invitations.invitations AS invitation, unnest($2::text[]) AS id_of_copy
 WHERE id = $1
"""
REMOVE = "DELETE FROM invitations.invitations WHERE id = ANY ($1)"
ALL_OWED = """
SELECT count(DISTINCT invitation_id)
  FROM owed_repairs JOIN invitations ON id = invitation_id
 WHERE guild_id = $1 AND kind = 'announcement'
"""
OWED = "SELECT count(*) FROM owed_repairs WHERE invitation_id = $1"


@pytest.fixture
async def permitted(stage: Stage) -> AsyncIterator[None]:
    """Let the bot see its channel again after the test."""
    yield
    stage.discord.overwrite(demo.ANNOUNCEMENT_CHANNEL_ID, stage.discord.bot_role())


def dead_letters(stage: Stage, invitation_id: str) -> list[str]:
    """List what died of all that was logged about an event; other tests have dead letters too."""
    lines = [json.loads(line) for line in stage.log().splitlines() if line.startswith("{")]
    about = {line.get("correlation_id") for line in lines if invitation_id in str(line)}
    assert about - {None}
    return [
        line["message_id"]
        for line in lines
        if line["event"] == "message.dead" and line["correlation_id"] in about - {None}
    ]


@pytest.mark.usefixtures("permitted")
async def test_an_announcement_that_the_bot_may_not_see_is_owed_and_repaired(stage: Stage) -> None:
    """B5: each press left a dead letter, and the announcement stayed wrong for good."""
    invitation_id = await stage.create(event_name="見えなくなる会")
    role, channel = stage.discord.bot_role(), demo.ANNOUNCEMENT_CHANNEL_ID
    stage.discord.overwrite(channel, role, deny=Permission.VIEW_CHANNEL)
    notice = await noticed(stage, demo.STAFF_CHANNEL_ID, "見えなくなる会", "確認が必要")
    assert "募集のメッセージ" in notice["content"]
    assert "チャンネルを見る" in notice["content"]
    assert "announcement" in await owed(stage, invitation_id)
    await stage.discord.wait_until(
        lambda: any(
            "見えなくなる会" in m["content"] and "チャンネルを見る" in m["content"]
            for m in stage.discord.direct_messages(demo.SAKURA)
        ),
        "the host reads it",
    )
    assert "参加しました" in await press(stage, invitation_id, "join", demo.TARO)
    stage.discord.overwrite(channel, role)

    await stage.shows(invitation_id, "1 / 2", f"<@{demo.TARO}>", seconds=30)
    await until_stored(stage, 0, OWED, invitation_id)
    assert said(stage, demo.STAFF_CHANNEL_ID, "見えなくなる会", "確認が必要") == 1
    await joined(stage, invitation_id, demo.HANAKO)
    await stage.shows(invitation_id, "2 / 2")
    assert dead_letters(stage, invitation_id) == []


@pytest.mark.usefixtures("permitted")
async def test_an_event_that_ends_while_the_bot_sees_nothing_is_shown_as_over_later(
    stage: Stage,
) -> None:
    invitation_id = await stage.create(event_name="見えないまま終わる会")
    await panel_of(stage, invitation_id, "募集中")
    role, channel = stage.discord.bot_role(), demo.ANNOUNCEMENT_CHANNEL_ID
    stage.discord.overwrite(channel, role, deny=Permission.VIEW_CHANNEL)
    await noticed(stage, demo.STAFF_CHANNEL_ID, "見えないまま終わる会", "確認が必要")
    press_of_staff = await pressed(stage, invitation_id, "cancel", demo.MIDORI)
    form = await stage.discord.submit(press_of_staff, {"reason": "台風"})
    assert "中止しました" in (await form.answer(15))["content"]
    stage.discord.overwrite(channel, role)
    await stage.shows(invitation_id, "中止", "台風", seconds=30)
    await until_stored(stage, 0, OWED, invitation_id)


async def test_an_edit_that_discord_refuses_for_no_known_reason_is_tried_again(
    stage: Stage,
) -> None:
    """Nothing happens on Discord that the bot could hear of when it works again."""
    invitation_id = await stage.create(event_name="書き換えられない会")
    fault = stage.discord.faults.add(
        method="PATCH",
        template="/channels/{channel_id}/messages/{message_id}",
        where=lambda exchange: invitation_id in exchange.path,
        answer=403,
        code=50013,
        times=None,
    )
    assert "参加しました" in await press(stage, invitation_id, "join", demo.TARO)
    await noticed(stage, demo.STAFF_CHANNEL_ID, "書き換えられない会", "Discord が受け付けません")
    assert "0 / 2" in shown(stage.discord.message(invitation_id))
    stage.discord.faults.remove(fault)
    await stage.shows(invitation_id, "1 / 2", seconds=60)
    await until_stored(stage, 0, OWED, invitation_id)
    assert said(stage, demo.STAFF_CHANNEL_ID, "書き換えられない会", "確認が必要") == 1


async def test_a_panel_that_the_bot_could_not_edit_is_edited_when_it_sees_the_channel(
    stage: Stage,
) -> None:
    """Chaos found it: the panel stood, so it passed for whole, and said what was so before."""
    invitation_id = await stage.create(event_name="パネルの古くなる会")
    await panel_of(stage, invitation_id, "0 / 2")
    with hidden(stage, demo.STAFF_CHANNEL_ID):
        assert "参加しました" in await press(stage, invitation_id, "join", demo.TARO)
        await stage.shows(invitation_id, "1 / 2")
        await until_stored(
            stage, "panel", "SELECT kind FROM owed_repairs WHERE invitation_id = $1", invitation_id
        )
    await panel_of(stage, invitation_id, "1 / 2")
    await until_stored(stage, 0, OWED, invitation_id)


async def test_a_panel_that_could_never_be_posted_is_owed_at_once_and_posted_later(
    stage: Stage,
) -> None:
    """Until the next hour nothing noticed that it was not there."""
    with hidden(stage, demo.STAFF_CHANNEL_ID):
        invitation_id = await stage.create(event_name="パネルの来ない会")
        await until_stored(stage, ["view_channel"], MISSING_FOR_PANEL, invitation_id)
        notice = await noticed(stage, invitation_id, "パネルの来ない会", "確認が必要")
        assert "チャンネルを見る" in notice["content"]
    await panel_of(stage, invitation_id, "0 / 2")
    await until_stored(stage, 0, OWED, invitation_id)
    assert len(panels(stage, invitation_id)) == 1


async def test_a_chosen_channel_that_refuses_a_moved_announcement_is_named_as_the_reason(
    stage: Stage, guilds: list[Guild]
) -> None:
    """Not the deleted one, of which nobody can give the bot a permission."""
    own, _ = guilds
    gone, chosen = (
        stage.discord.add_channel(name, guild=own.id) for name in ("消える募集", "次の募集")
    )
    await stage.set_up(own.id, announcement_channel_id=gone)
    invitation_id = await created_in(stage, gone, "引っ越せない会", own.chat)
    with hidden(stage, chosen, own.id):
        await stage.set_up(own.id, announcement_channel_id=chosen)
        delete_channel(stage.discord.world, gone)
        notice = await noticed(stage, own.panels, "引っ越せない会", "確認が必要")
        assert "チャンネルを見る" in notice["content"]
    await posted_again(stage, invitation_id, "0 / 2", channel=chosen)


async def test_sixty_events_in_a_hidden_channel_cost_others_nothing_of_the_bots_budget(
    stage: Stage, guilds: list[Guild]
) -> None:
    """L9: a stranger hid a channel; announcements of all guilds stood still for five minutes."""
    stranger, world = guilds[1], stage.discord.world
    first_id = await create(stage, stranger, "隠される会")
    ids = [world.ids.next() for _ in range(MANY)]
    for each in ids:
        name = {"name": "増える会"}
        open_thread(world, stranger.announcements, name, payloads.PUBLIC_THREAD, each)
    database = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await database.execute(COPY, first_id, ids)
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    place = {"guild_id": stranger.id, "channel_id": stranger.announcements}
    joined_in = [
        ParticipantJoined(invitation=state(each, **place), user_id=demo.TARO, user_name="たろう")
        for each in ids
    ]
    seen = len(stage.discord.exchanges)
    with hidden(stage, stranger.announcements, stranger.id):
        await stage.create(event_name="よそとは関わりのない会")
        await until_stored(stage, 1 + MANY, ALL_OWED, stranger.id)
        for envelope in map(Envelope.first, joined_in):
            await broker.publish(EVENTS, envelope.name, envelope)
            await logged(stage, 1, "message.handled", str(envelope.id))
        refused = [e for e in list(stage.discord.exchanges)[seen:] if e.status == 403]
        await database.execute(REMOVE, ids)  # or all of them would be posted again
    await broker.close()
    await database.close()
    assert 0 < len(refused) <= 20, [f"{e.method} {e.path}" for e in refused]


@contextmanager
def hidden(stage: Stage, channel: str, guild: str = demo.GUILD_ID) -> Iterator[None]:
    """Hide a channel from the bot for a while."""
    role = stage.discord.bot_role(guild)
    overwrites = stage.discord.world.channel(channel)["permission_overwrites"]
    own = [each for each in overwrites if each["id"] == role]
    before = {name: int(own[0][name]) for name in ("allow", "deny")} if own else {}
    stage.discord.overwrite(channel, role, deny=Permission.VIEW_CHANNEL)
    try:
        yield
    finally:
        stage.discord.overwrite(channel, role, **before)
