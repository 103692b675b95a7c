"""Tickets stay true to their threads, whatever moderators do in Discord's own menus."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from disnake.utils import time_snowflake

from playground import demo, thread_life
from playground.permissions import Permission
from playground.refusals import Payload
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import (
    ask,
    choose,
    first,
    is_locked,
    opened,
    panel,
    press,
    rows,
    shows,
)
from tests.stage import shown

A_WEEK = 7 * 24 * 3600
P = Permission


@pytest.fixture(autouse=True)
async def _log_channel(whole: Whole) -> Any:
    await choose(whole, log_channel_id=demo.STAFF_CHANNEL_ID)
    yield
    whole.discord.overwrite(demo.CHAT_CHANNEL_ID, whole.discord.bot_id)
    whole.discord.world.most_active_threads = 1000


async def has_ended(whole: Whole, ticket_id: str) -> None:
    """Wait until a ticket is closed in the database."""
    query = f"SELECT status FROM tickets.tickets WHERE id = '{ticket_id}'"  # noqa: S608 - our own id
    async with asyncio.timeout(30):
        while (await rows(whole, query))[0]["status"] != "closed":
            await whole.settled()


@pytest.mark.parametrize("is_held", [False, True])
async def test_a_ticket_whose_thread_is_deleted_ends_and_makes_room(
    whole: Whole,
    is_held: bool,  # noqa: FBT001 - a column of the table
) -> None:
    user = await whole.member(f"消された人 {is_held}")
    ticket_id = await opened(whole, user=user)
    if is_held:
        await press(whole, ticket_id, "保留", demo.MIDORI)
    whole.discord.delete_thread(ticket_id, user=demo.MIDORI)
    await has_ended(whole, ticket_id)
    await opened(whole, user=user)  # of the same category


@pytest.mark.parametrize("is_locked_too", [False, True])
async def test_a_thread_that_a_moderator_closes_closes_its_ticket(
    whole: Whole,
    is_locked_too: bool,  # noqa: FBT001 - a column of the table
) -> None:
    user = await whole.member(f"閉じられた人 {is_locked_too}")
    ticket_id = await opened(whole, user=user)
    whole.discord.change_thread(
        ticket_id, user=demo.MIDORI, archived=True, locked=is_locked_too or None
    )
    await has_ended(whole, ticket_id)
    await is_locked(whole, ticket_id)
    await whole.discord.wait_for_message(
        lambda m: "スレッドが閉じられたため" in m["content"], channel=ticket_id
    )
    await opened(whole, user=user)


async def test_a_thread_that_silence_archives_is_opened_and_its_ticket_stays(
    whole: Whole,
) -> None:
    ticket_id = await opened(whole, user=await whole.member("保留の人"))
    await press(whole, ticket_id, "保留", demo.MIDORI)
    await whole.settled()
    thread = whole.discord.world.channel(ticket_id)
    settings, silent_since = thread["thread_metadata"], time.time() - A_WEEK
    settings["archive_timestamp"] = whole.discord.world.clock.timestamp(silent_since)
    thread["last_message_id"] = str(time_snowflake(datetime.fromtimestamp(silent_since, UTC)))
    thread_life.archive_silent(whole.discord.world)
    assert settings["archived"]
    await whole.discord.wait_until(lambda: not settings["archived"], "the thread is open", 30)
    await whole.settled()
    query = f"SELECT status FROM tickets.tickets WHERE id = '{ticket_id}'"  # noqa: S608 - our own id
    assert [row["status"] for row in await rows(whole, query)] == ["open"]


async def test_the_first_message_of_a_ticket_is_written_again(whole: Whole) -> None:
    ticket_id = await opened(whole, user=await whole.member("最初が消えた人"))
    for _ in range(2):
        there = buttons_of(whole, ticket_id)
        whole.discord.delete_message(there[-1]["id"], user=demo.MIDORI)
        await whole.discord.wait_until(
            lambda: len(buttons_of(whole, ticket_id)) == 1, "the buttons are back", 30
        )
        await whole.settled()
    message = buttons_of(whole, ticket_id)[-1]
    assert message["embeds"][0]["title"] == "相談です"
    pressed = await whole.discord.click(message["id"], label="担当する", user=demo.MIDORI)
    assert "担当になりました" in (await pressed.answer(20))["content"]
    await shows(whole, ticket_id, f"担当: <@{demo.MIDORI}>", "最初のメッセージが削除された")


def buttons_of(whole: Whole, ticket_id: str) -> list[Payload]:
    """List the messages that have a ticket's buttons."""
    messages = whole.discord.messages_in(ticket_id)
    return [m for m in messages if f"ticket-close:{ticket_id}" in shown(m)]


