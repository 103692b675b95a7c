"""Reminders of a start: the usual one, and those that a host adds with words of their own."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.messages.envelope import Frozen
from shared.messages.text import remark

REMINDER_MINUTES, MOST_REMINDER_MINUTES = 15, 24 * 60
MOST_MORE, FARTHEST_MINUTES, LONGEST_TEXT = 3, 7 * 24 * 60, 200
ReminderMinutes = Annotated[int, Field(ge=0, le=MOST_REMINDER_MINUTES)]
"""How long before the start those with a seat are reminded; 0 is never."""
ReminderText = Annotated[str, Field(max_length=LONGEST_TEXT), BeforeValidator(remark)]


class Reminder(Frozen):
    """A reminder so many minutes before the start; without words of its own it says the start."""

    minutes: Annotated[int, Field(ge=1, le=FARTHEST_MINUTES)]
    text: ReminderText = ""

    @property
    def ahead(self) -> timedelta:
        """Return how long before the start it is due."""
        return timedelta(minutes=self.minutes)


def _in_order(reminders: list[Reminder]) -> list[Reminder]:
    if len({each.minutes for each in reminders}) < len(reminders):
        raise PydanticCustomError("reminder_twice", "must be at different times")
    return sorted(reminders, key=lambda each: -each.minutes)


MoreReminders = Annotated[
    list[Reminder],
    Field(max_length=MOST_MORE),
    # As it stands in the table.
    BeforeValidator(lambda stored: json.loads(stored) if isinstance(stored, str) else stored),
    AfterValidator(_in_order),
]
"""Reminders besides the usual one, the first to be sent first."""


def all_reminders(usual_minutes: int, more: Sequence[Reminder]) -> list[Reminder]:
    """Return every reminder of an event, the first to be sent first.

    One at the minutes of the usual reminder takes its place.
    """
    usual = [Reminder(minutes=usual_minutes)] if usual_minutes else []
    by_minutes = {each.minutes: each for each in [*usual, *more]}
    return sorted(by_minutes.values(), key=lambda each: -each.minutes)
