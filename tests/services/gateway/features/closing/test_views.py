"""The views of an event that ended early, within Discord's limits."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.gateway.drawing.announcement import announcement
from services.gateway.features.closing.views import may_end, notices
from services.gateway.features.lists.pages import HistoryPage, ListPage, OwnPage, Page
from services.gateway.features.lists.suggestions import choices
from services.gateway.features.lists.views import detail, listing
from shared.messages.views import InvitationList, InvitationSummary
from tests import builders
from tests.services.gateway.drawing.test_views import (
    LONG_ID,
    WORST,
    assert_within_limits,
    field,
    view,
)

TOKYO = ZoneInfo("Asia/Tokyo")
CURSOR = "a1893456000000." + "9" * 20
FIRST = ListPage(None, None, None)
HOSTILE = "@everyone <@42> [x](https://evil.example) **b** "


def cancelled(reason: str, joined: int = 0, **changes: Any) -> Any:
    return view(joined=joined, status="cancelled", **changes).model_copy(
        update={"cancel_reason": reason}
    )


def summary(**changes: Any) -> InvitationSummary:
    fields = view().model_dump(include=set(InvitationSummary.model_fields))
    return InvitationSummary(**{**fields, **changes})


def test_the_reason_is_shown_as_it_was_typed() -> None:
    shown = field(announcement(cancelled("**雨** @everyone"), "ja"), "中止の理由")
    assert shown == "\\*\\*雨\\*\\* \\@everyone"


def test_without_a_reason_nothing_is_said_of_one() -> None:
    names = [f["name"] for f in announcement(cancelled(""), "ja")["embeds"][0]["fields"]]
    assert "中止の理由" not in names


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_longest_reason_stays_within_the_limits(language: Any) -> None:
    import disnake  # noqa: PLC0415 - only this test measures embeds

    worst = cancelled("*" * 500, joined=100, interested=100, **WORST)
    shown = announcement(worst, language)
    assert_within_limits(*map(disnake.Embed.from_dict, shown["embeds"]))
    assert field(shown, "中止の理由" if language == "ja" else "Why").count("\\*") == 500
    assert_within_limits(*detail(worst, language))


def test_a_notice_pings_only_those_it_is_for() -> None:
    [notice] = notices(cancelled(HOSTILE), ["1"], "ja")
    assert notice["allowed_mentions"] == {"parse": [], "users": ["1"]}
    assert notice["content"].endswith("\n<@1>")
    assert "<@42>" not in notice["content"]
    assert "\\@everyone" in notice["content"]


@pytest.mark.parametrize("reason", ["", "*" * 500])
def test_a_hundred_members_are_notified_in_as_many_messages_as_it_takes(reason: str) -> None:
    ids = [f"1{number:019}" for number in range(100)]
    parts = notices(cancelled(reason, **WORST), ids, "ja")
    assert all(0 < len(notice["content"]) <= 2000 for notice in parts)
    assert [each for notice in parts for each in notice["allowed_mentions"]["users"]] == ids
    assert all(
        notice["content"].count("<@") == len(notice["allowed_mentions"]["users"])
        for notice in parts
    )


def test_the_end_of_an_event_without_participants_is_still_announced() -> None:
    [notice] = notices(view(status="completed", event_name="静かな会"), [], "ja")
    assert notice["content"] == "「静かな会」は終了しました。"


@pytest.mark.parametrize(
    ("actor", "status", "is_offered"),
    [
        (builders.HOST, "recruiting", True),
        (builders.STAFF, "full", True),
        (builders.MEMBER, "recruiting", False),
        (builders.HOST, "cancelled", False),
        (builders.STAFF, "completed", False),
    ],
)
def test_only_host_and_staff_are_offered_the_end_of_an_open_event(
    actor: builders.Actor,
    status: str,
    is_offered: bool,  # noqa: FBT001 - a column of the table
) -> None:
    state = view(status=status).model_copy(update={"host_id": builders.HOST.user_id})
    assert may_end(state, builders.in_guild(actor, state.guild_id)) is is_offered


@pytest.mark.parametrize(
    "page",
    [
        OwnPage(None, None, CURSOR),
        ListPage(None, None, CURSOR),
        ListPage("その他", "completed", CURSOR),
        HistoryPage(None, "full", CURSOR),
    ],
)
def test_a_button_holds_its_page(page: Page) -> None:
    assert len(page.encode()) <= 100
    assert page.decode(page.encode()) == page


@pytest.mark.parametrize(
    "custom_id", [f"list:{'9' * 17}:-:a1.1", "list:-:draft:a1.1", "list:-:-:x", "mine", "join:1"]
)
def test_a_button_of_another_release_is_not_read_as_a_page(custom_id: str) -> None:
    for kind in (ListPage, OwnPage, HistoryPage):
        with pytest.raises(ValueError, match=r"."):
            kind.decode(custom_id)


def test_own_invitations_are_requested_for_the_member_who_presses() -> None:
    assert OwnPage(None, None, None).query("42") == {"limit": "10", "host": "42"}
    assert "host" not in ListPage("観光", "full", None).query("42")


def test_a_page_offers_the_pages_around_it() -> None:
    buttons = FIRST.turning("b1.1", "a1.1", "ja")
    assert [button.label for button in buttons] == ["前へ", "次へ"]
    assert FIRST.turning(None, None, "ja") == []
    found = InvitationList(invitations=[summary()])
    assert listing(found, OwnPage(None, None, None), "ja", datetime.now(UTC)).title == "自分の募集"


def test_suggestions_are_named_by_event_and_time_and_fit() -> None:
    late = summary(id="2", event_name="ﾊﾟｰﾃｨ", start_time=builders.soon(hours=5))
    soon = summary(id="1", event_name="パーティ" + "あ" * 190)
    offered = choices([late, soon], TOKYO)
    assert [choice.value for choice in offered] == ["1", "2"]
    assert all(0 < len(choice.name) <= 100 for choice in offered)
    assert offered[1].name.startswith("ﾊﾟｰﾃｨ (")
    assert len(choices([summary(id=LONG_ID)] * 60, TOKYO)) == 25


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Tokyo", "03/15 10:00 JST"), ("America/New_York", "03/14 21:00 EDT")],
)
def test_a_suggestion_names_the_time_in_the_zone_of_the_guild(zone: str, shown: str) -> None:
    event = summary(event_name="会", start_time=datetime(2027, 3, 15, 1, tzinfo=UTC))
    [offered] = choices([event], ZoneInfo(zone))
    assert offered.name == f"会 ({shown})"


def test_sixty_events_of_one_host_push_no_other_host_out_of_the_suggestions() -> None:
    spam = [
        summary(id=str(n), host_id="77", event_name=f"宣伝{n}", start_time=builders.soon(minutes=n))
        for n in range(1, 61)
    ]
    real = [
        summary(id=str(100 + n), host_id=str(n), start_time=builders.soon(hours=10 + n))
        for n in range(20)
    ]
    offered = [choice.value for choice in choices([*spam, *real], TOKYO)]
    assert len(offered) == 25
    assert offered[-20:] == [str(100 + n) for n in range(20)]
    assert offered[:5] == ["1", "2", "3", "4", "5"]
    own = [choice.value for choice in choices(spam, TOKYO, is_newest_first=True)]
    assert own == [str(n) for n in range(60, 35, -1)]
