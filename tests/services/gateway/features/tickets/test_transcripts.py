"""The record of a ticket: it reads like the thread, and nothing in it acts."""

from typing import Any

import pytest

from services.gateway.features.tickets.transcript_view import transcript
from shared.messages.tickets.details import TicketState
from tests.builders import soon

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


def written(*messages: dict[str, Any], has_words: bool = True, **changes: Any) -> str:
    return transcript(state(**changes), messages, "ja", has_words=has_words)


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


def test_without_the_intent_it_says_so() -> None:
    assert "Message Content Intent" in written(has_words=False)
    assert "Message Content Intent" not in written()


def test_a_long_one_keeps_what_discord_takes_and_says_what_is_missing() -> None:
    """Characters are not bytes: each of these becomes five."""
    messages = [message(f"第{number}話" + "&" * 4000) for number in range(1000)]
    text = written(*messages)
    assert 9_000_000 < len(text.encode()) < 10_000_000
    assert "第999話" in text
    assert "第0話" not in text
    kept = text.count("<article>")
    assert f"古い書き込み {1000 - kept} 件" in text
    assert "古い書き込み" not in written(message("短い"))
