"""From the panel to a thread that only a member and staff read, and to its end."""

import asyncio
import signal
from functools import partial

import pytest

from playground import demo
from playground.interactions import EPHEMERAL, MESSAGE
from playground.refusals import Payload
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import (
    ask,
    choose,
    files,
    first,
    given,
    is_locked,
    opened,
    panel,
    press,
    rows,
    shows,
)
from tests.services.gateway.delivery.test_one_call import taken


@pytest.fixture(autouse=True)
async def _log_channel(whole: Whole) -> None:
    await choose(whole, log_channel_id=demo.STAFF_CHANNEL_ID)


async def test_the_panel_is_one_call_and_everybody_sees_it(whole: Whole) -> None:
    slash = await whole.discord.slash("ticket panel", user=demo.MIDORI)
    shown_panel = await slash.answer(15)
    assert not shown_panel["flags"] & EPHEMERAL
    assert taken(whole, slash) == [MESSAGE]


async def test_a_ticket_from_the_panel_to_its_end(whole: Whole) -> None:
    ticket_id = await opened(whole)

    [thread] = [t for t in whole.discord.threads() if t["id"] == ticket_id]
    assert (thread["type"], thread["thread_metadata"]["invitable"]) == (12, False)
    assert thread["parent_id"] == demo.CHAT_CHANNEL_ID
    # Discord lets those in whom the first message mentions.
    there = {whole.discord.bot_id, demo.TARO, demo.MIDORI}
    assert whole.discord.thread_members(ticket_id) == there
    message = await shows(whole, ticket_id, "担当: まだいません", "相談です")
    assert r"\*\*困って\*\* います。\<\@1\>" in message["embeds"][0]["description"]
    assert f"<@&{demo.STAFF_ROLE_ID}>" in message["content"]
    written = [
        e.body["allowed_mentions"]
        for e in whole.discord.exchanges
        if e.method == "POST" and e.path == f"/channels/{ticket_id}/messages"
    ]
    assert written == [{"parse": [], "users": [demo.TARO], "roles": [demo.STAFF_ROLE_ID]}]

    assert "スタッフだけが" in await press(whole, ticket_id, "担当する", demo.TARO)
    assert "担当になりました" in await press(whole, ticket_id, "担当する", demo.MIDORI)
    await shows(whole, ticket_id, f"担当: <@{demo.MIDORI}>", "相談です")
    assert "保留にしました" in await press(whole, ticket_id, "保留", demo.MIDORI)
    await shows(whole, ticket_id, "保留中", "保留を解除")
    assert "解除しました" in await press(whole, ticket_id, "保留を解除", demo.MIDORI)
    assert "外れました" in await press(whole, ticket_id, "担当を外れる", demo.MIDORI)
    await shows(whole, ticket_id, "担当: まだいません")

    whole.discord.say("直りました <b>", user=demo.TARO, channel=ticket_id)
    message = first(whole, ticket_id)
    form = await whole.discord.click(message["id"], label="閉じる", user=demo.TARO)
    await form.modal(15)
    sent = await whole.discord.submit(form, {"close_reason": "届きました"})
    assert "閉じました" in (await sent.answer(20))["content"]
    await whole.discord.wait_until(
        lambda: whole.discord.world.channel(ticket_id)["thread_metadata"]["locked"],
        "the thread is locked",
        20,
    )
    farewell = whole.discord.messages_in(ticket_id)[-1]
    assert f"<@{demo.TARO}> さんが" in farewell["content"]
    assert "理由: 届きました" in farewell["content"]
    log = f"/channels/{demo.STAFF_CHANNEL_ID}/messages"
    [record] = files(whole, "POST", log, ticket_id)
    opener = f" · {demo.TARO} · チケットを開いた人"
    said = ("相談です", "直りました &lt;b&gt;", "届きました", opener)
    assert all(words in record for words in said)

    # The member who closes it gets the record with the answer, and later by their history.
    [answered] = given(whole, sent, ticket_id)
    assert "直りました" in answered
    whole.discord.world.reads_content = False
    history = await (await whole.discord.slash("ticket history", user=demo.TARO)).answer(20)
    got = await whole.discord.click(history["id"], f"ticket-transcript:{ticket_id}", user=demo.TARO)
    assert "記録です" in (await got.answer(20))["content"]
    whole.discord.world.reads_content = True
    [later] = given(whole, got, ticket_id)
    assert ("Message Content Intent" in later, "直りました" in later) == (True, False)
    await whole.settled()
    assert "閉じられました" in first(whole, ticket_id)["content"]
    for secret in ("相談です", "困って", "届きました"):
        assert not await whole.search(secret)


