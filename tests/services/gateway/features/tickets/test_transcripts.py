"""The record of a ticket: it reads like the thread, and nothing in it acts."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from playground import demo, people
from playground.payloads import MANAGE_GUILD, PRIVATE_THREAD
from playground.server import MiniatureDiscord
from playground.thread_life import let_in
from playground.writing import open_thread
from services.gateway.bot import Bot
from services.gateway.features.tickets.transcript_view import Standing, transcript
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.i18n.locale import Locale
from shared.messages.tickets.details import TicketState
from tests.builders import soon
from tests.guilds import copy_of

TOKYO = Locale("ja", ZoneInfo("Asia/Tokyo"))
TARO = {"id": "42", "username": "taro", "global_name": "たろう"}
BOT = {"id": "5", "username": "同期会Bot", "global_name": None, "bot": True}


def state(**changes: Any) -> TicketState:
    fields: dict[str, Any] = {
        "id": "5001",
        "version": 2,
        "guild_id": "1",
        "channel_id": "2",
        "message_id": "6001",
        "user_id": "42",
        "user_name": "たろう",
        "category": "question",
        "status": "closed",
        "created_at": soon(),
        "last_activity_at": soon(),
    }
    return TicketState(**{**fields, **changes})


def message(content: str = "", **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "author": TARO,
        "timestamp": "2026-11-23T12:00:00.123000+00:00",
        "content": content,
        "embeds": [],
        "attachments": [],
    }
    return {**fields, **changes}


def written(
    *messages: dict[str, Any],
    has_words: bool = True,
    standings: Mapping[str, Standing] = {},
    locale: Locale = TOKYO,
    **changes: Any,
) -> str:
    return transcript(state(**changes), messages, standings, locale, has_words=has_words)


def identities(text: str) -> list[str]:
    """Return, for each message, what stands beside the display name."""
    return re.findall(r'</time> <span class="quiet">(.*?)</span>', text)


def test_it_reads_like_the_thread() -> None:
    embed = {"title": "件名", "description": r"\*\*困って\*\* います"}
    text = written(
        message("<@&9> <@42> さんのチケットです", author=BOT, embeds=[embed], mention_roles=["9"]),
        message("開始は <t:1764547200:F> です\nよろしく"),
        message(attachments=[{"filename": "画面.png"}]),
    )
    assert "@スタッフ @たろう さんのチケットです" in text
    assert "<b>件名</b><p>**困って** います</p>" in text
    assert "開始は 2025-12-01 09:00 JST です\nよろしく" in text
    assert "添付ファイル: 画面.png" in text
    assert "<b>たろう</b> <time>2026-11-23 21:00 JST</time>" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        r"\<script\>alert(1)\</script\>",
        "\x0060;script\x0062;",
        "<img src=x onerror=alert(1)>",
        "<t:99999999999999:F>",
        "<@1><!--",
    ],
)
def test_nothing_in_it_acts(hostile: str) -> None:
    embed = {"title": hostile, "description": hostile}
    person = {"id": "1", "username": hostile}
    file = {"filename": hostile}
    text = written(
        message(hostile, embeds=[embed], author=person, attachments=[file]), user_name=hostile
    )
    body = text.partition("</style>")[2]
    for act in ("<script", "<img", "<!--"):
        assert act not in body
    assert "default-src 'none'" in text


def test_no_name_and_no_text_turns_its_line_round() -> None:
    turned = {"id": "1", "username": "taro", "global_name": "\u202e\u2800"}
    file = {"filename": "画\u202e面.png"}
    text = written(message("右\u202eから\u2067左 <@1>", author=turned, attachments=[file]))
    assert "<b>taro</b>" in text
    assert "<p>右から左 @taro</p>" in text
    assert "画面.png" in text


def test_it_says_what_it_cannot_contain() -> None:
    assert "削除された書き込みは入りません" in written(message("残っている"))
    assert "Deleted messages are missing" in written(locale=Locale("en", TOKYO.zone))


def test_without_the_intent_it_says_so() -> None:
    assert "Message Content Intent" in written(has_words=False)
    assert "Message Content Intent" not in written()


def test_a_long_transcript_keeps_the_part_that_discord_takes_and_names_the_rest() -> None:
    """The limit is in bytes: each of these characters becomes five bytes."""
    messages = [message(f"第{number}話" + "&" * 4000) for number in range(1000)]
    text = written(*messages)
    assert 9_000_000 < len(text.encode()) < 10_000_000
    assert "第999話" in text
    assert "第0話" not in text
    kept = text.count("<article>")
    assert f"古い書き込み {1000 - kept} 件" in text
    assert "古い書き込み" not in written(message("短い"))


def test_each_message_says_whose_it_is_whatever_name_was_copied() -> None:
    midori = {"id": "7", "username": "midori", "global_name": "みどり"}
    copied = {"id": "8", "username": "m1dori", "global_name": "みどり · @midori · 7 · スタッフ"}
    bot_like = {"id": "9", "username": "b0t", "global_name": "同期会Bot"}
    gone = {"id": "10", "username": "gone", "global_name": "たろう"}
    authors = [TARO, midori, copied, BOT, bot_like, gone]
    text = written(
        *(message("こんにちは", author=author) for author in authors),
        standings={"7": "staff", "10": "left"},
    )
    assert identities(text) == [
        "@taro · 42 · チケットを開いた人",
        "@midori · 7 · スタッフ",
        "@m1dori · 8",
        "@同期会Bot · 5 · Bot",
        "@b0t · 9",
        "@gone · 10 · サーバーを退出済み",
    ]


def test_staff_who_opened_a_ticket_themselves_carry_both_marks() -> None:
    [identity] = identities(written(message("相談"), standings={"42": "staff"}))
    assert identity == "@taro · 42 · チケットを開いた人 · スタッフ"


def test_an_edited_message_says_so_and_when() -> None:
    edited = message("直しました", edited_timestamp="2026-11-23T12:30:00+00:00")
    assert identities(written(edited, message("そのまま", edited_timestamp=None))) == [
        "@taro · 42 · チケットを開いた人 · 編集済み 2026-11-23 21:30 JST",
        "@taro · 42 · チケットを開いた人",
    ]


async def test_staff_are_marked_by_the_rule_that_judges_their_presses() -> None:
    """The role of staff, Manage Server by any role, or the owner of the server."""
    discord = await MiniatureDiscord.start()
    world = discord.world
    world.add_role("77", "運営", MANAGE_GUILD, 0)
    world.add_role("78", "お手伝い", 0, 0)
    manager = discord.add_member("うんえい", roles=("77",))
    helper = discord.add_member("てつだい", roles=("78",))
    copied = discord.add_member("みどり")
    channel = world.ids.next()
    open_thread(world, demo.CHAT_CHANNEL_ID, {"name": "質問"}, PRIVATE_THREAD, channel)
    writers = [demo.TARO, demo.MIDORI, demo.OWNER, manager, helper, copied, demo.JIRO]
    for user_id in writers:
        let_in(world, world.channels[channel], [user_id])
        people.say(world, user_id, channel, "こんにちは")
    world.remove_member(demo.JIRO)
    bot = Bot(discord.api_url)
    try:
        await bot.http.static_login(discord.token)
        ticket = state(id=channel, guild_id=demo.GUILD_ID, user_id=demo.TARO)
        for role_ids, helps in ((["77"], False), (["77", "78"], True)):
            async with copy_of(staff_role_ids=role_ids) as guilds:
                made = await Transcripts(bot.http, guilds).of(ticket, TOKYO)
            assert made is not None
            ends = [identity.rpartition(" · ")[2] for identity in identities(made[1])]
            assert ends == [
                "チケットを開いた人",
                *("スタッフ", "スタッフ", "スタッフ"),
                "スタッフ" if helps else helper,
                copied,
                "サーバーを退出済み",
            ]
    finally:
        await bot.close()
        await discord.stop()
