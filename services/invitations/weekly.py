"""When a weekly event takes place again. No I/O and no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from shared.messages.invitations.repetition import Repetition

TOKYO = ZoneInfo("Asia/Tokyo")
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class NextWeek:
    """The next occurrence of an event, and how it comes back from there."""

    start_time: datetime
    end_time: datetime
    left: Repetition | None

    @classmethod
    def after(
        cls, start_time: datetime, end_time: datetime, repetition: Repetition, now: datetime
    ) -> Self | None:
        """Return the next occurrence, at the same time of day in Japan; None after the last."""
        weeks = max(1, (now - start_time) // A_WEEK + 1)
        try:
            start, end, following = (
                weeks_later(start_time, weeks),
                weeks_later(end_time, weeks),
                weeks_later(start_time, weeks + 1),
            )
        except OverflowError:  # the calendar ends, and the event must not be kept from doing so
            return None
        if repetition.until is None:
            times = (repetition.times or 1) - 1
            return cls(start, end, Repetition(times=times) if times else None)
        if start.astimezone(TOKYO).date() > repetition.until:
            return None
        is_last = following.astimezone(TOKYO).date() > repetition.until
        return cls(start, end, None if is_last else repetition)


def weeks_later(at: datetime, weeks: int) -> datetime:
    """Return the same time of day in Japan; raises OverflowError beyond the calendar."""
    return (at.astimezone(TOKYO) + weeks * A_WEEK).astimezone(UTC)
