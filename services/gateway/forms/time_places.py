"""Places the parts of a time on the calendar: of a start after now, of an end after its start."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from services.gateway.forms import time_words as words
from services.gateway.forms.time_words import Phrase, TimeMistake

Remark: TypeAlias = Literal[
    "long", "moved_to_tomorrow", "moved_to_next_week", "weekday_differs", "twice"
]
REMARKS: tuple[Remark, ...] = get_args(Remark)

LONG_PAST, LONG_PAST_IN_MONTH = timedelta(days=180), 15
KNOWN_YEARS = 4  # from now; beyond them every moment is too far or past
FARTHEST_OFFSET = timedelta(hours=14)
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
NOON, MIDNIGHT, HOURS_WRITTEN = (12, 0), (0, 0), 30
# Names of zones without summer time, which cannot be mistaken. A guild's own can be written too.
OFFSETS = {"z": 0, "utc": 0, "gmt": 0, "jst": 9, "日本時間": 9, "kst": 9}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a phrase is placed: now, the guild's zone, and for an end the start."""

    now: datetime
    zone: ZoneInfo
    start: datetime | None = None
    is_on_dial: bool = False
    """Whether hours up to 12 are those of a dial: the start was written so, as 夜9時."""


def place(phrase: Phrase, frame: Frame) -> tuple[datetime, list[Remark]]:
    """Return the moment in UTC, and what is odd about it. Raises TimeMistake."""
    exact = _exact(phrase, frame.now)
    if exact is not None:
        return exact, []
    calendar = _Calendar(phrase, frame)
    day = calendar.day()
    if not phrase.has(words.OF_CLOCKS):
        raise TimeMistake("unreadable" if day is None else "time_missing")
    clock = _clock(phrase)
    at, remarks = calendar.next(clock) if day is None else calendar.on(day, clock)
    if not exists(at):
        raise TimeMistake("skipped_time")
    if at.tzinfo is frame.zone and is_there_twice(at, frame.zone):
        remarks.append("twice")
    zone_name = phrase.parts.get("zone")
    if zone_name not in {None, *OFFSETS, (at.astimezone(frame.zone).tzname() or "").lower()}:
        raise TimeMistake("unreadable")  # EST in summer: is it an hour later?
    return at.astimezone(UTC), remarks


def place_day(phrase: Phrase, frame: Frame) -> date:
    """Return the day of a phrase without a time. Raises TimeMistake."""
    calendar = _Calendar(phrase, frame)
    day = calendar.day()
    if day is None:
        raise TimeMistake("unreadable")
    # A zone may skip midnight, but noon only with its whole day, at the date line.
    if not exists(datetime.combine(day, time(12), frame.zone)):
        raise TimeMistake("no_such_day")
    if calendar.differs(day):
        raise TimeMistake("weekday_differs")
    return day


def exists(at: datetime) -> bool:
    """Return whether the clocks of a moment's zone show it: they skip an hour in spring."""
    # In one zone Python compares what the clocks show.
    return at.astimezone(UTC).astimezone(at.tzinfo) == at


def is_there_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Return whether a moment is the first of two with the same time: the clocks go back."""
    local = at.astimezone(zone)
    return not local.fold and local.utcoffset() != local.replace(fold=1).utcoffset()


def whole(at: datetime) -> datetime:
    """Return a moment to the minute, in UTC."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def _exact(phrase: Phrase, now: datetime) -> datetime | None:
    """Return a moment that needs neither a day nor a clock; None if there is none."""
    if not phrase.has(words.OF_MOMENTS):
        return None
    if len(phrase.parts) > 1:
        raise TimeMistake("unreadable")
    [(name, written)] = phrase.parts.items()
    if name == "unix":
        farthest = int(now.timestamp()) + KNOWN_YEARS * 366 * 86400
        return whole(datetime.fromtimestamp(min(max(int(written), 0), farthest), UTC))
    span = words.read_span(written) if name == "span" else timedelta()
    if span is None:
        raise TimeMistake("unreadable")
    return whole(now + span)


