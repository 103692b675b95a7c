"""What a guild chooses for its tickets: the categories, the limit and the silence."""

import asyncio

from playground import demo
from playground.refusals import Payload
from services.scheduler.domain import CLOSE_SILENT_TICKET, WARN_TICKET
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import ask, choose, is_locked, opened, panel, press, rows
from tests.stage import shown

DEFAULTS = {
    "categories": ["question", "trouble", "other"],
    "per_category": 1,
    "warn_after_minutes": 2880,
    "close_after_minutes": 1440,
}


async def test_a_manager_chooses_on_the_page_of_tickets(whole: Whole) -> None:
    """Each choice is in the database at once, and the page shows it."""
    slash = await whole.discord.slash("setup", user=demo.MIDORI)
    panel_id = (await slash.answer(15))["id"]

    async def click(words: str, said: str, *values: str, **button: str) -> Payload:
        pressed = await whole.discord.click(
            panel_id, **button, user=demo.MIDORI, values=list(values)
        )
        return await pressed.wait_for(lambda m: words in shown(m) and m["content"] == said, 20)

    async def choose_on_page(setting: str, words: str, *values: str) -> Payload:
        custom_id = f"setup_choose:tickets:{setting}"
        return await click(words, "設定を変更しました。", *values, custom_id=custom_id)

    page = await click("2 日後に知らせ、さらに 1 日後に閉じる", "", label="チケット")
    assert "質問 / トラブル / その他" in shown(page)
    await choose_on_page("log_channel_id", f"<#{demo.CHAT_CHANNEL_ID}>", demo.CHAT_CHANNEL_ID)
    await choose_on_page("log_channel_id", "なし（閉じたチケットの記録は残しません）")
    await choose_on_page("categories", "トラブル / その他", "other", "trouble")
    await choose_on_page("per_category", "3 件まで", "3")
    await choose_on_page("silence", "3 日後に知らせ、さらに 2 日後に閉じる", "4320 2880")
    columns = ", ".join(("log_channel_id", *DEFAULTS))
    [row] = await rows(whole, f"SELECT {columns} FROM tickets.guilds")  # noqa: S608 - names of our own
    assert tuple(row) == (None, ["trouble", "other"], 3, 4320, 2880)
    await choose(whole, **DEFAULTS)


def warnings(whole: Whole, ticket_id: str) -> list[Payload]:
    messages = whole.discord.messages_in(ticket_id)
    return [each for each in messages if "しばらく書き込みがありません" in each["content"]]


async def kill_everything(whole: Whole) -> None:
    """Kill every service that has a part in a ticket's end, in the same moment."""
    doomed = [whole.tickets, whole.scheduler, *whole.gateways.values()]
    for process in doomed:
        process.kill()
    for process in doomed:
        await process.wait()


async def bring_forward(whole: Whole, column: str, kind: str, *ticket_ids: str) -> None:
    """Let a step of tickets be due now, once the scheduler has its deadline in half an hour."""
    ids = ", ".join(f"'{ticket_id}'" for ticket_id in ticket_ids)
    deadlines = f"""
        FROM scheduler.deadlines
        WHERE kind = '{kind}' AND subject_id IN ({ids})
          AND due_at < now() + INTERVAL '31 minutes' AND fired_at IS NULL
    """
    async with asyncio.timeout(60):
        while True:
            found = await rows(whole, f"SELECT subject_id {deadlines}")
            if len(found) == len(ticket_ids):
                break
            await asyncio.sleep(0.2)  # nothing says when the scheduler has handled an event
    await rows(whole, f"UPDATE tickets.tickets SET {column} = now() WHERE id IN ({ids})")  # noqa: S608
    await rows(
        whole,
        f"UPDATE scheduler.deadlines SET due_at = now() WHERE kind = '{kind}'"  # noqa: S608
        f" AND subject_id IN ({ids})",
    )


async def test_a_panel_offers_the_categories_and_as_many_tickets_as_the_guild_has_chosen(
    whole: Whole,
) -> None:
    """A button of an older panel is refused if its category is no longer offered."""
    old, user = await panel(whole), await whole.member("選ばれた相談の人")
    await choose(whole, categories=["trouble"], per_category=2)
    slash = await whole.discord.slash("ticket panel", user=demo.MIDORI)
    new = await slash.answer(15)
    buttons = [button["label"] for row in new["components"] for button in row["components"]]
    assert (buttons, new["flags"] & 64) == (["トラブル"], 0)
    answer = await (await ask(whole, old, "question", user)).answer(20)
    assert "受け付けていません" in answer["content"]
    answers = [
        (await (await ask(whole, new["id"], "trouble", user)).answer(20))["content"]
        for _ in range(3)
    ]
    assert ["開きました" in answer for answer in answers] == [True, True, False]
    assert "2 件まで" in answers[2]
    await choose(whole, categories=[])
    slash = await whole.discord.slash("ticket panel", user=demo.MIDORI)
    assert "受け付けるカテゴリがありません" in (await slash.answer(15))["content"]
    await choose(whole, **DEFAULTS)


async def test_silence_warns_once_then_closes_and_a_hold_prevents_it(whole: Whole) -> None:
    """All is killed between warning and end, and then cut from the broker; a hold outlives it.

    The guild shortens its times while the tickets are open: they count from the next message on.
    """
    panel_id = await panel(whole)
    quiet, late, held = [
        await opened(whole, user=await whole.member(name), panel_id=panel_id)
        for name in ("黙る人", "間に合う人", "待つ人")
    ]
    assert "保留に" in await press(whole, held, "保留", demo.MIDORI)
    await whole.stop_process(whole.tickets)
    attentive = {"TICKET_ACTIVITY_EVERY_MINUTES": "0"}
    await whole.start_tickets(**attentive)
    await choose(whole, warn_after_minutes=30, close_after_minutes=30)
    for ticket_id in (quiet, late, held):
        whole.discord.say("もしもし", user=demo.MIDORI, channel=ticket_id)
    await bring_forward(whole, "warns_at", WARN_TICKET, quiet, late)

    for ticket_id in (quiet, late):
        warned = await whole.discord.wait_for_message(
            lambda m: "しばらく書き込みがありません" in m["content"],
            channel=ticket_id,
            timeout_seconds=30,
        )
        assert "<t:" in warned["content"]
    assert "保留に" in await press(whole, late, "保留", demo.MIDORI)
    await kill_everything(whole)
    await asyncio.gather(
        whole.start_tickets(**attentive),
        whole.start_scheduler(),
        whole.start_gateway(0),
        whole.start_gateway(1),
    )
    await whole.cut_connections()
    await bring_forward(whole, "closes_at", CLOSE_SILENT_TICKET, quiet)
    await is_locked(whole, quiet)

    assert "しばらく書き込みがなかった" in whole.discord.messages_in(quiet)[-1]["content"]
    assert [len(warnings(whole, each)) for each in (quiet, late, held)] == [1, 1, 0]
    for ticket_id in (late, held):
        assert not whole.discord.world.channel(ticket_id)["thread_metadata"]["locked"]
    query = f"SELECT last_activity_at > created_at FROM tickets.tickets WHERE id = '{held}'"  # noqa: S608 - ids of our own
    assert (await rows(whole, query))[0][0]
    await whole.stop_process(whole.tickets)
    await whole.start_tickets()
    await choose(whole, **DEFAULTS)
