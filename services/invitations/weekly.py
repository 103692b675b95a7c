"""When a weekly event takes place again. No I/O and no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from shared.messages.invitations.repetition import Repetition

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class NextWeek:
    """The next occurrence of an event, and how it comes back from there."""

    start_time: datetime
    end_time: datetime
    left: Repetition | None

    @classmethod
    def after(
        cls, times: tuple[datetime, datetime], repetition: Repetition, now: datetime, zone: ZoneInfo
    ) -> Self | None:
        """Return the next occurrence of an event with a start and an end; None after the last.

        It starts at the same time of day in the zone of the guild, and lasts as long, as RFC 5545
        has it for a recurring event.
        """
        start_time, end_time = times
        # A week in which the clocks change has an hour more or less: the next may be one further.
        weeks = max(1, (now - start_time) // A_WEEK)
        try:
            while (start := weeks_later(start_time, weeks, zone)) <= now:
                weeks += 1
            end = start + (end_time - start_time)
            following = weeks_later(start_time, weeks + 1, zone)
        except OverflowError:  # the calendar ends, and the event must not be kept from doing so
            return None
        if repetition.until is None:
            left = (repetition.times or 1) - 1
            return cls(start, end, Repetition(times=left) if left else None)
        if start.astimezone(zone).date() > repetition.until:
            return None
        is_last = following.astimezone(zone).date() > repetition.until
        return cls(start, end, None if is_last else repetition)


def weeks_later(at: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """Return the same time of day in a zone, in UTC; raises OverflowError beyond the calendar.

    Of a time that is there twice, as the clocks go back, it is the first; one that the clocks skip
    is as much later as they skip.
    """
    return (at.astimezone(zone) + weeks * A_WEEK).astimezone(UTC)
