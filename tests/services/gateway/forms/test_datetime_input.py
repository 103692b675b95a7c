"""Start and end as hosts type them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.gateway.forms.datetime_input import (
    SkippedTimeError,
    is_there_twice,
    read_day,
    read_end,
    read_moment,
    write_moment,
)

TOKYO = ZoneInfo("Asia/Tokyo")
# 2026-11-23 20:00 in Japan
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def japan(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TOKYO).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-12-01 21:00", japan(2026, 12, 1, 21, 0)),
        ("2026/12/1 21:00", japan(2026, 12, 1, 21, 0)),
        ("２０２６-１２-０１　２１：００", japan(2026, 12, 1, 21, 0)),
        ("12/01 21:00", japan(2026, 12, 1, 21, 0)),
        ("1/5 9:30", japan(2027, 1, 5, 9, 30)),
        ("21:00", japan(2026, 11, 23, 21, 0)),
        ("19:59", japan(2026, 11, 24, 19, 59)),
        ("20:00", japan(2026, 11, 24, 20, 0)),
        ("明日 21:00", japan(2026, 11, 24, 21, 0)),
        ("明日21:00", japan(2026, 11, 24, 21, 0)),
        ("Tomorrow 21:00", japan(2026, 11, 24, 21, 0)),
        ("今日 19:00", japan(2026, 11, 23, 19, 0)),
        ("今", NOW),
        (" NOW ", NOW),
        ("11/22 21:00", japan(2026, 11, 22, 21, 0)),
    ],
)
def test_a_moment_is_read_in_japanese_time(typed: str, moment: datetime) -> None:
    assert read_moment(typed, NOW, TOKYO) == moment


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "そのうち",
        "21",
        "25:00",
        "21:60",
        "13/01 21:00",
        "2026-02-30 21:00",
        "2h",
        "明日",
        "昨日 21:00",
        "0001-01-01 00:00",  # before the calendar, once it is in UTC
    ],
)
def test_a_malformed_moment_is_refused(typed: str) -> None:
    assert read_moment(typed, NOW, TOKYO) is None


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("2h", japan(2026, 12, 1, 23, 0)),
        ("2時間", japan(2026, 12, 1, 23, 0)),
        ("90m", japan(2026, 12, 1, 22, 30)),
        ("９０分", japan(2026, 12, 1, 22, 30)),
        ("1h30m", japan(2026, 12, 1, 22, 30)),
        ("1時間 30分", japan(2026, 12, 1, 22, 30)),
        ("23:00", japan(2026, 12, 1, 23, 0)),
        ("1:00", japan(2026, 12, 2, 1, 0)),
        ("2026-12-02 00:00", japan(2026, 12, 2, 0, 0)),
        ("12/01 22:00", japan(2026, 12, 1, 22, 0)),
    ],
)
def test_an_end_is_a_duration_or_a_moment_after_the_start(typed: str, end: datetime) -> None:
    assert read_end(typed, japan(2026, 12, 1, 21, 0), NOW, TOKYO) == end


@pytest.mark.parametrize("typed", ["", "h", "2", "二時間", "2d"])
def test_a_malformed_end_is_refused(typed: str) -> None:
    assert read_end(typed, NOW, NOW, TOKYO) is None


@pytest.mark.parametrize("typed", ["24h", "23:59"])
def test_an_end_beyond_the_calendar_is_refused(typed: str) -> None:
    assert read_end(typed, japan(9999, 12, 31, 23, 59), NOW, TOKYO) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-31", "2026-12-31"),
        (" １２/３１ ", "2026-12-31"),
        ("1/5", "2027-01-05"),
        ("2026/12/31", "2026-12-31"),
        ("2026-02-30", None),
        ("明日", None),
        ("21:00", None),
        ("", None),
    ],
)
def test_a_day_is_read_without_a_time(typed: str, day: str | None) -> None:
    found = read_day(typed, NOW, TOKYO)
    assert (found and found.isoformat()) == day


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
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_guild(
    zone: str, now: str, typed: str, moment: str
) -> None:
    found = read_moment(typed, datetime.fromisoformat(now), ZoneInfo(zone))
    assert found == datetime.fromisoformat(moment)


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
    at = datetime.fromisoformat(now)
    with pytest.raises(SkippedTimeError):
        read_moment(typed, at, ZoneInfo(zone))
    with pytest.raises(SkippedTimeError):
        read_end(typed, at, at, ZoneInfo(zone))


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
    start = datetime.fromisoformat("2026-11-01T00:00-04:00")
    found = read_end(typed, start, start, ZoneInfo("America/New_York"))
    assert found == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("zone", "typed", "day"),
    [
        ("America/Santiago", "9/6", "2026-09-06"),  # its midnight is skipped
        ("America/New_York", "2026-11-01", "2026-11-01"),
        ("Asia/Kolkata", "12/31", "2026-12-31"),
        ("Pacific/Apia", "2011-12-30", None),  # Samoa has changed sides of the date line
    ],
)
def test_a_day_is_one_of_the_zone(zone: str, typed: str, day: str | None) -> None:
    found = read_day(typed, datetime(2026, 9, 5, 12, tzinfo=UTC), ZoneInfo(zone))
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize(
    ("at", "is_twice"),
    [
        ("2026-11-01T00:59-04:00", False),
        ("2026-11-01T01:30-04:00", True),
        ("2026-11-01T01:30-05:00", False),  # the second
        ("2026-11-01T02:00-05:00", False),
        ("2027-03-14T03:30-04:00", False),
    ],
)
def test_the_first_of_two_equal_times_is_known(at: str, is_twice: bool) -> None:  # noqa: FBT001 - a column of the table
    new_york = ZoneInfo("America/New_York")
    assert is_there_twice(datetime.fromisoformat(at), new_york) is is_twice
    assert write_moment(datetime.fromisoformat(at), new_york) == at[:16].replace("T", " ")
