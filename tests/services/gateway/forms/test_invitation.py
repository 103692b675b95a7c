"""The form of a new invitation: each mistake by its field and code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.forms.invitation import (
    INSTANCE_TYPES,
    TAGS,
    Options,
    read_form,
    read_options,
)
from services.gateway.forms.mistakes import Mistaken, explain

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PROFILE = "https://vrchat.com/home/user/usr_c1644b5b-3ca4-45b4-97c6-a2a0de70d469"
CHOSEN = Options("観光", "friendplus", NOW + timedelta(hours=1), NOW + timedelta(hours=3), 8)
TYPED = {
    "tag": "観光",
    "instance_type": "group",
    "start_time": "明日 21:00",
    "end_time": "2h",
    "max_participants": 8,
}
FORM = {"event_name": "夜の会", "world_name": "Japan Street", "description": "話しましょう"}


def mistakes_in(call: Any, *arguments: Any) -> list[tuple[str, str]]:
    with pytest.raises(Mistaken) as caught:
        call(*arguments)
    return caught.value.mistakes


def test_right_options_are_read() -> None:
    chosen = read_options(TYPED, NOW, TOKYO)
    assert chosen.start_time == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert chosen.end_time - chosen.start_time == timedelta(hours=2)


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({"start_time": "いつか"}, ("start_time", "time_unreadable")),
        ({"start_time": "今日 19:54"}, ("start_time", "time_past")),
        ({"start_time": "2025-01-01 00:00", "end_time": "明日 21:00"}, ("start_time", "time_past")),
        ({"start_time": "9999-12-31 23:59"}, ("start_time", "time_too_far")),
        ({"start_time": "明日"}, ("start_time", "time_time_missing")),
        ({"end_time": "すぐ"}, ("end_time", "end_unreadable")),
        ({"end_time": "0m"}, ("end_time", "time_not_after_start")),
        ({"end_time": "2026-11-24 20:59"}, ("end_time", "time_not_after_start")),
        ({"end_time": "999時間"}, ("end_time", "time_too_long")),
        ({"start_time": "明日 21:00〜22:00"}, ("end_time", "end_differs")),
        ({"start_time": "今日 19:56", "end_time": "3m"}, ("end_time", "time_past")),
        ({"tag": "麻雀"}, ("tag", "not_offered")),
        ({"instance_type": "secret"}, ("instance_type", "not_offered")),
        ({"max_participants": 0}, ("max_participants", "out_of_range")),
        ({"max_participants": 101}, ("max_participants", "out_of_range")),
        ({"reminder_minutes": 1441}, ("reminder_minutes", "out_of_minutes")),
    ],
)
def test_a_wrong_option_is_named(changed: dict[str, Any], mistake: tuple[str, str]) -> None:
    assert mistakes_in(read_options, {**TYPED, **changed}, NOW, TOKYO) == [mistake]


def test_a_range_may_be_typed_beside_the_same_end() -> None:
    assert read_options({**TYPED, "start_time": "明日 21:00〜23:00"}, NOW, TOKYO)


def test_a_mistake_in_a_time_quotes_what_was_typed() -> None:
    with pytest.raises(Mistaken) as caught:
        read_options({**TYPED, "start_time": "2/30 21:00", "end_time": "朝まで"}, NOW, TOKYO)
    lines = explain(caught.value, "ja").replace("\\", "").splitlines()
    assert lines[1] == "・開始日時: 「2/30 21:00」という日はありません。"
    assert lines[2].startswith("・終了日時: 「朝まで」は読み取れません（例: 2時間、90分、")


def test_a_start_a_moment_ago_is_no_mistake() -> None:
    assert read_options({**TYPED, "start_time": "今日 19:56"}, NOW, TOKYO)


@given(
    st.sampled_from(TAGS),
    st.sampled_from(INSTANCE_TYPES),
    st.integers(0, 4_000_000_000),
    st.tuples(st.integers(1, 100), st.integers(0, 1440)),
)
def test_options_come_back_from_the_modal(
    tag: Any, kind: Any, at: int, numbers: tuple[int, int]
) -> None:
    start = datetime.fromtimestamp(at, UTC)
    chosen = Options(tag, kind, start, start + timedelta(hours=2), *numbers)
    assert len(chosen.encode()) <= 100
    assert Options.decode(chosen.encode()) == chosen


def test_a_form_of_the_last_release_is_still_read() -> None:
    assert Options.decode(CHOSEN.encode().removesuffix(":15")) == CHOSEN


@pytest.mark.parametrize(
    "custom_id",
    ["invite:1:9:group:1:2:3", "invite:1:0:secret:1:2:3", f"invite:1:0:group:{10**30}:2:3", "x"],
)
def test_a_foreign_custom_id_is_not_read(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Options.decode(custom_id)


def test_a_right_form_gives_details_and_profile() -> None:
    chosen = replace(CHOSEN, reminder_minutes=60)
    details, profile = read_form(chosen, {**FORM, "vrchat_profile": f" {PROFILE} "}, NOW)
    assert details.reminder_minutes == 60
    assert (details.event_name, details.world_link, profile) == ("夜の会", None, PROFILE)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("event_name", "  ", "blank"),
        ("event_name", "一\u2028二", "line_break"),
        ("event_name", "あ" * 201, "too_long"),
        ("world_name", "", "blank"),
        ("world_name", "一\n二", "line_break"),
        ("description", "", "blank"),
        ("description", " \n ", "blank"),
        ("description", "あ" * 2001, "too_long"),
        ("world_link", "http://vrchat.com/home", "not_a_world_link"),
        ("world_link", "https://vrchat.com.example.com/", "not_a_world_link"),
        ("world_link", "https://vrchat.com:444/", "not_a_world_link"),
        ("world_link", "https://vrchat.com@example.com/", "not_a_world_link"),
        ("world_link", "https://[", "not_a_world_link"),
        ("world_link", "https://vrchat.com/" + "a" * 500, "too_long"),
        ("vrchat_profile", "さくら", "not_a_profile"),
        ("vrchat_profile", "https://vrchat.com/home/world/wrld_1", "not_a_profile"),
        ("vrchat_profile", "https://vrchat.com/" + "a" * 200, "too_long"),
    ],
)
def test_a_wrong_field_is_named(field: str, typed: str, code: str) -> None:
    assert mistakes_in(read_form, CHOSEN, {**FORM, field: typed}, NOW) == [(field, code)]


def test_every_mistake_is_named_at_once_in_both_languages() -> None:
    mistakes = mistakes_in(read_form, CHOSEN, {"world_link": "x", "vrchat_profile": "y"}, NOW)
    fields = {"event_name", "world_name", "world_link", "description", "vrchat_profile"}
    assert {field for field, _ in mistakes} == fields
    for language in ("ja", "en"):
        assert len(explain(Mistaken(mistakes), language).splitlines()) == 1 + len(mistakes)


def test_a_form_left_open_until_its_event_is_past_is_refused() -> None:
    late = replace(CHOSEN, start_time=NOW - timedelta(hours=3), end_time=NOW - timedelta(hours=1))
    assert mistakes_in(read_form, late, FORM, NOW) == [("start_time", "past"), ("end_time", "past")]


def test_a_host_may_take_a_quarter_of_an_hour_to_fill_in_the_form() -> None:
    begun = replace(CHOSEN, start_time=NOW - timedelta(minutes=15))
    assert read_form(begun, FORM, NOW)


def test_a_mistake_never_holds_what_was_typed() -> None:
    with pytest.raises(Mistaken) as caught:
        read_form(CHOSEN, {**FORM, "vrchat_profile": "my-secret-address"}, NOW)
    assert "my-secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
