"""A weekly event where the clocks change: it keeps its time of day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.invitations.weekly import NextWeek, Occurrence
from shared.messages.invitations.repetition import Repetition

HOURS = timedelta(hours=2)


@pytest.mark.parametrize(
    ("zone", "start", "following"),
    [
        ("Asia/Tokyo", "2027-03-10T21:00+09:00", "2027-03-17T21:00+09:00"),
        ("Asia/Kolkata", "2027-03-10T21:00+05:30", "2027-03-17T21:00+05:30"),
        ("America/New_York", "2027-03-10T21:00-05:00", "2027-03-17T21:00-04:00"),
        ("America/New_York", "2026-10-28T21:00-04:00", "2026-11-04T21:00-05:00"),
        ("Europe/London", "2027-03-24T21:00+00:00", "2027-03-31T21:00+01:00"),
        ("Europe/London", "2026-10-21T21:00+01:00", "2026-10-28T21:00+00:00"),
        # The clocks skip from two to three, and show the hour after one twice.
        ("America/New_York", "2027-03-07T02:30-05:00", "2027-03-14T03:30-04:00"),
        ("America/New_York", "2026-10-25T01:30-04:00", "2026-11-01T01:30-04:00"),
    ],
)
def test_it_comes_back_at_the_same_time_of_day_when_the_clocks_change(
    zone: str, start: str, following: str
) -> None:
    begins = datetime.fromisoformat(start)
    last, own = Occurrence(begins, begins + HOURS), ZoneInfo(zone)
    found = NextWeek.after(last, Repetition(times=2), last.end_time, own)
    assert found is not None
    assert found.start_time == datetime.fromisoformat(following)
    assert found.end_time - found.start_time == HOURS
    # However late the last one is closed: the next is the first that has not begun.
    just_before = found.start_time - timedelta(minutes=1)
    assert NextWeek.after(last, Repetition(times=2), just_before, own) == found


def test_the_last_day_is_one_of_the_guilds_zone() -> None:
    """It starts on the 10th in Kolkata and on the 9th in New York."""
    start = datetime(2027, 3, 10, 0, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
    until = Repetition(until=date(2027, 3, 16))
    there, here = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
    last = Occurrence(start, start + HOURS)
    assert NextWeek.after(last, until, start, there) is not None
    assert NextWeek.after(last, until, start, here) is None


def test_a_new_time_of_the_host_takes_the_place_of_the_skipped_one() -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2035, 3, 11, 5, tzinfo=zone)
    last = Occurrence(start, start + HOURS, datetime(2035, 3, 11, 2, 30))  # noqa: DTZ001 - local
    found = NextWeek.after(last, Repetition(times=2), start, zone)
    assert found is not None
    assert found.start_time == datetime(2035, 3, 18, 5, tzinfo=zone)
