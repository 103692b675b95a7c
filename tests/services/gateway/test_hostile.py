"""Rule: a member with any name or text reads an answer that names the mistake."""

import pytest

from tests.stage import Stage, shown


async def test_a_member_whose_name_shows_nothing_can_join_and_host(stage: Stage) -> None:
    nameless = str(stage.discord.add_member("\u3164"))
    invitation_id = await stage.create(user=nameless, event_name="名のない主催")
    another = str(stage.discord.add_member("\u200b"))
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=another)
    assert "参加しました" in (await press.answer())["content"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"event_name": "\ufb2c" * 200}, "長すぎます"),
        ({"world": "https://vrchat.com/\x00"}, "VRChat のリンクではありません"),
    ],
)
async def test_a_form_that_cannot_be_posted_says_why(
    stage: Stage, typed: dict[str, str], answer: str
) -> None:
    assert answer in shown(await stage.draft(**typed))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("0001-01-01 00:00", "2h", "もう過ぎています"),
        ("9999-12-31 23:59", "24h", "先すぎます"),
        ("明日 21:00", "999時間", "72 時間まで"),
        ("2/30 21:00", "2h", "という日はありません"),
    ],
)
async def test_a_time_beyond_the_calendar_is_refused_by_name(
    stage: Stage, start: str, end: str, words: str
) -> None:
    card = await stage.draft(options={"start": start, "end": end})
    assert words in shown(card)
