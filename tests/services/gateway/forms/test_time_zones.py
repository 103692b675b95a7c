"""Times in zones whose clocks change, and the words in which a time is written back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.gateway.drawing.periods import beginning, period
from services.gateway.forms.mistakes import Mistaken, explain, time_mistake
from services.gateway.forms.time_places import is_there_twice
from services.gateway.forms.time_sentences import reading_in_words
from services.gateway.forms.time_words import CODES
from services.gateway.forms.times import (
    Reading,
    TimeMistake,
    read_end,
    read_start,
    read_when,
    write_moment,
)
from services.gateway.i18n.locale import Locale

TOKYO, NEW_YORK, LONDON = map(ZoneInfo, ("Asia/Tokyo", "America/New_York", "Europe/London"))
NOW = datetime(2026, 12, 2, 20, 30, tzinfo=TOKYO)  # a Wednesday
START = datetime(2026, 12, 5, 21, 0, tzinfo=TOKYO)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# The clocks go forward on 2027-03-14 in New York, and on 2027-03-28 in London.
@pytest.mark.parametrize(
    ("zone", "now", "typed", "moment"),
    [
        ("Asia/Tokyo", "2027-03-13T12:00+09:00", "3/14 2:30", "2027-03-14T02:30+09:00"),
        ("Asia/Kolkata", "2027-03-13T12:00+05:30", "21:00", "2027-03-13T21:00+05:30"),
        ("Asia/Kolkata", "2027-03-13T23:00+05:30", "明日 0:15", "2027-03-14T00:15+05:30"),
        # Around the day on which the clocks go forward.
        ("America/New_York", "2027-03-13T12:00-05:00", "tomorrow 1:59", "2027-03-14T01:59-05:00"),
        ("America/New_York", "2027-03-13T12:00-05:00", "tomorrow 3:00", "2027-03-14T03:00-04:00"),
        ("America/New_York", "2027-03-13T22:00-05:00", "21:00", "2027-03-14T21:00-04:00"),
        ("America/New_York", "2027-03-14T03:30-04:00", "2:30", "2027-03-15T02:30-04:00"),
        ("America/New_York", "2027-03-01T12:00-05:00", "3/20 21:00", "2027-03-20T21:00-04:00"),
        ("Europe/London", "2027-03-27T23:00+00:00", "tomorrow 2:00", "2027-03-28T02:00+01:00"),
        ("Europe/London", "2027-03-27T23:00+00:00", "12:00", "2027-03-28T12:00+01:00"),
        # What is there twice, as the clocks go back, is the first of both.
        ("America/New_York", "2026-10-31T12:00-04:00", "tomorrow 1:30", "2026-11-01T01:30-04:00"),
        ("America/New_York", "2026-10-31T12:00-04:00", "11/1 0:59", "2026-11-01T00:59-04:00"),
        ("America/New_York", "2026-10-31T12:00-04:00", "11/1 2:00", "2026-11-01T02:00-05:00"),
        ("America/New_York", "2026-10-31T23:00-04:00", "1:30", "2026-11-01T01:30-04:00"),
        ("Europe/London", "2026-10-24T12:00+01:00", "10/25 1:15", "2026-10-25T01:15+01:00"),
        ("Europe/London", "2026-10-24T12:00+01:00", "10/25 2:00", "2026-10-25T02:00+00:00"),
        # A clock time alone is the next one, also between the first and the second of both.
        ("America/New_York", "2026-11-01T01:45-04:00", "1:30", "2026-11-01T01:30-05:00"),
        ("America/New_York", "2026-11-01T01:45-05:00", "1:30", "2026-11-02T01:30-05:00"),
        # A zone beside the time says which of both.
        ("America/New_York", "2026-10-31T12:00-04:00", "11/1 1:30 EST", "2026-11-01T01:30-05:00"),
        ("America/New_York", "2026-10-31T12:00-04:00", "11/1 1:30 EDT", "2026-11-01T01:30-04:00"),
        ("America/New_York", "2026-10-31T12:00-04:00", "21:00 JST", "2026-11-01T08:00-04:00"),
        ("Europe/London", "2027-06-01T12:00+01:00", "21:00 BST", "2027-06-01T21:00+01:00"),
    ],
)
def test_a_start_is_read_in_the_zone_of_the_guild(
    zone: str, now: str, typed: str, moment: str
) -> None:
    assert read_start(typed, at(now), ZoneInfo(zone)).start == at(moment)


@pytest.mark.parametrize(
    ("zone", "now", "typed"),
    [
        ("America/New_York", "2027-03-13T12:00-05:00", "tomorrow 2:00"),
        ("America/New_York", "2027-03-13T12:00-05:00", "2027-03-14 02:59"),
        ("America/New_York", "2027-03-13T12:00-05:00", "3/14 2:30"),
        ("America/New_York", "2027-03-14T01:45-05:00", "2:30"),
        ("Europe/London", "2027-03-27T23:00+00:00", "tomorrow 1:30"),
        ("America/Santiago", "2026-09-05T12:00-04:00", "tomorrow 0:30"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(zone: str, now: str, typed: str) -> None:
    with pytest.raises(TimeMistake, match="skipped_time"):
        read_start(typed, at(now), ZoneInfo(zone))
    with pytest.raises(TimeMistake, match="skipped_time"):
        read_end(typed, at(now), at(now), ZoneInfo(zone))


def test_a_name_of_a_zone_that_does_not_hold_then_is_refused() -> None:
    """EST in July: is it Eastern time, or an hour later?"""
    with pytest.raises(TimeMistake, match="unreadable"):
        read_start("7/3 21:00 EST", at("2027-07-01T12:00-04:00"), NEW_YORK)
    with pytest.raises(TimeMistake, match="unreadable"):
        read_start("21:00 EST", NOW, TOKYO)


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("3h", "2026-11-01T02:00-05:00"),  # a duration is real time
        ("3:00", "2026-11-01T03:00-05:00"),
        ("0:30", "2026-11-01T00:30-04:00"),
        ("11/1 1:00", "2026-11-01T01:00-04:00"),
    ],
)
def test_an_end_is_read_in_the_zone_of_the_guild(typed: str, end: str) -> None:
    start = at("2026-11-01T00:00-04:00")
    assert read_end(typed, start, start, NEW_YORK).end == at(end)


@pytest.mark.parametrize(
    ("moment", "is_twice"),
    [
        ("2026-11-01T00:59-04:00", False),
        ("2026-11-01T01:30-04:00", True),
        ("2026-11-01T01:30-05:00", False),  # the second
        ("2026-11-01T02:00-05:00", False),
        ("2027-03-14T03:30-04:00", False),
    ],
)
def test_a_time_that_comes_twice_is_a_remark(moment: str, is_twice: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_there_twice(at(moment), NEW_YORK) is is_twice
    now = at("2026-10-31T12:00-04:00")
    written = write_moment(at(moment), NEW_YORK)
    if at(moment) < now + timedelta(days=2):
        expected = ("twice",) if is_twice else ()
        assert read_start(written, now, NEW_YORK) == Reading(at(moment), None, expected)


@pytest.mark.parametrize(
    ("language", "typed", "line"),
    [
        ("ja", "土曜 21時〜23時", "12月5日(土) 21:00〜23:00（2時間）"),
        ("en", "土曜 21時〜23時", "Sat, Dec 5, 21:00–23:00 (2 hours)"),
        ("ja", "土曜 21時〜25時半", "12月5日(土) 21:00〜翌1:30（4時間30分）"),
        ("en", "土曜 21時〜25時半", "Sat, Dec 5, 21:00–1:30 the next day (4 hours 30 minutes)"),
        ("ja", "1/3 9:05〜9:50", "2027年1月3日(日) 9:05〜9:50（45分）"),
        ("en", "1/3 9:05〜9:50", "Sun, Jan 3, 2027, 9:05–9:50 (45 minutes)"),
        ("ja", "土曜 21時〜3日間", "12月5日(土) 21:00 〜 12月8日(火) 21:00（72時間）"),
        ("en", "土曜 21時〜3日間", "Sat, Dec 5, 21:00 – Tue, Dec 8, 21:00 (72 hours)"),
        ("ja", "土曜 21時", "12月5日(土) 21:00"),
    ],
)
def test_a_reading_is_said_in_words(language: str, typed: str, line: str) -> None:
    words = reading_in_words(read_start(typed, NOW, TOKYO), typed, NOW, Locale(language, TOKYO))
    assert words.splitlines()[0] == line


def test_what_is_odd_is_said_below_the_reading() -> None:
    typed = "12/5(金) 21:00〜20:00"
    quoted = r"12\/5\(金\) 21\:00〜20\:00"
    reading = read_when(typed, NOW, TOKYO)
    assert reading_in_words(reading, typed, NOW, Locale("ja", TOKYO)).splitlines()[1:] == [
        f"⚠️ 「{quoted}」は、日付と曜日が合いません。日付のほうで読み取りました。",
        "⚠️ 終了まで 23時間あります。間違いがないか、確かめてください。",
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", CODES)
def test_each_mistake_quotes_what_was_typed(language: str, code: str) -> None:
    mistake = TimeMistake(code)  # type: ignore[arg-type]
    for kind in ("time", "end", "day"):
        wrong = time_mistake("start_time", mistake, kind)  # type: ignore[arg-type]
        mistaken = Mistaken([wrong], TOKYO, {"start_time": "12月 *ごろ*"})
        assert "12月 \\*ごろ\\*" in explain(mistaken, language)
        assert "ごろ" not in repr(mistaken)


# Around the changes of both zones, and far from them.
STARTS = st.one_of(
    st.sampled_from(["2026-11-01", "2027-03-14", "2026-10-25", "2027-03-28", "2026-12-31"]).map(
        lambda day: at(f"{day}T00:00+00:00")
    ),
    st.integers(0, 700).map(lambda days: at("2026-10-20T00:00+00:00") + timedelta(days=days)),
)
MINUTES = st.integers(-24 * 60, 48 * 60)


@settings(max_examples=150, deadline=None)
@given(STARTS, MINUTES, st.integers(1, 72 * 60), st.sampled_from([TOKYO, NEW_YORK, LONDON]))
@example(at("2026-11-01T05:30+00:00"), 0, 60, NEW_YORK)  # from the first 1:30 to the second
@example(at("2026-11-01T06:30+00:00"), 0, 60, NEW_YORK)
@example(at("2026-10-25T00:30+00:00"), 0, 60, LONDON)
@example(at("2026-10-31T15:00+00:00"), 0, 15 * 60 + 30, NEW_YORK)  # to the second 1:30
@example(at("2026-12-31T12:00+00:00"), 0, 360, TOKYO)
def test_whatever_is_written_is_read_as_the_same_moment(
    day: datetime, minute: int, length: int, zone: ZoneInfo
) -> None:
    now = at("2026-10-18T12:00+00:00")
    start = day + timedelta(minutes=minute)
    end = start + timedelta(minutes=length)
    assert read_start(write_moment(start, zone), now, zone).start == start
    assert read_end(write_moment(end, zone), start, now, zone).end == end
    for language in ("ja", "en"):
        locale = Locale(language, zone)
        assert read_start(beginning(start, now, locale), now, zone).start == start
        reading = read_when(period(start, end, now, locale), now, zone)
        assert (reading.start, reading.end) == (start, end)


def typed_clocks() -> st.SearchStrategy[str]:
    hours, minutes = st.integers(0, 29), st.sampled_from(["00", "30", "59"])
    forms = st.sampled_from(["{h}:{m}", "{h}時{m}分", "{h:02}{m}", "{h}時半"])
    return st.builds(lambda h, m, form: form.format(h=h, m=m), hours, minutes, forms)


DAYS = ["", "今日 ", "明日の", "土曜 ", "来週日曜 ", "next sunday ", "11/1 ", "3/14 ", "Oct 25 "]
ENDS = ["", "〜{}", "から{}まで", "〜翌{}", " - Sun {}", "〜90分"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(DAYS),
    typed_clocks(),
    st.tuples(st.sampled_from(ENDS), typed_clocks()),
    st.sampled_from(["2026-10-20", "2026-10-24", "2026-10-31", "2027-03-13", "2027-03-27"]),
    st.sampled_from([TOKYO, NEW_YORK, LONDON]),
)
def test_whatever_is_accepted_is_written_back_as_the_same_moment(
    day: str, clock: str, end: tuple[str, str], today: str, zone: ZoneInfo
) -> None:
    now = at(f"{today}T16:45:10+00:00")
    try:
        reading = read_start(day + clock + end[0].format(end[1]), now, zone)
    except TimeMistake:
        return
    assert read_start(write_moment(reading.start, zone), now, zone).start == reading.start
    if reading.end is None:
        return
    for language in ("ja", "en"):
        words = period(reading.start, reading.end, now, Locale(language, zone))
        again = read_when(words, now, zone)
        assert (again.start, again.end) == (reading.start, reading.end)
