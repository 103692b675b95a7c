"""Views stay within Discord's limits for every text that members write."""

from typing import Any
from zoneinfo import ZoneInfo

import disnake
import pytest

from services.gateway.drawing.announcement import Payload, announcement, draft
from services.gateway.drawing.markdown import plain, web_link, without_masked_links
from services.gateway.drawing.notices import promotion
from services.gateway.drawing.sign_up import shown_sign_up
from services.gateway.features.lists.views import detail
from services.gateway.features.staff.views import panel
from services.gateway.i18n.locale import Locale
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import (
    InvitationView,
    ParticipantView,
    WaitingView,
)
from tests import builders

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = builders.soon()
LONG_ID = "9" * 20
SUCCESS = disnake.ButtonStyle.success.value
HOSTILE = "*_[x](https://evil.example)~`|" * 6
WORST: dict[str, Any] = {
    "event_name": HOSTILE,
    "world_name": HOSTILE,
    "world_link": "https://vrchat.com/" + "<>" * 80,
    "description": "](" * 1000,
    "max_participants": 100,
}


def view(joined: int = 0, interested: int = 0, waiting: int = 0, **changes: Any) -> InvitationView:
    people = [
        ParticipantView(
            user_id=LONG_ID,
            user_name=HOSTILE[:100],
            status="joined" if number < joined else "interested",
        )
        for number in range(joined + interested)
    ]
    own = {name: changes.pop(name) for name in ("status", "is_under_way") if name in changes}
    return InvitationView(
        **{
            **builders.details(**changes).model_dump(),
            "id": LONG_ID,
            "version": 1,
            "guild_id": LONG_ID,
            "channel_id": LONG_ID,
            "thread_id": LONG_ID,
            "host_id": LONG_ID,
            "host_name": "さくら",
            "status": "recruiting",
            "joined_count": joined,
            "participants": people,
            "interested_count": interested,
            "waitlisted_count": waiting,
            "waitlist": [WaitingView(user_id=LONG_ID, user_name=HOSTILE[:100])] * waiting,
            **own,
        }
    )


def field(shown: Payload, name: str) -> str:
    return str(next(f["value"] for f in shown["embeds"][0]["fields"] if name in f["name"]))


def labels(shown: Payload) -> dict[str, bool]:
    rows = shown["components"]
    assert all(0 < len(row["components"]) <= 5 for row in rows)
    return {b["label"]: b.get("disabled", False) for row in rows for b in row["components"]}


def assert_within_limits(*embeds: disnake.Embed) -> None:
    assert sum(map(len, embeds)) <= 6000
    for embed in embeds:
        assert len(embed.title or "") <= 256
        assert len(embed.description or "") <= 4096
        for part in embed.fields:
            assert 0 < len(part.name or "") <= 256
            assert 0 < len(part.value or "") <= 1024


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("status", ["recruiting", "full", "completed", "cancelled"])
def test_the_worst_invitation_stays_within_the_limits(language: Any, status: str) -> None:
    worst = view(joined=100, interested=100, waiting=100, status=status, **WORST)
    embeds = announcement(worst, language)["embeds"]
    assert_within_limits(*map(disnake.Embed.from_dict, embeds))
    assert_within_limits(*detail(worst, language))


def test_members_who_do_not_fit_are_counted() -> None:
    shown = field(announcement(view(joined=100, **WORST), "ja"), "参加者")
    mentioned = shown.count("<@")
    assert 0 < mentioned < 100
    assert shown.endswith(f"ほか {100 - mentioned} 人")


def test_the_details_name_all_hundred() -> None:
    _, people = detail(view(joined=100), "ja")
    assert (people.description or "").count("<@") == 100