def _clock(phrase: Phrase) -> tuple[int, int]:
    """Return hour and minute of the day; from 24:00 on they are the next day's."""
    parts, day_parts = phrase.parts, phrase.day_parts
    written = parts.keys() & words.OF_CLOCKS
    is_dated = phrase.has(words.OF_DAYS)
    # Midnight of a day: where it begins, or where it ends?
    is_unclear = "midnight" in written and is_dated
    if len(written) > 1 or is_unclear or ("bare" in written and not day_parts):
        raise TimeMistake("unreadable")
    hour, minute = _hour_and_minute(phrase)
    for part in day_parts:
        is_small = part == "深夜" and hour < words.HOURS_OF_DAY and is_dated  # likewise
        hour = -1 if is_small else words.DAY_PARTS[part].get(hour, -1)
    most = words.HOURS_OF_DAY if "later" in parts else HOURS_WRITTEN
    if not (0 <= hour < most and 0 <= minute < 60):  # noqa: PLR2004 - minutes
        raise TimeMistake("unreadable")
    return hour, minute


def _hour_and_minute(phrase: Phrase) -> tuple[int, int]:
    parts = phrase.parts
    if "noon" in parts:
        return NOON
    if "midnight" in parts:
        return MIDNIGHT
    if "four" in parts:
        return divmod(int(parts["four"]), 100)
    minute = parts.get("minute", "0")
    return int(parts.get("hour") or parts["bare"]), 30 if minute == "半" else int(minute)


