"""An announcement that a moderator deletes is posted again, and the event goes on."""

import asyncio
import signal

from playground import demo
from playground.gateway_payloads import guild_create
from playground.guild_changes import delete_channel
from playground.writing import remove_message
from tests.services.gateway.features.closing.test_closing import joined
from tests.services.gateway.features.participants.test_waitlist import full, press
from tests.services.gateway.features.reconcile.repairs import (
    SECONDS,
    buttons,
    delete,
    noticed,
    owed,
    posted_again,
    said,
    shows_now,
    stored,
    until_stored,
)
from tests.services.gateway.test_two_guilds import Guild, create
from tests.services.gateway.test_two_guilds import guilds as two_guilds
from tests.stage import Stage, shown

guilds = two_guilds
SHOWN = "SELECT announcement_id FROM invitations WHERE id = $1"


async def test_a_deleted_announcement_is_posted_again_and_its_buttons_work(stage: Stage) -> None:
    """Both gateways hear of the deletion; one message is posted, and said once."""
    invitation_id = await stage.create(event_name="一通目の消える会")
    await joined(stage, invitation_id, demo.TARO)
    await stage.shows(invitation_id, "1 / 2")
    delete(stage, invitation_id)

    again = await posted_again(stage, invitation_id, "一通目の消える会", "1 / 2", f"<@{demo.TARO}>")
    assert await stored(stage, SHOWN, invitation_id) == again["id"]
    link = f"{demo.ANNOUNCEMENT_CHANNEL_ID}/{again['id']}"
    listed = await stage.discord.slash(
        "invite list", user=demo.TARO, options={"search": "一通目の消える会"}
    )
    assert link in shown(await listed.answer())
    pressed = await stage.discord.click(again["id"], f"join:{invitation_id}", user=demo.HANAKO)
    assert "参加しました" in (await pressed.answer())["content"]
    await posted_again(stage, invitation_id, "2 / 2", "満員")

    notice = await noticed(stage, invitation_id, "一通目の消える会", "削除", link)
    assert f"<@{demo.SAKURA}>" in notice["content"]
    await noticed(stage, demo.STAFF_CHANNEL_ID, "一通目の消える会", "削除", link)
    for place in (invitation_id, demo.STAFF_CHANNEL_ID):
        assert said(stage, place, "一通目の消える会", "削除") == 1
    assert len(shows_now(stage, invitation_id)) == 1


async def test_a_full_event_is_posted_again_as_full(stage: Stage) -> None:
    """Its new message offers the queue, not a seat, and the queue goes on."""
    invitation_id = await full(stage, event_name="満席で消される会")
    assert "1 番目" in await press(stage, invitation_id, "wait", demo.HANAKO)
    await stage.shows(invitation_id, "キャンセル待ち (1)")
    delete(stage, invitation_id)
    again = await posted_again(stage, invitation_id, "1 / 1", "満員", "キャンセル待ち (1)")
    assert f"wait:{invitation_id}" in buttons(again)
    assert f"join:{invitation_id}" not in buttons(again)
    pressed = await stage.discord.click(again["id"], f"wait:{invitation_id}", user=demo.JIRO)
    assert "2 番目" in (await pressed.answer())["content"]


async def test_an_announcement_that_is_deleted_twice_is_posted_twice(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="二度消される会")
    delete(stage, invitation_id)
    first = await posted_again(stage, invitation_id)
    await noticed(stage, invitation_id, "削除", first["id"])
    delete(stage, first["id"])
    second = await posted_again(stage, invitation_id, instead_of=first["id"])
    await noticed(stage, invitation_id, "削除", second["id"])
    assert "参加しました" in await joined_under(stage, second["id"], invitation_id)
    assert [m["id"] for m in shows_now(stage, invitation_id)] == [second["id"]]


async def joined_under(stage: Stage, message_id: str, invitation_id: str) -> str:
    pressed = await stage.discord.click(message_id, f"join:{invitation_id}", user=demo.TARO)
    return str((await pressed.answer())["content"])


async def test_a_thread_that_is_deleted_with_its_announcement_is_opened_again_with_the_participants(
    stage: Stage,
) -> None:
    invitation_id = await stage.create(event_name="糸ごと消される会")
    await joined(stage, invitation_id, demo.TARO)
    delete_channel(stage.discord.world, invitation_id)
    delete(stage, invitation_id)
    again = await posted_again(stage, invitation_id, "1 / 2")
    await until_stored(
        stage, again["id"], "SELECT thread_id FROM invitations WHERE id = $1", invitation_id
    )
    await stage.discord.wait_until(
        lambda: demo.TARO in stage.discord.thread_members(again["id"]), "たろう is in the thread"
    )
    await noticed(stage, again["id"], "削除", f"<@{demo.SAKURA}>")
    # A promotion, an edit and the end are noticed in the new thread, and it is closed.
    form = await stage.discord.click(again["id"], f"detail:{invitation_id}", user=demo.SAKURA)
    assert "糸ごと" in shown(await form.answer())


async def test_an_announcement_that_was_deleted_unheard_is_posted_again_after_ready(
    stage: Stage,
) -> None:
    """As when both gateways were away: Discord does not repeat what it said then."""
    invitation_id = await stage.create(event_name="聞かれずに消える会")
    del stage.discord.world.messages[invitation_id]
    stage.discord.gateway.invalidate()
    await posted_again(stage, invitation_id, "聞かれずに消える会")
    await stage.discord.wait_for_sessions(2)