@pytest.mark.parametrize(
    ("status", "words", "buttons"),
    [
        ("recruiting", "🟢 募集中", ["参加", "興味あり", "取り消し", "詳細", "参加情報"]),
        (
            "full",
            "🈵 満員（キャンセル待ちに入れます）",
            ["キャンセル待ち", "興味あり", "取り消し", "詳細", "参加情報"],
        ),
        ("completed", "🏁 終了", ["詳細"]),
        ("cancelled", "❌ 中止", ["詳細"]),
    ],
)
def test_a_state_has_its_words_and_one_row_of_its_buttons(
    status: str, words: str, buttons: list[str]
) -> None:
    """Only a free seat is green; what no longer works is not there."""
    shown = announcement(view(status=status), "ja")
    assert shown["embeds"][0]["author"]["name"] == words
    [row] = shown["components"]
    assert [each["label"] for each in row["components"]] == buttons
    green = [each["label"] for each in row["components"] if each["style"] == SUCCESS]
    assert green == (["参加"] if status == "recruiting" else [])
    assert not any(labels(shown).values())


@pytest.mark.parametrize("status", ["recruiting", "full"])
@pytest.mark.parametrize(
    ("times", "state", "words", "labels"),
    [
        ({"opening_time": 10}, "🕒 受付前", "から", ["興味あり", "取り消し", "詳細", "参加情報"]),
        ({"cutoff_time": -10}, "🔒 受付終了", "まで", ["取り消し", "詳細", "参加情報"]),
        ({"cutoff_time": 10, "opening_time": -10}, None, "から", None),
    ],
)
def test_outside_the_time_of_sign_up_no_button_is_green_and_the_state_says_so(
    status: str, times: Any, state: str | None, words: str, labels: list[str] | None
) -> None:
    moments = {name: builders.soon(minutes=minutes) for name, minutes in times.items()}
    seen = view(status=status, **moments)
    now = builders.soon()
    shown = announcement(seen, "ja", sign_up=shown_sign_up(seen, now, Locale("ja", TOKYO)))
    usual = announcement(view(status=status), "ja")
    entry = usual["components"][0]["components"][0]
    named = [each["label"] for each in shown["components"][0]["components"]]
    wanted = [each["label"] for each in usual["components"][0]["components"]]
    if labels is not None:
        wanted = [entry["label"], *labels] if "opening_time" in times else labels
        assert SUCCESS not in [each["style"] for each in shown["components"][0]["components"]]
    assert named == wanted
    wanted_state = state or usual["embeds"][0]["author"]["name"]
    assert shown["embeds"][0]["author"]["name"] == wanted_state
    in_words, span = field(shown, "受付").split("\n")
    assert words in in_words
    assert in_words.endswith("・日本時間")
    assert all(f"<t:{int(at.timestamp())}:F>" in span for at in moments.values())


@pytest.mark.parametrize(
    ("status", "opens", "state", "said"),
    [
        ("recruiting", None, "▶️ 開催中・🟢 募集中", "開催中・募集中"),
        ("full", None, "▶️ 開催中・🈵 満員（キャンセル待ちに入れます）", "開催中・満員"),
        ("recruiting", 5, "▶️ 開催中・🕒 受付前", "開催中・募集中"),
    ],
)
def test_an_event_that_takes_place_says_so_and_has_the_buttons_of_before(
    status: str, opens: int | None, state: str, said: str
) -> None:
    """Whether members can join stands behind it, and colour says nothing alone."""
    opening = builders.soon(minutes=opens) if opens else None
    before, seen = (
        view(status=status, opening_time=opening, is_under_way=is_so) for is_so in (False, True)
    )
    sign_up = shown_sign_up(seen, NOW, Locale("ja", TOKYO))
    shown = announcement(seen, "ja", sign_up=sign_up)
    assert shown["embeds"][0]["author"]["name"] == state
    assert shown["components"] == announcement(before, "ja", sign_up=sign_up)["components"]
    assert panel(seen, "ja")["embeds"][0]["author"]["name"] == said
    detailed, _ = detail(seen, "ja", sign_up=sign_up)
    assert detailed.author.name == state


def test_what_is_announced_is_shown_also_by_a_clock_that_is_behind() -> None:
    cutoff = builders.soon(seconds=2)
    seen = view(cutoff_time=cutoff)
    assert seen.sign_up(builders.soon()) == "open"
    assert seen.model_copy(update={"sign_up_announced": cutoff}).sign_up(NOW) == "closed"
    later = {"sign_up_announced": cutoff, "cutoff_time": builders.soon(minutes=5)}
    assert seen.model_copy(update=later).sign_up(NOW) == "open"