class _Calendar:
    """Finds the day of a phrase, in the zone that is written or the guild's."""

    def __init__(self, phrase: Phrase, frame: Frame) -> None:
        self._phrase, self._parts, self._frame = phrase, phrase.parts, frame
        self._tz = _zone(phrase, frame)
        self._base = (frame.start or frame.now).astimezone(frame.zone)
        self._today = frame.now.astimezone(frame.zone).date()

    def day(self) -> date | None:
        """Return the day that is named; None if there is none."""
        ways = [way for way in words.WAYS_TO_NAME_A_DAY if way in self._parts]
        months = self._parts.keys() & {"month", "month_name", "month_ahead"}
        years = self._parts.keys() & {"year", "year_ahead"}
        is_a_part = bool(months | years) and ways != ["day"]
        if len(ways) > 1 or len(months) > 1 or len(years) > 1 or is_a_part:
            raise TimeMistake("unreadable")
        if ways == ["day"]:
            return self._dated() if self._phrase.has(words.MONTH_PARTS) else self._in_month()
        if not ways and "weekday" not in self._parts:
            return None
        if self._today != self._frame.now.astimezone(self._tz).date():
            raise TimeMistake("unreadable")  # it is another day in the zone that is written
        return self._relative(ways[0] if ways else None)

    def next(self, clock: tuple[int, int]) -> tuple[datetime, list[Remark]]:
        """Return when the clocks show a time next; between two equal times, the second."""
        hour, minute = clock
        if self._frame.is_on_dial and hour <= words.HOURS_OF_DIAL and not self._phrase.day_parts:
            hour %= words.HOURS_OF_DIAL
            both = self._next((hour, minute)), self._next((hour + words.HOURS_OF_DIAL, minute))
            return min(both, key=lambda each: each[0].astimezone(UTC))
        return self._next(clock)

    def _next(self, clock: tuple[int, int]) -> tuple[datetime, list[Remark]]:
        today = self._base.astimezone(self._tz).date()
        at, tomorrow = self._at(today, clock), self._at(today + ONE_DAY, clock)
        evening_before = [self._at(today - ONE_DAY, clock)] if clock >= (24, 0) else []
        for coming in (*evening_before, at, at.replace(fold=1)):
            if self._is_to_come(coming):
                return coming, []
        return tomorrow, [] if self._frame.start else ["moved_to_tomorrow"]

    def on(self, day: date, clock: tuple[int, int]) -> tuple[datetime, list[Remark]]:
        """Return a time of a day; of a weekday without a date, the next one."""
        at = self._at(day, clock)
        if not self._phrase.has(words.OF_DAYS - {"weekday"}):
            # On Sunday at 0:30 Saturday's 25:00 is in half an hour.
            before = self._at(day - ONE_WEEK, clock)
            if self._is_to_come(before):
                return before, []
            if self._frame.start is None and not self._is_to_come(at):
                return self._at(day + ONE_WEEK, clock), ["moved_to_next_week"]
        return at, ["weekday_differs"] if self.differs(day) else []

    def differs(self, day: date) -> bool:
        """Return whether another day of the week is written beside a day."""
        return "weekday" in self._parts and day.weekday() != self._weekday()

    def _is_to_come(self, at: datetime) -> bool:
        moment = at.astimezone(UTC)
        if self._frame.start:
            return moment > self._frame.start
        # The present minute is not past, unless the clocks have gone forward to it.
        now = whole(self._frame.now)
        return moment >= now if exists(at) else moment > now

    def _dated(self) -> date:
        near, day = self._base.date(), int(self._parts["day"])
        name = self._parts.get("month_name", "")[:3]
        month = words.MONTHS.index(name) + 1 if name else int(self._parts["month"])
        if "year" in self._parts:
            year = int(self._parts["year"])
        elif "year_ahead" in self._parts:
            year = self._today.year + words.YEARS_AHEAD[self._parts["year_ahead"]]
        else:
            # Half a year back is next year's; yesterday is a slip, and refused as past.
            is_long_past = (near.year, month, day) < (near - LONG_PAST).timetuple()[:3]
            year = near.year + is_long_past
        if "four" in self._parts and 0 <= int(self._parts["four"]) - self._today.year <= 2:  # noqa: PLR2004 - years
            raise TimeMistake("unreadable")  # 12/5 2027: the year, or 20:27?
        return self._date(year, month, day)

    def _in_month(self) -> date:
        if self._phrase.has({"year", "year_ahead"}):
            raise TimeMistake("unreadable")
        near, day = self._base.date(), int(self._parts["day"])
        ahead = int(near.day - day > LONG_PAST_IN_MONTH)
        if "month_ahead" in self._parts:
            near, ahead = self._today, words.MONTHS_AHEAD[self._parts["month_ahead"]]
        years, month = divmod(near.month - 1 + ahead, 12)
        return self._date(near.year + years, month + 1, day)

    def _relative(self, way: str | None) -> date:
        if way == "later":
            return self._base.date() + ONE_DAY * words.LATER_DAYS[self._parts["later"]]
        if way == "word":
            return self._today + ONE_DAY * words.DAYS[self._parts["word"]]
        if way == "ahead":
            return self._today + ONE_DAY * int(self._parts["ahead"])
        if way == "weeks":
            return self._today + ONE_WEEK * int(self._parts["weeks"])
        if "weekday" not in self._parts:
            raise TimeMistake("unreadable")  # next week, and no day of it
        if way == "week":
            weeks = words.WEEKS[self._parts["week"]]
            return self._today + ONE_DAY * (7 * weeks + self._weekday() - self._today.weekday())
        return self._base.date() + ONE_DAY * ((self._weekday() - self._base.weekday()) % 7)

    def _date(self, year: int, month: int, day: int) -> date:
        try:
            found = date(year, month, day)
        except ValueError:
            raise TimeMistake("no_such_day") from None
        beyond = year - self._today.year
        if abs(beyond) < KNOWN_YEARS:
            return found
        # Near the ends of the calendar a moment overflows in another zone.
        return date(self._today.year + (KNOWN_YEARS if beyond > 0 else -KNOWN_YEARS), 1, 1)

    def _at(self, day: date, clock: tuple[int, int]) -> datetime:
        days, hour = divmod(clock[0], words.HOURS_OF_DAY)
        return datetime.combine(day + days * ONE_DAY, time(hour, clock[1]), self._tz)

    def _weekday(self) -> int:
        return words.WEEKDAYS[self._parts["weekday"][:3]]


def _zone(phrase: Phrase, frame: Frame) -> tzinfo:
    """Return the zone that is written beside a time, else the guild's."""
    offset, name = phrase.parts.get("offset"), phrase.parts.get("zone")
    if offset is not None and name is not None:
        raise TimeMistake("unreadable")
    if offset is not None:
        return timezone(_offset(offset))
    if name is None:
        return frame.zone
    if name in OFFSETS:
        return timezone(timedelta(hours=OFFSETS[name]))
    for month in range(1, 13):
        at = datetime(frame.now.year, month, 1, tzinfo=frame.zone)
        if (at.tzname() or "").lower() == name:
            return timezone(at.utcoffset() or timedelta())
    raise TimeMistake("unreadable")


def _offset(written: str) -> timedelta:
    """Read z, +9, +09:00 or -0500."""
    if written == "z":
        return timedelta()
    digits = written[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])  # noqa: PLR2004
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > FARTHEST_OFFSET:
        raise TimeMistake("unreadable")
    return -offset if written[0] == "-" else offset
