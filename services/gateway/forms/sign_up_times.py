"""When sign-up opens and closes, as hosts type it; a cut-off may be written against the start."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.gateway.drawing.periods import duration
from services.gateway.forms import time_words
from services.gateway.forms.mistakes import Mistake, time_mistake
from services.gateway.forms.times import TimeMistake, read_start, write_moment
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.details import sign_up_mistake

FIELDS = ("opening_time", "cutoff_time")
AT_START = re.compile(r"開始(?:時刻?|まで)?|(?:at )?(?:the )?start(?: time)?")
BEFORE_START = re.compile(
    r"(?:開始(?:時刻)?の?)? ?(.+?) ?(?:前|before(?: (?:the )?start)?)(?:まで)?"
)
DAYS = re.compile(r"([0-9]{1,3}) ?日")
A_MINUTE = timedelta(minutes=1)


def read_opening(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Read a moment from now on. Raises TimeMistake."""
    reading = read_start(text, now, zone)
    if reading.end is not None:
        raise TimeMistake("unreadable")
    return reading.start


def read_cutoff(text: str, start: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Read a moment from now on, or a time before the start. Raises TimeMistake."""
    before = _before_start(text)
    if before is None:
        return read_opening(text, now, zone)
    return start - before


def is_before_start(text: str) -> bool:
    """Return whether a cut-off is written against the start, and moves along with it."""
    return _before_start(text) is not None


def write_cutoff(cutoff: datetime, start: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write a cut-off as `read_cutoff` reads it: against the start unless it is after it."""
    before = start - cutoff
    if before < timedelta() or before % A_MINUTE:
        return write_moment(cutoff, zone)
    if not before:
        return translate(language, "before-at_start")
    return translate(language, "before-start", duration=duration(before, language))


def read_both(
    typed: Mapping[str, str],
    times: tuple[datetime, datetime] | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[dict[str, datetime | None], list[Mistake]]:
    """Read opening time and cut-off; one with a mistake, and an empty one, is None.

    `times` are start and end; without them only what needs neither is read.
    """
    found: dict[str, datetime | None] = dict.fromkeys(FIELDS)
    mistakes = list[Mistake]()
    for name in FIELDS:
        text = typed.get(name, "").strip()
        is_relative = name == "cutoff_time" and is_before_start(text)
        if not text or (is_relative and times is None):
            continue
        try:
            if is_relative and times is not None:
                found[name] = read_cutoff(text, times[0], now, zone)
            else:
                found[name] = read_opening(text, now, zone)
        except TimeMistake as mistake:
            mistakes.append(time_mistake(name, mistake, "cutoff" if name == FIELDS[1] else "time"))
    wrong = contradiction(times[1], found) if times is not None else None
    if wrong is not None:
        mistakes.append(wrong)
        found[wrong[0]] = None
    return found, mistakes


def contradiction(end: datetime, found: Mapping[str, Any]) -> Mistake | None:
    """Return the field and the code of what contradicts itself, if anything does."""
    code = sign_up_mistake(end, found["opening_time"], found["cutoff_time"])
    if code is None:
        return None
    return ("cutoff_time" if code == "cutoff_after_end" else "opening_time"), code


def _before_start(text: str) -> timedelta | None:
    plain = time_words.simplified(text)
    if AT_START.fullmatch(plain):
        return timedelta()
    found = BEFORE_START.fullmatch(plain)
    if found is None:
        return None
    days = DAYS.fullmatch(found[1])
    return timedelta(days=int(days[1])) if days else time_words.read_span(found[1])