async def test_an_announcement_that_shows_an_older_state_is_edited_after_ready(
    stage: Stage,
) -> None:
    """As when the start passed while nothing announced it: its buttons are the same."""
    invitation_id = await stage.create(event_name="前の状態の会")
    [embed] = stage.discord.world.messages[invitation_id].payload["embeds"]
    embed["author"]["name"] = "▶️ 開催中・🟢 募集中"
    stage.discord.gateway.invalidate()
    await stage.discord.wait_until(
        lambda: "開催中" not in shown(stage.discord.world.messages[invitation_id].payload),
        "the announcement is as it should be",
        SECONDS,
    )
    await stage.discord.wait_for_sessions(2)


async def test_an_announcement_that_was_deleted_while_discord_had_lost_the_guild_is_posted_again(
    stage: Stage,
) -> None:
    """The session goes on meanwhile, so there is no READY."""
    invitation_id = await stage.create(event_name="障害の間に消える会")
    world, emit = stage.discord.world, stage.discord.gateway.emit
    begun = stage.discord.gateway.identifies
    emit("GUILD_DELETE", {"id": demo.GUILD_ID, "unavailable": True})
    del world.messages[invitation_id]
    guild = world.guilds[demo.GUILD_ID]
    emit("GUILD_CREATE", guild_create(world, guild, world.by_guild()[guild.id]))
    await posted_again(stage, invitation_id, "障害の間に消える会")
    assert stage.discord.gateway.identifies == begun


async def test_a_gateway_killed_between_post_and_move_leaves_one_announcement(
    stage: Stage,
) -> None:
    """Only the doomed replica runs; others come after the crash and find what it posted."""
    name = "出し直しで倒れる会"
    invitation_id = await stage.create(event_name=name)
    await joined(stage, invitation_id, demo.TARO)
    running = [p for p in stage.processes[1:] if p.returncode is None]
    for process in running:
        process.terminate()
    assert {await process.wait() for process in running} == {0}
    doomed = await stage.start_gateway(0, FAIL_POINT="gateway.posted_again")
    await stage.discord.wait_for_sessions(1)
    delete(stage, invitation_id)
    assert await asyncio.wait_for(doomed.wait(), SECONDS) == -signal.SIGKILL
    [posted] = named(stage, name)
    assert await stored(stage, SHOWN, invitation_id) is None
    for number in range(60):
        stage.discord.say(f"雑談 {number}", user=demo.MIDORI, channel=demo.ANNOUNCEMENT_CHANNEL_ID)
    for message in stage.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)
    again = await posted_again(stage, invitation_id, "1 / 2", f"<@{demo.TARO}>")
    assert await stored(stage, SHOWN, invitation_id) == again["id"] == posted
    await noticed(stage, invitation_id, name, "削除", posted)
    assert named(stage, name) == [posted]
    assert said(stage, invitation_id, name, "削除") == 1


def named(stage: Stage, name: str) -> list[str]:
    """Give the ids of the messages with an event's name, drafts among them."""
    return [m["id"] for m in stage.announcements() if name in str(m["embeds"])]


async def test_an_announcement_in_a_deleted_channel_is_owed_until_another_channel_is_chosen(
    stage: Stage, guilds: list[Guild]
) -> None:
    own, other = guilds
    channel = stage.discord.add_channel("なくなる募集", guild=own.id)
    await stage.set_up(own.id, announcement_channel_id=channel)
    invitation_id = await created_in(stage, channel, "行き場のない会", own.chat)
    await press(stage, invitation_id, "join", other.helper)
    delete_channel(stage.discord.world, channel)
    await noticed(stage, own.panels, "行き場のない会", "チャンネルが削除")
    assert await owed(stage, invitation_id) == ["announcement"]
    await stage.set_up(own.id, announcement_channel_id=own.announcements)
    stage.discord.gateway.invalidate()
    await posted_again(stage, invitation_id, "1 / 2", channel=own.announcements)
    await until_stored(
        stage,
        None,
        "SELECT max(kind) FROM owed_repairs WHERE invitation_id = $1",
        invitation_id,
    )
    assert said(stage, own.panels, "行き場のない会", "チャンネルが削除") == 1
    await stage.discord.wait_for_sessions(2)


async def created_in(stage: Stage, channel: str, name: str, chat: str) -> str:
    """Create an event where its guild announces now, by a command in the channel `chat`."""

    async def ask() -> str:
        answer = await (await stage.fill_in(channel=chat, event_name=name)).answer(15)
        return str(answer["content"]).rpartition("/")[2]

    # A gateway uses new settings three seconds later at most; until then Discord may refuse.
    async with asyncio.timeout(30):
        while True:
            invitation_id = await ask()
            if invitation_id.isdecimal():
                where = stage.discord.message(invitation_id)["channel_id"]
                if where == channel:
                    break
    await stage.discord.wait_for_message(
        lambda m: m["id"] == invitation_id and "募集中" in shown(m), channel=channel
    )
    return invitation_id


async def test_only_the_guild_whose_announcement_was_deleted_hears_of_it(
    stage: Stage, guilds: list[Guild]
) -> None:
    own, other = guilds
    theirs = await create(stage, other, "よその会")
    deleted = await create(stage, own, "こちらで消える会")
    remove_message(stage.discord.world, deleted)
    again = await posted_again(stage, deleted, channel=own.announcements)
    await noticed(stage, own.panels, "こちらで消える会", again["id"])
    assert [m["id"] for m in shows_now(stage, theirs, other.announcements)] == [theirs]
    assert not said(stage, other.panels, "削除")