async def test_one_ticket_of_a_category_at_a_time(whole: Whole) -> None:
    """Ten presses at once, through two gateways and two services; a closed one makes room."""
    first_one, second = whole.tickets, await whole.start_tickets()
    panel_id = await panel(whole)
    presses = [await ask(whole, panel_id, "trouble", demo.HANAKO) for _ in range(10)]
    answers = [a["content"] for a in await asyncio.gather(*(p.answer(30) for p in presses))]
    assert sum("開きました" in answer for answer in answers) == 1
    assert sum("1 件まで" in answer for answer in answers) == 9
    other = await (await ask(whole, panel_id, "other", demo.HANAKO)).answer(20)
    assert "開きました" in other["content"]

    [row] = await rows(
        whole,
        f"SELECT id FROM tickets.tickets WHERE user_id = '{demo.HANAKO}' AND category = 'trouble'",  # noqa: S608 - ids of our own
    )
    presses = [
        await whole.discord.click(first(whole, row["id"])["id"], label="担当する", user=user)
        for user in (
            demo.MIDORI,
            str(whole.discord.add_member("あおい", roles=(demo.STAFF_ROLE_ID,))),
        )
    ]
    answers = [a["content"] for a in await asyncio.gather(*(p.answer(30) for p in presses))]
    assert sum("担当になりました" in answer for answer in answers) == 1
    assert sum("さんが担当しています" in answer for answer in answers) == 1

    form = await whole.discord.click(
        first(whole, row["id"])["id"], label="閉じる", user=demo.HANAKO
    )
    await form.modal(15)
    await (await whole.discord.submit(form, {})).answer(20)
    again = await (await ask(whole, panel_id, "trouble", demo.HANAKO)).answer(20)
    assert "開きました" in again["content"]
    await whole.stop_process(second)
    whole.tickets = first_one


@pytest.mark.parametrize("fail_point", ["gateway.thread_opened", "gateway.ticket_written"])
async def test_a_gateway_killed_on_the_way_leaves_one_thread_and_one_ticket(
    whole: Whole, fail_point: str
) -> None:
    """Only the doomed replica runs; another comes after the crash and hears the event again."""
    panel_id, user = await panel(whole), await whole.member(f"開く人 {fail_point}")
    await asyncio.gather(*map(whole.stop_process, whole.gateways.values()))
    doomed = await whole.start_gateway(0, FAIL_POINT=fail_point)
    await whole.discord.wait_for_sessions(1)
    sent = await ask(whole, panel_id, user=user)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    for message in whole.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(whole.start_gateway(0), whole.start_gateway(1))
    await whole.discord.wait_for_sessions(2)

    assert "開きました" in (await sent.answer(30))["content"]
    await whole.settled()
    [thread] = [t for t in whole.discord.threads() if f"開く人 {fail_point}" in t["name"]]
    assert len(whole.discord.messages_in(thread["id"])) == 1
    query = f"SELECT id FROM tickets.tickets WHERE user_id = '{user}'"  # noqa: S608 - ids of our own
    assert [row["id"] for row in await rows(whole, query)] == [thread["id"]]