def test_a_world_is_its_name_and_a_link_that_no_name_can_break() -> None:
    link = "https://vrchat.com/home/world/wrld_(1)"
    named = announcement(view(world_name="[Japan](x)", world_link=link), "ja")
    assert field(named, "ワールド") == f"[\\[Japan\\]\\(x\\)](<{link}>)"
    assert field(announcement(view(world_link=None), "ja"), "ワールド") == "Japan Street"


def test_an_end_on_a_later_day_is_written_in_full() -> None:
    start, end = builders.soon(hours=1), builders.soon(hours=40)
    shown = field(announcement(view(start_time=start, end_time=end), "ja"), "日時")
    assert f"〜 <t:{int(end.timestamp())}:F>" in shown


def test_seats_times_and_people_are_shown() -> None:
    seen = view(joined=2, max_participants=8)
    shown = announcement(seen, "ja")
    start, end = (int(at.timestamp()) for at in (seen.start_time, seen.end_time))
    assert field(shown, "定員") == "2 / 8"
    span = f"<t:{start}:F> 〜 <t:{end}:t>（<t:{start}:R>）"
    assert field(shown, "日時") == span
    assert field(announcement(seen, "ja", "12/1 21:00"), "日時") == f"12/1 21:00\n{span}"
    assert field(shown, "参加者 (2)") == f"<@{LONG_ID}> <@{LONG_ID}>"
    assert field(shown, "公開範囲") == "Friends+"
    beside = [each["name"] for each in shown["embeds"][0]["fields"] if each["inline"]]
    assert beside == ["主催者", "定員", "ワールド", "公開範囲", "タグ"]
    assert shown["allowed_mentions"] == {"parse": []}


def test_the_queue_is_shown_in_its_order_and_counted() -> None:
    queue = [WaitingView(user_id=str(number), user_name="待つ人") for number in (7, 5, 6)]
    seen = view(status="full").model_copy(update={"waitlist": queue, "waitlisted_count": 3})
    shown = announcement(seen, "ja")
    assert field(shown, "キャンセル待ち (3)") == "<@7> <@5> <@6>"
    _, people = detail(seen, "ja")
    assert "<@7> <@5> <@6>" in [part.value for part in people.fields]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_promotion_mentions_only_the_promoted_member(language: Any) -> None:
    notice = promotion("1001", "42", language)
    assert notice["content"].startswith("<@42>")
    assert notice["allowed_mentions"] == {"parse": [], "users": ["42"]}


def test_a_draft_has_one_dead_button_that_marks_it() -> None:
    command = builders.draft()
    drafted = InvitationDrafted(
        request_id=command.request_id,
        guild_id="1",
        channel_id="2",
        host_id="900",
        host_name="さくら",
        details=command.details,
    )
    (row,) = draft(drafted, "ja")["components"]
    (button,) = row["components"]
    assert button["custom_id"] == f"draft:{command.request_id}"
    assert button["disabled"]


def test_characters_that_reverse_a_line_are_removed_from_text() -> None:
    turned = "夜の\u202e会\u2069 👩\u200d💻"
    assert plain(turned, 200) == without_masked_links(turned) == "夜の会 👩\u200d💻"


@pytest.mark.parametrize(
    "hostile", ["@everyone", "<@1>", "**a**", "[a](https://b)", "`x`", "||x||"]
)
def test_a_name_is_shown_as_it_was_typed(hostile: str) -> None:
    escaped = plain(hostile, 200)
    assert escaped.replace("\\", "") == hostile
    assert escaped != hostile


def test_a_cut_never_leaves_half_an_escape() -> None:
    for most in range(2, 40):
        cut = plain("\\*_" * 20, most)
        assert len(cut) <= most
        assert cut.endswith("…")
        assert (len(cut[:-1]) - len(cut[:-1].rstrip("\\"))) % 2 == 0


def test_a_link_says_where_it_goes() -> None:
    assert web_link("https://vrchat.com/>[x](https://e)", 99).count(">") == 1
    assert "](" not in without_masked_links("[vrchat](https://evil.example)")