async def test_a_ticket_is_closed_by_its_command_and_its_record_found_again(whole: Whole) -> None:
    user = await whole.member("命令で閉じる人")
    ticket_id = await opened(whole, user=user)
    slash = await whole.discord.slash("ticket close", user=user, channel=ticket_id)
    await slash.modal(15)
    answer = await (await whole.discord.submit(slash, {"close_reason": "済み"})).answer(20)
    assert "閉じました" in answer["content"]
    assert [each["filename"] for each in answer["attachments"]] == [f"ticket-{ticket_id}.html"]
    await is_locked(whole, ticket_id)
    last = whole.discord.messages_in(ticket_id)[-1]
    assert (last["components"], "`/チケット 履歴`" in last["content"]) == ([], True)

    history = await (await whole.discord.slash("ticket history", user=user)).answer(20)
    got = await whole.discord.click(history["id"], f"ticket-transcript:{ticket_id}", user=user)
    record = await got.answer(20)
    assert [each["filename"] for each in record["attachments"]] == [f"ticket-{ticket_id}.html"]


async def test_the_answer_says_what_discord_did_with_a_person(whole: Whole) -> None:
    ticket_id = await opened(whole, user=await whole.member("人を呼ぶ人"))
    hidden = whole.discord.add_role("見えない人")
    whole.discord.overwrite(demo.CHAT_CHANNEL_ID, hidden, deny=P.VIEW_CHANNEL)
    outsider = whole.discord.add_member("そとの人", roles=(hidden,))

    async def run(name: str, person: str) -> str:
        slash = await whole.discord.slash(
            f"ticket {name}", user=demo.MIDORI, channel=ticket_id, options={"person": person}
        )
        return str((await slash.answer(20))["content"])

    assert f"<@{outsider}> さんを追加できませんでした" in await run("add", outsider)
    assert "に追加しました" in await run("add", demo.JIRO)
    template = "/channels/{channel_id}/thread-members/{user_id}"
    refusal = whole.discord.faults.add(
        method="DELETE", template=template, answer=403, code=50013, times=None
    )
    said = await run("remove", demo.JIRO)
    whole.discord.faults.remove(refusal)
    assert f"<@{demo.JIRO}> さんを外せませんでした。まだスレッドを読めます" in said
    assert demo.JIRO in whole.discord.thread_members(ticket_id)
    assert "外しました" in await run("remove", demo.JIRO)
    assert demo.JIRO not in whole.discord.thread_members(ticket_id)


@pytest.mark.parametrize("name", ["add", "transfer"])
async def test_a_person_who_has_left_is_named_so(whole: Whole, name: str) -> None:
    ticket_id = await opened(whole, user=await whole.member(f"去った人を呼ぶ人 {name}"))
    leaver = whole.discord.add_member("もういない人")
    whole.discord.leave(leaver)
    slash = await whole.discord.slash(
        f"ticket {name}", user=demo.MIDORI, channel=ticket_id, options={"person": leaver}
    )
    assert "もうこのサーバーにいません" in (await slash.answer(20))["content"]


async def test_without_manage_threads_a_closed_ticket_is_archived_and_staff_read_why(
    whole: Whole,
) -> None:
    ticket_id = await opened(whole, user=await whole.member("鍵のない人"))
    whole.discord.overwrite(demo.CHAT_CHANNEL_ID, whole.discord.bot_id, deny=P.MANAGE_THREADS)
    form = await whole.discord.click(
        first(whole, ticket_id)["id"], label="閉じる", user=demo.MIDORI
    )
    await form.modal(15)
    answer = await (await whole.discord.submit(form, {})).answer(20)
    assert "閉じました" in answer["content"]
    thread = whole.discord.world.channel(ticket_id)["thread_metadata"]
    await whole.discord.wait_until(lambda: thread["archived"], "the thread is archived", 20)
    assert not thread["locked"]
    complaint = await whole.discord.wait_for_message(
        lambda m: "ロックはできませんでした" in m["content"], channel=demo.STAFF_CHANNEL_ID
    )
    assert "スレッドの管理" in complaint["content"]


async def test_a_member_and_staff_read_why_no_ticket_can_be_opened(whole: Whole) -> None:
    panel_id = await panel(whole)
    user = await whole.member("開けない人")
    whole.discord.overwrite(
        demo.CHAT_CHANNEL_ID, whole.discord.bot_id, deny=P.CREATE_PRIVATE_THREADS
    )
    answer = await (await ask(whole, panel_id, user=user)).answer(20)
    assert "プライベートスレッドの作成" in answer["content"]
    await whole.discord.wait_for_message(
        lambda m: "チケットを開けませんでした" in m["content"], channel=demo.STAFF_CHANNEL_ID
    )
    whole.discord.overwrite(demo.CHAT_CHANNEL_ID, whole.discord.bot_id)
    whole.discord.world.most_active_threads = 0
    answer = await (await ask(whole, panel_id, user=user)).answer(20)
    assert "スレッドの数が上限" in answer["content"]