async def test_a_gateway_killed_after_the_farewell_says_it_once_and_keeps_one_record(
    whole: Whole,
) -> None:
    ticket_id = await opened(whole, user=await whole.member("別れる人"))
    await asyncio.gather(*map(whole.stop_process, whole.gateways.values()))
    doomed = await whole.start_gateway(0, FAIL_POINT="gateway.parted")
    await whole.discord.wait_for_sessions(1)
    form = await whole.discord.click(
        first(whole, ticket_id)["id"], label="閉じる", user=demo.MIDORI
    )
    await form.modal(15)
    await whole.discord.submit(form, {})
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    before = len(whole.discord.messages_in(ticket_id))
    await asyncio.gather(whole.start_gateway(0), whole.start_gateway(1))
    await whole.discord.wait_for_sessions(2)

    await is_locked(whole, ticket_id)
    assert len(whole.discord.messages_in(ticket_id)) == before
    log = f"/channels/{demo.STAFF_CHANNEL_ID}/messages"
    assert len(files(whole, "POST", log, ticket_id)) == 1


async def test_staff_bring_people_in_and_hand_a_ticket_over(whole: Whole) -> None:
    user = await whole.member("相談する人")
    ticket_id = await opened(whole, user=user)
    aoi = whole.discord.add_member("あおい", roles=(demo.STAFF_ROLE_ID,))

    async def run(name: str, person: str, by: str = demo.MIDORI) -> str:
        slash = await whole.discord.slash(
            f"ticket {name}", user=by, channel=ticket_id, options={"person": person}
        )
        return str((await slash.answer(20))["content"])

    assert "スタッフだけが" in await run("add", demo.JIRO, by=user)
    assert "に追加しました" in await run("add", demo.JIRO)
    await whole.discord.wait_until(
        lambda: demo.JIRO in whole.discord.thread_members(ticket_id), "じろう is in", 20
    )
    assert "外しました" in await run("remove", demo.JIRO)
    await whole.discord.wait_until(
        lambda: demo.JIRO not in whole.discord.thread_members(ticket_id), "じろう is out", 20
    )
    assert "スタッフではありません" in await run("transfer", user)
    assert f"<@{aoi}> さんに替えました" in await run("transfer", aoi)
    await shows(whole, ticket_id, f"担当: <@{aoi}>")


async def test_only_staff_put_a_panel_and_a_mistaken_form_is_named(whole: Whole) -> None:
    slash = await whole.discord.slash("ticket panel", user=demo.ALEX)
    assert "Only staff" in (await slash.answer(15))["content"]
    press = await whole.discord.click(await panel(whole), "ticket:other", user=demo.ALEX)
    await press.modal(15)
    sent = await whole.discord.submit(press, {"subject": "\u200b", "details": "\u2800\u0007"})
    said = (await sent.answer(15))["content"]
    assert ("Subject" in said, "Details" in said) == (True, True)


async def test_a_member_who_leaves_the_guild_leaves_no_open_ticket(whole: Whole) -> None:
    leaver = await whole.member("去る人")
    ticket_id = await opened(whole, user=leaver)
    whole.discord.leave(leaver)
    await is_locked(whole, ticket_id)
    assert "サーバーを離れた" in whole.discord.messages_in(ticket_id)[-1]["content"]


def differs(before: str, message: Payload) -> bool:
    return bool(message["embeds"][0]["description"] != before)


async def test_staff_and_members_find_tickets_again(whole: Whole) -> None:
    user = await whole.member("見返す人")
    ticket_id = await opened(whole, user=user)

    async def run(name: str, by: str) -> Payload:
        slash = await whole.discord.slash(f"ticket {name}", user=by)
        return await slash.answer(20)

    assert "スタッフだけが" in (await run("list", user))["content"]
    page, seen = await run("list", demo.MIDORI), 0
    while f"<#{ticket_id}>" not in page["embeds"][0]["description"]:
        press_next = await whole.discord.click(page["id"], label="次へ", user=demo.MIDORI)
        before = page["embeds"][0]["description"]
        page = await press_next.wait_for(partial(differs, before), 20)
        seen += 1
        assert seen < 5
    own = (await run("history", user))["embeds"][0]
    assert (own["title"], f"<#{ticket_id}> 相談です" in own["description"]) == (
        "自分のチケット",
        True,
    )
