"""The thread of an event serves its people, whatever silence, moderators and permissions do."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from playground import demo, payloads, thread_life
from playground.permissions import Permission
from playground.refusals import Payload
from tests.services.gateway.consumers.test_events import LONG_AGO
from tests.services.gateway.features.closing.test_closing import (
    cancel,
    closed,
    joined,
    thread_messages,
)
from tests.services.gateway.features.editing.test_editing import opened_form, sent
from tests.services.gateway.features.participants.test_thread_members import inside
from tests.services.gateway.features.participants.test_waitlist import press
from tests.services.gateway.features.staff.test_panels import panels, pressed
from tests.stage import Stage

P = Permission
CHANNEL = demo.ANNOUNCEMENT_CHANNEL_ID


@pytest.fixture(autouse=True)
async def bot_may_all_again(stage: Stage) -> AsyncIterator[None]:
    yield
    stage.discord.overwrite(CHANNEL, stage.discord.bot_id)
    stage.discord.world.most_active_threads = 1000
    stage.discord.world.forbidden_words.clear()


def thread_of(stage: Stage, invitation_id: str) -> Payload:
    return stage.discord.world.channel(invitation_id)


def archive(stage: Stage, invitation_id: str) -> None:
    """Let Discord archive a thread after a silent day; the reconciler leaves it asleep."""
    thread, world = thread_of(stage, invitation_id), stage.discord.world
    day_ago = world.clock.timestamp(world.clock.now() - 25 * 3600)
    thread["thread_metadata"]["archive_timestamp"] = day_ago
    thread["last_message_id"] = LONG_AGO
    thread_life.archive_silent(world)
    assert thread["thread_metadata"]["archived"]


async def test_host_and_staff_in_charge_are_in_the_thread(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="みんなで見守る会")
    await inside(stage, invitation_id)  # the host is
    await press_panel(stage, invitation_id, "assign")
    await inside(stage, invitation_id, demo.MIDORI)
    await press_panel(stage, invitation_id, "release")
    await inside(stage, invitation_id)


async def press_panel(stage: Stage, invitation_id: str, action: str) -> None:
    """Press a button of the panel once it is enabled."""

    def is_enabled() -> bool:
        rows = panels(stage, invitation_id)[0]["components"]
        parts = [part for row in rows for part in row["components"]]
        wanted = f"{action}:{invitation_id}"
        return any(p["custom_id"] == wanted and not p.get("disabled") for p in parts)

    await stage.discord.wait_until(is_enabled, f"{action} is enabled", 15)
    await (await pressed(stage, invitation_id, action, demo.MIDORI)).answer()


async def test_members_come_and_go_in_a_thread_that_silence_has_archived(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="静かな一日のあとの会")
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.TARO)
    archive(stage, invitation_id)
    await joined(stage, invitation_id, demo.HANAKO)
    await inside(stage, invitation_id, demo.TARO, demo.HANAKO)
    archive(stage, invitation_id)
    await press(stage, invitation_id, "leave", demo.TARO)
    await inside(stage, invitation_id, demo.HANAKO)


@pytest.mark.parametrize("is_locked", [False, True])
async def test_the_notice_of_an_edit_opens_a_closed_thread_and_renames_it(
    stage: Stage,
    is_locked: bool,  # noqa: FBT001 - a column of the table
) -> None:
    invitation_id = await stage.create(event_name=f"名前の変わる会 {is_locked}")
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.TARO)
    stage.discord.change_thread(invitation_id, user=demo.MIDORI, archived=True, locked=is_locked)
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    assert "変更しました" in await sent(stage, form, event_name=f"名前の変わった会 {is_locked}")
    await stage.discord.wait_until(
        lambda: (
            thread_messages(stage, invitation_id)
            and thread_of(stage, invitation_id)["name"] == f"名前の変わった会 {is_locked}"
        ),
        "the notice and the name are there",
        15,
    )


async def test_an_event_that_ends_in_an_archived_thread_locks_it(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="眠ったまま終わる会")
    archive(stage, invitation_id)
    assert "中止しました" in await cancel(stage, invitation_id, demo.SAKURA, "雨")
    await closed(stage, invitation_id)
    changes = [
        e.body
        for e in stage.discord.exchanges
        if e.method == "PATCH" and e.path == f"/channels/{invitation_id}"
    ]
    assert changes[-1] == {"archived": True, "locked": True}


async def test_the_last_words_in_a_thread_have_no_button(stage: Stage) -> None:
    """Nobody can press anything in a locked thread, not even an administrator."""
    invitation_id = await stage.create(event_name="ボタンのない別れの会")
    await cancel(stage, invitation_id, demo.SAKURA, "雪")
    await closed(stage, invitation_id)
    assert [m["components"] for m in thread_messages(stage, invitation_id)] == [[]]


def complaints(stage: Stage) -> list[str]:
    staff = stage.discord.messages_in(demo.STAFF_CHANNEL_ID)
    return [m["content"] for m in staff if "スレッドの管理" in m["content"]]


async def test_without_manage_threads_an_event_ends_and_staff_read_once_what_is_missing(
    stage: Stage,
) -> None:
    stage.discord.overwrite(CHANNEL, stage.discord.bot_id, deny=P.MANAGE_THREADS)
    for number in (1, 2):
        invitation_id = await stage.create(event_name=f"鍵のない会 {number}")
        assert "中止しました" in await cancel(stage, invitation_id, demo.SAKURA, "雨")
        await stage.discord.wait_until(
            partial(is_archived, stage, invitation_id), "the thread is archived", 15
        )
        assert not thread_of(stage, invitation_id)["thread_metadata"]["locked"]
        await stage.shows(invitation_id, "中止の理由")
    await stage.discord.wait_until(lambda: complaints(stage), "staff read it", 15)
    [complaint] = complaints(stage)
    assert f"<#{CHANNEL}>" in complaint


def is_archived(stage: Stage, invitation_id: str) -> bool:
    return bool(thread_of(stage, invitation_id)["thread_metadata"]["archived"])


async def refused(stage: Stage, name: str) -> str:
    answer = await (await stage.fill_in(event_name=name)).answer(15)
    assert "投稿できませんでした" in answer["content"]
    assert [m for m in stage.announcements() if name in str(m["embeds"])] == []
    return str(answer["content"])


async def test_a_host_reads_which_permission_is_missing(stage: Stage) -> None:
    stage.discord.overwrite(CHANNEL, stage.discord.bot_id, deny=P.CREATE_PUBLIC_THREADS)
    content = await refused(stage, "権限の足りない会")
    assert "公開スレッドの作成" in content
    assert "埋め込みリンク" not in content


async def test_a_host_reads_that_the_server_has_too_many_threads(stage: Stage) -> None:
    stage.discord.world.most_active_threads = 0
    assert "スレッドの数が上限" in await refused(stage, "あふれる会")


async def test_a_host_reads_that_a_word_is_forbidden(stage: Stage) -> None:
    stage.discord.world.forbidden_words.add("禁句")
    assert "使えない言葉" in await refused(stage, "禁句の会")


@pytest.mark.parametrize("kind", [payloads.FORUM_CHANNEL, payloads.VOICE_CHANNEL])
async def test_a_host_reads_that_the_channel_is_of_the_wrong_kind(stage: Stage, kind: int) -> None:
    guild = stage.discord.add_guild("場所を間違えた会", owner=demo.SAKURA)
    chat = stage.discord.add_channel("雑談", guild=guild)
    channel = stage.discord.add_channel("掲示板", kind=kind, guild=guild)
    await stage.set_up(guild, announcement_channel_id=channel)
    answer = await (await stage.fill_in(channel=chat)).answer(30)
    assert "この種類のチャンネルではスレッドを使えません" in answer["content"]
    assert stage.discord.messages_in(channel) == []
