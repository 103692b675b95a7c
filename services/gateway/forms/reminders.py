"""Reminders as a host types them: one a line, a time before the start and words of its own."""

import re
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from services.gateway.drawing.periods import ahead
from services.gateway.forms.mistakes import Mistaken
from services.gateway.i18n.translate import Language
from shared.messages.invitations.reminding import (
    FARTHEST_MINUTES,
    LONGEST_TEXT,
    MOST_MORE,
    MoreReminders,
    Reminder,
)

FIELD = "more_reminders"
LONGEST_TYPED = MOST_MORE * (LONGEST_TEXT + 40)
UNITS = {"": 1, "分": 1, "m": 1, "時間": 60, "h": 60, "日": 1440, "d": 1440}
LINE = re.compile(
    r"(?P<number>\d{1,5})\s*"
    r"(?:(?P<unit>分|時間|日|m|h|d)(?:in(?:ute)?s?|(?:ou)?rs?|ays?)?)?"
    r"\s*(?:前|before)?(?:(?:[:：、,]\s*|\s+)(?P<text>.*))?",
    re.IGNORECASE,
)


def read_reminders(typed: str) -> list[Reminder]:
    """Read one reminder of each line; raises Mistaken with one mistake."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST_MORE:
        raise Mistaken([(FIELD, "reminders_too_many")])
    found = [_read(line) for line in lines]
    try:
        return TypeAdapter[list[Reminder]](MoreReminders).validate_python(found)
    except ValidationError:
        raise Mistaken([(FIELD, "reminder_twice")]) from None


def write_reminders(reminders: Sequence[Reminder], language: Language) -> str:
    """Write reminders as `read_reminders` reads them."""
    lines = [f"{ahead(each.minutes, language)} {each.text}".strip() for each in reminders]
    return "\n".join(lines)


def _read(line: str) -> Reminder:
    found = LINE.fullmatch(line)
    if found is None:
        raise Mistaken([(FIELD, "reminder_unreadable")])
    minutes = int(found["number"]) * UNITS[(found["unit"] or "").lower()]
    if not 1 <= minutes <= FARTHEST_MINUTES:
        raise Mistaken([(FIELD, "reminder_out_of_range")])
    text = (found["text"] or "").strip()
    if len(text) > LONGEST_TEXT:
        raise Mistaken([(FIELD, "too_long")])
    return Reminder(minutes=minutes, text=text)
