"""Start and end as hosts type them."""

from datetime import UTC, datetime

import pytest

from services.gateway.forms.datetime_input import JST, read_day, read_end, read_moment

# 2026-11-23 20:00 in Japan
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def japan(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=JST).astimezone(UTC)  # type: ignore[misc, arg-type]


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
    assert read_moment(typed, NOW) == moment


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
    assert read_moment(typed, NOW) is None


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
    assert read_end(typed, japan(2026, 12, 1, 21, 0), NOW) == end


@pytest.mark.parametrize("typed", ["", "h", "2", "二時間", "2d"])
def test_a_malformed_end_is_refused(typed: str) -> None:
    assert read_end(typed, NOW, NOW) is None


@pytest.mark.parametrize("typed", ["24h", "23:59"])
def test_an_end_beyond_the_calendar_is_refused(typed: str) -> None:
    assert read_end(typed, japan(9999, 12, 31, 23, 59), NOW) is None


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
    found = read_day(typed, NOW)
    assert (found and found.isoformat()) == day
