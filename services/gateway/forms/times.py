"""Starts and ends as hosts type them, read in the zone of their guild.

Nothing is guessed: a text that can mean two things is refused, and what is odd about one is a
remark, to be shown before anything is posted. `time_words` has the words, `time_places` their
places on the calendar.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.gateway.forms import time_words as words
from services.gateway.forms.time_places import Frame, Remark, is_there_twice, place, place_day
from services.gateway.forms.time_words import TimeMistake

__all__ = [
    "LATE_START",
    "Reading",
    "Remark",
    "TimeMistake",
    "odd_about",
    "read_day",
    "read_end",
    "read_start",
    "read_when",
    "write_moment",
]

LATE_START = timedelta(minutes=5)
LONG, LONGEST = timedelta(hours=12), timedelta(hours=72)
FARTHEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: moments in UTC to the minute, and what is odd about them."""

    start: datetime
    end: datetime | None = None
    remarks: tuple[Remark, ...] = ()


def read_start(text: str, now: datetime, zone: ZoneInfo) -> Reading:
    """Read a start, or a range, which gives the end as well. Raises TimeMistake."""
    phrase = words.scan(words.simplified(text), unwanted={"later"})
    start, remarks = place(phrase, Frame(now, zone))
    if start < now - LATE_START:
        raise TimeMistake("past")
    if start > now + FARTHEST:
        raise TimeMistake("too_far")
    if not phrase.rest:
        return Reading(start, None, tuple(remarks))
    # 夜9時〜11時 ends at 23:00.
    reading = _read_end(phrase.rest, start, Frame(now, zone, start, phrase.is_on_dial))
    return Reading(start, reading.end, tuple(dict.fromkeys((*remarks, *reading.remarks))))


def read_when(text: str, now: datetime, zone: ZoneInfo) -> Reading:
    """Read a start and an end from one text, as 土曜 21時〜23時. Raises TimeMistake."""
    reading = read_start(text, now, zone)
    if reading.end is None:
        raise TimeMistake("end_missing")
    return reading


def read_end(text: str, start: datetime, now: datetime, zone: ZoneInfo) -> Reading:
    """Read an end: a duration, a clock time after the start, or a moment. Raises TimeMistake."""
    return _read_end(text, start, Frame(now, zone, start))


def odd_about(start: datetime, end: datetime, zone: ZoneInfo) -> Reading:
    """Return stored times with the remarks that need no typed text."""
    remarks: tuple[Remark, ...] = ("long",) if end - start > LONG else ()
    if is_there_twice(start, zone):
        remarks = (*remarks, "twice")
    return Reading(start, end, remarks)


def read_day(text: str, now: datetime, zone: ZoneInfo) -> date:
    """Read a day without a time. Raises TimeMistake."""
    unwanted = {"later", "part", *words.OF_CLOCKS, *words.OF_MOMENTS}
    day = place_day(words.scan(words.simplified(text), unwanted), Frame(now, zone))
    if day > (now + FARTHEST).date():
        raise TimeMistake("too_far")
    return day


def write_moment(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment to the minute as `read_start` reads it, in a zone."""
    local = at.astimezone(zone)
    # The second of two equal times, as the clocks go back, says which of them it is.
    offset = f" UTC{local.isoformat()[-6:]}" if local.fold else ""
    return f"{local:%Y-%m-%d %H:%M}{offset}"


def _read_end(text: str, start: datetime, frame: Frame) -> Reading:
    typed, named_span = words.cut_end(words.simplified(text))
    span, remarks = words.read_span(typed), list[Remark]()
    if span is not None:
        end = start + span
    else:
        # 2時間後: after the start, or after now?
        phrase = words.scan(typed, unwanted={"ahead", "weeks", "span"})
        if phrase.rest:
            raise TimeMistake("unreadable")
        end, remarks = place(phrase, frame)
    if named_span not in {None, end - start}:
        raise TimeMistake("unreadable")
    if end <= start:
        raise TimeMistake("not_after_start")
    if end - start > LONGEST:
        raise TimeMistake("too_long")
    if end <= frame.now:
        raise TimeMistake("past")
    if end - start > LONG:
        remarks.append("long")
    return Reading(start, end, tuple(remarks))
