"""Moments and durations as hosts type them; a zone is never typed, it is the guild's."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NOW = {"今", "いま", "now"}
DAY_WORDS = {"今日": 0, "today": 0, "明日": 1, "あした": 1, "tomorrow": 1, "明後日": 2}
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
WORD_AND_CLOCK = re.compile(r"(\D+?) ?(\d{1,2}):(\d{2})")
MONTH_DAY = re.compile(r"(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2})")
FULL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})")
DURATION = re.compile(r"(?:(\d{1,3}) ?(?:h|時間))? ?(?:(\d{1,4}) ?(?:m|min|分))?")


class SkippedTimeError(Exception):
    """The clocks go forward past the time that was typed: it does not exist on that day."""


def read_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Read a moment in a zone and give it in UTC; None when it is not one.

    A time that is there twice, because the clocks go back, is the first of both, as in RFC 5545.
    Raises SkippedTimeError.
    """
    typed = _plain(text)
    if typed in NOW:
        return now.astimezone(UTC)
    try:
        moment = _dated(typed, now.astimezone(zone)) or _clocked(typed, now.astimezone(zone))
        given = moment.astimezone(UTC) if moment else None
        back = given.astimezone(zone) if given else None
    except (ValueError, OverflowError):  # a date that does not exist, or lies beyond the calendar
        return None
    # In one zone Python compares what the clocks show.
    if back != moment:
        raise SkippedTimeError
    return given


def read_end(text: str, start: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Read an end: a duration after the start, a clock time after it, or a moment.

    Raises SkippedTimeError.
    """
    typed = _plain(text)
    found = DURATION.fullmatch(typed)
    if typed and found:
        hours, minutes = (int(part or 0) for part in found.groups())
        try:
            return start + timedelta(hours=hours, minutes=minutes)
        except OverflowError:
            return None
    # "23:00" means the first one after the start, which may be days away.
    return read_moment(typed, start if CLOCK.fullmatch(typed) else now, zone)


def read_day(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """Read a day as it is typed in front of a time in a zone; None when it is not one."""
    typed = _plain(text)
    is_dated = bool(typed) and typed not in DAY_WORDS
    try:
        # Some zones skip midnight when the clocks go forward; noon is skipped only with its day.
        moment = read_moment(f"{typed} 12:00", now, zone) if is_dated else None
    except SkippedTimeError:
        return None
    return moment.astimezone(zone).date() if moment else None


def write_moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as hosts type it, in their guild's zone and to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def is_there_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Return whether a moment is the first of two with the same time: the clocks go back."""
    local = at.astimezone(zone)
    return not local.fold and local.utcoffset() != local.replace(fold=1).utcoffset()


def _plain(text: str) -> str:
    # Japanese keyboards type full-width digits and colons.
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _dated(typed: str, now: datetime) -> datetime | None:
    if found := FULL.fullmatch(typed):
        year, month, day, hour, minute = map(int, found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=now.tzinfo)
    if found := MONTH_DAY.fullmatch(typed):
        month, day, hour, minute = map(int, found.groups())
        return _next_yearly(month, day, hour, minute, now)
    return None


def _next_yearly(month: int, day: int, hour: int, minute: int, now: datetime) -> datetime:
    this_year = datetime(now.year, month, day, hour, minute, tzinfo=now.tzinfo)
    # Half a year back is next year's; yesterday is a slip, which the caller refuses as past.
    is_long_past = this_year < now - timedelta(days=180)
    return this_year.replace(year=now.year + 1) if is_long_past else this_year


def _clocked(typed: str, now: datetime) -> datetime | None:
    if found := CLOCK.fullmatch(typed):
        return _next_at(now, int(found[1]), int(found[2]))
    if (found := WORD_AND_CLOCK.fullmatch(typed)) and found[1] in DAY_WORDS:
        day = now + timedelta(days=DAY_WORDS[found[1]])
        return _at_clock(day, int(found[2]), int(found[3]))
    return None


def _next_at(now: datetime, hour: int, minute: int) -> datetime:
    """Return the next time that the clocks show this; between two of them, the second."""
    today = _at_clock(now, hour, minute)
    coming = (today, today.replace(fold=1))
    tomorrow = today + timedelta(days=1)
    return next((at for at in coming if at.timestamp() > now.timestamp()), tomorrow)


def _at_clock(day: datetime, hour: int, minute: int) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
