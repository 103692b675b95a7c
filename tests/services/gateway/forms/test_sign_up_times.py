"""When sign-up opens and closes, as hosts type it into the draft and into the form of an edit."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.features.create.copying import sign_up_of_copy
from services.gateway.forms import draft as drafts
from services.gateway.forms.draft import Typed
from services.gateway.forms.edit import Shown, prefilled, read_changes
from services.gateway.forms.mistakes import Mistaken
from services.gateway.forms.sign_up_times import is_before_start, read_cutoff, write_cutoff
from services.gateway.forms.times import TimeMistake
from services.gateway.i18n.translate import Language
from shared.messages.invitations.drafting import Choices
from tests.services.gateway.drawing.test_views import LONG_ID, view

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 20:00 in Japan
START = NOW + timedelta(hours=25)
END = START + timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("開始1時間前", timedelta(hours=1)),
        ("開始の３０分前", timedelta(minutes=30)),
        ("１時間前まで", timedelta(hours=1)),
        ("1時間半前", timedelta(minutes=90)),
        ("開始時刻の 2時間30分前", timedelta(minutes=150)),
        ("一日前", timedelta(days=1)),
        ("開始時", timedelta()),
        ("開始まで", timedelta()),
        ("1 hour before", timedelta(hours=1)),
        ("an hour before the start", timedelta(hours=1)),
        ("90 min before start", timedelta(minutes=90)),
        ("half an hour before", timedelta(minutes=30)),
        ("at the start", timedelta()),
        ("明日 20時", timedelta(hours=1)),
        ("11/24 21:30", timedelta(minutes=-30)),
    ],
)
def test_a_cut_off_is_a_moment_or_a_time_before_the_start(text: str, before: timedelta) -> None:
    assert START - read_cutoff(text, START, NOW, TOKYO) == before


@pytest.mark.parametrize(
    "text", ["前", "すこし前", "before", "前日", "2時間後前", "明日 20時〜21時"]
)
def test_what_could_mean_two_moments_is_no_cut_off(text: str) -> None:
    with pytest.raises(TimeMistake):
        read_cutoff(text, START, NOW, TOKYO)


@given(
    minutes=st.integers(-120, 60 * 24 * 20),
    seconds=st.sampled_from([0, 0, 17]),
    zone=st.sampled_from([TOKYO, NEW_YORK]),
    language=st.sampled_from(["ja", "en"]),
)
def test_a_cut_off_is_read_as_it_is_written(
    minutes: int, seconds: int, zone: ZoneInfo, language: Language
) -> None:
    start = NOW + timedelta(days=30)
    cutoff = start - timedelta(minutes=minutes, seconds=seconds)
    written = write_cutoff(cutoff, start, zone, language)
    assert read_cutoff(written, start, NOW, zone) == cutoff - timedelta(seconds=cutoff.second)
    assert is_before_start(written) == (minutes >= 0 and seconds == 0)


def draft(**typed: str) -> drafts.Draft:
    fields = {
        "event_name": "夜の会",
        "when": "明日 21時〜23時",
        "world": "Japan Street",
        "max_participants": "8",
        "description": "話しましょう",
        **typed,
    }
    return drafts.read(Typed(**fields), Choices(), NOW, TOKYO, "リンク先のワールド")  # type: ignore[arg-type]


def test_a_draft_keeps_the_distance_to_the_start_and_writes_other_times_as_moments() -> None:
    made = draft(opening_time="今日 22時", cutoff_time="開始1時間前")
    assert made.details is not None
    assert made.details.opening_time == NOW + timedelta(hours=2)
    assert made.details.cutoff_time == START - timedelta(hours=1)
    assert made.typed.opening_time == "2026-11-23 22:00"
    assert made.typed.cutoff_time == "開始1時間前"
    moved = drafts.Typed.from_json(made.typed.as_json(), "説明")
    assert (moved.opening_time, moved.cutoff_time) == ("2026-11-23 22:00", "開始1時間前")
    absolute = draft(cutoff_time="明日 20:00")
    assert absolute.typed.cutoff_time == "2026-11-24 20:00"


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"cutoff_time": "明日 23:00"}, ("cutoff_time", "cutoff_after_end")),
        ({"cutoff_time": "そのうち"}, ("cutoff_time", "cutoff_unreadable")),
        ({"cutoff_time": "開始26時間前"}, ("cutoff_time", "time_past")),
        ({"opening_time": "明日 23:00"}, ("opening_time", "opens_too_late")),
        ({"opening_time": "昨日 9:00"}, ("opening_time", "time_past")),
        (
            {"opening_time": "明日 20:00", "cutoff_time": "1時間前"},
            ("opening_time", "opens_too_late"),
        ),
    ],
)
def test_a_mistake_stands_at_its_field_and_keeps_what_was_typed(
    typed: dict[str, str], mistake: tuple[str, str]
) -> None:
    made = draft(**typed)
    assert made.mistakes == (mistake,)
    assert made.details is None
    assert getattr(made.typed, mistake[0]).startswith(("2026", typed[mistake[0]][:2]))


def test_times_that_cannot_be_read_cost_no_second_mistake() -> None:
    assert draft(when="いつか", cutoff_time="1時間前").mistakes == (("when", "when_unreadable"),)


OPENS, CLOSES = NOW - timedelta(hours=1), START - timedelta(hours=1)
STANDS = view(start_time=START, end_time=END, opening_time=OPENS, cutoff_time=CLOSES)


def edited(state: Any = STANDS, **typed: str) -> dict[str, Any]:
    shown = Shown.decode(Shown.of(state, "schedule").encode())
    texts = prefilled(state, "schedule", TOKYO, "ja") | typed
    changes = read_changes(shown, texts, NOW, TOKYO).model_dump(exclude_defaults=True)
    del changes["max_participants"]
    return changes


def test_the_form_of_an_edit_shows_both_and_changes_nothing_that_is_left_as_it_is() -> None:
    shown = prefilled(STANDS, "schedule", TOKYO, "ja")
    assert (shown["opening_time"], shown["cutoff_time"]) == ("2026-11-23 19:00", "開始1時間前")
    assert edited() == {}
    longest = STANDS.model_copy(update={"id": LONG_ID})
    assert len(Shown.of(longest, "schedule").encode()) <= 100


def test_a_cut_off_before_the_start_moves_along_and_the_opening_stays() -> None:
    later = {"start_time": "2026-11-24 22:00", "end_time": "2026-11-25 00:00"}
    changes = edited(**later)
    hour = timedelta(hours=1)
    assert changes == {
        "start_time": START + hour,
        "end_time": END + hour,
        "cutoff_time": CLOSES + hour,
    }
    after_start = STANDS.model_copy(update={"cutoff_time": START + timedelta(minutes=30)})
    assert "cutoff_time" not in edited(after_start, **later)


def test_an_emptied_field_drops_the_time_and_now_closes_sign_up() -> None:
    assert edited(cutoff_time="", opening_time=" ") == {
        "drops_cutoff_time": True,
        "drops_opening_time": True,
    }
    assert edited(cutoff_time="今") == {"cutoff_time": NOW}


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"end_time": "2026-11-24 21:30", "cutoff_time": "11/24 22:00"}, "cutoff_after_end"),
        ({"opening_time": "11/24 20:30"}, "opens_too_late"),
        ({"cutoff_time": "ずっと"}, "cutoff_unreadable"),
    ],
)
def test_an_edit_that_contradicts_itself_is_refused_at_its_field(
    typed: dict[str, str], mistake: str
) -> None:
    with pytest.raises(Mistaken) as mistaken:
        edited(**typed)
    assert [code for _, code in mistaken.value.mistakes] == [mistake]


def test_a_copy_keeps_both_distances_to_the_start_and_leaves_out_what_is_past() -> None:
    next_week = START + timedelta(days=7)
    copied = sign_up_of_copy(STANDS, next_week, NOW, TOKYO, "ja")
    assert copied == {"opening_time": "2026-11-30 19:00", "cutoff_time": "開始1時間前"}
    late = sign_up_of_copy(STANDS, next_week, next_week - timedelta(minutes=30), TOKYO, "ja")
    assert late == {}
