"""Starts and ends as hosts type them: a table of forms, the calendar's traps, and words back."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.gateway.forms.times import (
    Reading,
    TimeMistake,
    read_day,
    read_end,
    read_start,
    read_when,
)
from services.gateway.i18n.translate import Language, translate_if_known

TOKYO, NEW_YORK, LONDON = map(ZoneInfo, ("Asia/Tokyo", "America/New_York", "Europe/London"))
NOW = datetime(2026, 12, 2, 20, 30, tzinfo=TOKYO)  # a Wednesday
START = datetime(2026, 12, 5, 21, 0, tzinfo=TOKYO)
TABLE = [
    (*line.split("\t"), "", "")[:4]
    for line in Path(__file__).with_name("times.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(("#", "kind"))
]


def read(kind: str, typed: str, start: str) -> Reading:
    if kind == "start":
        return read_start(typed, NOW, TOKYO)
    return read_end(typed, datetime.fromisoformat(start), NOW, TOKYO)


def code_of(kind: str, typed: str, start: str = START.isoformat()) -> str:
    with pytest.raises(TimeMistake) as caught:
        read(kind, typed, start)
    return caught.value.code


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("kind", "typed", "start", "end"), TABLE)
def test_each_form_of_the_table_is_read_as_it_says(
    kind: str, typed: str, start: str, end: str
) -> None:
    refused = next((each for each in (start, end) if each.startswith("REFUSE")), None)
    if refused:
        assert code_of(kind, typed, start) == refused.removeprefix("REFUSE ")
        return
    reading = read(kind, typed, start)
    assert reading.start == at(start)
    assert reading.end == (at(end) if end else None)


def test_the_table_holds_every_form_that_was_found() -> None:
    assert len(TABLE) > 250
    assert len({(kind, typed) for kind, typed, *_ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    ("typed", "remarks"),
    [
        ("21:00", ()),
        ("20:30", ()),  # the present minute is not past
        ("20:29", ("moved_to_tomorrow",)),
        ("0:00", ("moved_to_tomorrow",)),
        ("水曜 21:00", ()),
        ("水曜 20:00", ("moved_to_next_week",)),
        ("12/5(土) 21:00", ()),
        ("12/5(金) 21:00", ("weekday_differs",)),
        ("明日(金) 21:00", ("weekday_differs",)),
        ("土曜 25:00", ()),
        ("明日 21:00〜20:00", ("long",)),
        ("20:00〜翌8:00", ("moved_to_tomorrow",)),
        ("20:00〜翌8:01", ("moved_to_tomorrow", "long")),
        ("12/5(金) 21:00〜12/6(月) 22:00", ("weekday_differs", "long")),
    ],
)
def test_what_is_odd_is_a_remark(typed: str, remarks: tuple[str, ...]) -> None:
    assert read_start(typed, NOW, TOKYO).remarks == remarks


def test_an_end_a_day_later_than_it_looks_is_a_remark() -> None:
    start = read_start("明日 21:00", NOW, TOKYO).start
    reading = read_end("20:00", start, NOW, TOKYO)
    assert (reading.end, reading.remarks) == (start + timedelta(hours=23), ("long",))


def test_one_field_needs_both_start_and_end() -> None:
    reading = read_when("土曜 21時〜23時", NOW, TOKYO)
    assert (reading.start, reading.end) == (START, START + timedelta(hours=2))
    with pytest.raises(TimeMistake, match="end_missing"):
        read_when("土曜 21時", NOW, TOKYO)


READERS: Mapping[str, Callable[[str], object]] = {
    "hint-when": lambda typed: read_when(typed, NOW, TOKYO),
    "hint-start_time": lambda typed: read_start(typed, NOW, TOKYO),
    "mistake-when_unreadable": lambda typed: read_when(typed, NOW, TOKYO),
    "mistake-time_end_missing": lambda typed: read_when(typed, NOW, TOKYO),
    "mistake-time_unreadable": lambda typed: read_start(typed, NOW, TOKYO),
    "mistake-end_unreadable": lambda typed: read_end(typed, START, NOW, TOKYO),
    "mistake-day_unreadable": lambda typed: read_day(typed, NOW, TOKYO),
}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("key", READERS)
def test_each_example_that_a_host_is_shown_can_be_read(language: Language, key: str) -> None:
    text = str(translate_if_known(language, key, {"zone": "|", "typed": ""}))
    examples = re.split(r"(?:例|xamples): ", text)[1]
    examples = re.split(r"[）)|]|[。;] *[|]", examples)[0]
    read = [READERS[key](each) for each in re.split(r"、|, ", examples)]
    assert len(read) > 1


@pytest.mark.parametrize(
    ("now", "typed", "start"),
    [
        ("2026-12-02T20:30:59+09:00", "今", "2026-12-02T20:30+09:00"),
        ("2026-12-02T20:30:59+09:00", "20:30", "2026-12-02T20:30+09:00"),
        ("2026-12-02T20:30:59+09:00", "30分後", "2026-12-02T21:00+09:00"),
        # After midnight 25:00 is still the one of the evening before.
        ("2026-12-03T00:30+09:00", "25:00", "2026-12-03T01:00+09:00"),
        ("2026-12-03T00:30+09:00", "今日 25:00", "2026-12-04T01:00+09:00"),
        ("2026-12-06T00:30+09:00", "土曜 25:00", "2026-12-06T01:00+09:00"),
        ("2026-12-06T01:30+09:00", "土曜 25:00", "2026-12-13T01:00+09:00"),
        ("2026-12-31T23:00+09:00", "1/1 0:30", "2027-01-01T00:30+09:00"),
        ("2026-12-31T23:00+09:00", "3日 21:00", "2027-01-03T21:00+09:00"),
        ("2027-12-01T12:00+09:00", "2/29 21:00", "2028-02-29T21:00+09:00"),
        ("2028-02-29T12:00+09:00", "来年1月3日 21:00", "2029-01-03T21:00+09:00"),
        ("2026-12-06T12:00+09:00", "今週日曜 21:00", "2026-12-06T21:00+09:00"),  # a Sunday
        ("2026-12-06T12:00+09:00", "来週月曜 21:00", "2026-12-07T21:00+09:00"),
    ],
)
def test_a_start_depends_on_now(now: str, typed: str, start: str) -> None:
    assert read_start(typed, at(now), TOKYO).start == at(start)


@pytest.mark.parametrize(
    ("now", "typed", "code"),
    [
        ("2026-12-02T20:30+09:00", "2/29 21:00", "no_such_day"),  # 2027 has none
        ("2026-12-02T20:30+09:00", "2028-12-05 21:00", "too_far"),
        ("2027-02-01T12:00+09:00", "31日 21:00", "no_such_day"),
        ("2026-11-02T12:00+09:00", "31日 21:00", "no_such_day"),
        ("2026-12-02T05:00+09:00", "今日 20:00 UTC", "unreadable"),  # it is the day before there
        ("2026-12-02T20:30+09:00", "来月12/5 21:00", "unreadable"),
        ("2026-12-02T20:30+09:00", "来年2026年12月5日 21:00", "unreadable"),
        ("2026-12-02T20:30+09:00", "来月の土曜 21:00", "unreadable"),
        ("2026-12-02T20:30+09:00", "9" * 5000, "unreadable"),
        ("2026-12-02T20:30+09:00", "9" * 5000 + "h", "unreadable"),
    ],
)
def test_what_no_day_fits_is_refused(now: str, typed: str, code: str) -> None:
    with pytest.raises(TimeMistake, match=f"^{code}$"):
        read_start(typed, at(now), TOKYO)


@pytest.mark.parametrize("typed", ["今日 20:24", "昨日 21:00", "12/2 20:24"])
def test_a_start_may_be_five_minutes_ago_and_no_more(typed: str) -> None:
    assert code_of("start", typed) == "past"
    assert read_start("今日 20:25", NOW, TOKYO).start == NOW - timedelta(minutes=5)


def test_an_end_that_is_past_is_refused() -> None:
    start = (NOW - timedelta(hours=2)).isoformat()
    assert code_of("end", "1時間", start) == "past"
    assert code_of("end", "20:00", start) == "past"
    assert code_of("end", "72時間1分", NOW.isoformat()) == "too_long"


def test_an_end_across_new_year_is_in_the_next_year() -> None:
    start = at("2026-12-31T21:00+09:00")
    for typed in ("1/1 1:00", "1日 1:00", "25:00", "翌1:00", "金曜 1:00"):
        assert read_end(typed, start, NOW, TOKYO).end == at("2027-01-01T01:00+09:00")


def test_a_duration_behind_an_end_must_agree_with_it() -> None:
    end = START + timedelta(hours=2)
    assert read_end("23:00（2時間）", START, NOW, TOKYO).end == end
    assert code_of("end", "23:00（3時間）") == "unreadable"


@pytest.mark.parametrize(
    ("zone", "typed", "day"),
    [
        ("America/Santiago", "9/6", "2026-09-06"),  # its midnight is skipped
        ("America/New_York", "2026-11-01", "2026-11-01"),
        ("Asia/Kolkata", "12/31", "2026-12-31"),
        ("Asia/Tokyo", " １２/３１ ", "2026-12-31"),
        ("Asia/Tokyo", "12月31日(木)", "2026-12-31"),
        ("Asia/Tokyo", "来週土曜", "2026-09-12"),
        ("Asia/Tokyo", "3週間後", "2026-09-26"),
        ("Asia/Tokyo", "明日", "2026-09-06"),
        ("Asia/Tokyo", "2/29", "no_such_day"),
        ("Asia/Tokyo", "2026-02-30", "no_such_day"),
        ("Asia/Tokyo", "12/31(金)", "weekday_differs"),
        ("Asia/Tokyo", "9999-12-31", "too_far"),
        ("Asia/Tokyo", "12/31 21:00", "unreadable"),
        ("Asia/Tokyo", "来週", "unreadable"),
        ("Asia/Tokyo", "今", "unreadable"),
        ("Asia/Tokyo", "", "unreadable"),
    ],
)
def test_a_day_is_read_without_a_time(zone: str, typed: str, day: str) -> None:
    now = datetime(2026, 9, 5, 2, tzinfo=UTC)
    try:
        read = read_day(typed, now, ZoneInfo(zone)).isoformat()
    except TimeMistake as mistake:
        read = mistake.code
    assert read == day


def test_a_day_that_a_zone_has_skipped_does_not_exist() -> None:
    """Samoa has changed sides of the date line."""
    with pytest.raises(TimeMistake, match="no_such_day"):
        read_day("2011-12-30", datetime(2011, 12, 1, tzinfo=UTC), ZoneInfo("Pacific/Apia"))
