"""Moments and durations as Japanese hosts type them; a zone is never typed, it is JST."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9))
NOW = {"今", "いま", "now"}
DAY_WORDS = {"今日": 0, "today": 0, "明日": 1, "あした": 1, "tomorrow": 1, "明後日": 2}
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
WORD_AND_CLOCK = re.compile(r"(\D+?) ?(\d{1,2}):(\d{2})")
MONTH_DAY = re.compile(r"(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2})")
FULL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})")
DURATION = re.compile(r"(?:(\d{1,3}) ?(?:h|時間))? ?(?:(\d{1,4}) ?(?:m|min|分))?")


def read_moment(text: str, now: datetime) -> datetime | None:
    """Read a moment in JST and give it in UTC; None when it is not one."""
    typed = _plain(text)
    if typed in NOW:
        return now.astimezone(UTC)
    try:
        moment = _dated(typed, now.astimezone(JST)) or _clocked(typed, now.astimezone(JST))
        return moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):  # a date that does not exist, or lies beyond the calendar
        return None


def read_end(text: str, start: datetime, now: datetime) -> datetime | None:
    """Read an end: a duration after the start, a clock time after it, or a moment."""
    typed = _plain(text)
    found = DURATION.fullmatch(typed)
    if typed and found:
        hours, minutes = (int(part or 0) for part in found.groups())
        try:
            return start + timedelta(hours=hours, minutes=minutes)
        except OverflowError:
            return None
    # "23:00" means the first one after the start, which may be days away.
    return read_moment(typed, start if CLOCK.fullmatch(typed) else now)


def read_day(text: str, now: datetime) -> date | None:
    """Read a day of Japan's calendar as it is typed in front of a time; None when it is not one."""
    typed = _plain(text)
    is_dated = bool(typed) and typed not in DAY_WORDS
    moment = read_moment(f"{typed} 00:00", now) if is_dated else None
    return moment.astimezone(JST).date() if moment else None


def write_moment(at: datetime) -> str:
    """Write a moment as hosts type it, in JST and to the minute."""
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M}"


def _plain(text: str) -> str:
    # Japanese keyboards type full-width digits and colons.
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _dated(typed: str, now: datetime) -> datetime | None:
    if found := FULL.fullmatch(typed):
        year, month, day, hour, minute = map(int, found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=JST)
    if found := MONTH_DAY.fullmatch(typed):
        month, day, hour, minute = map(int, found.groups())
        return _next_yearly(month, day, hour, minute, now)
    return None


def _next_yearly(month: int, day: int, hour: int, minute: int, now: datetime) -> datetime:
    this_year = datetime(now.year, month, day, hour, minute, tzinfo=JST)
    # Half a year back is next year's; yesterday is a slip, which the caller refuses as past.
    is_long_past = this_year < now - timedelta(days=180)
    return this_year.replace(year=now.year + 1) if is_long_past else this_year


def _clocked(typed: str, now: datetime) -> datetime | None:
    if found := CLOCK.fullmatch(typed):
        today = _at_clock(now, int(found[1]), int(found[2]))
        return today if today > now else today + timedelta(days=1)
    if (found := WORD_AND_CLOCK.fullmatch(typed)) and found[1] in DAY_WORDS:
        day = now + timedelta(days=DAY_WORDS[found[1]])
        return _at_clock(day, int(found[2]), int(found[3]))
    return None


def _at_clock(day: datetime, hour: int, minute: int) -> datetime:
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
