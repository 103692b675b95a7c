"""When a weekly event takes place again. No I/O and no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from shared.messages.invitations.repetition import Repetition

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of a series; `skipped` is its local start if the clocks skip it on that day."""

    start_time: datetime
    end_time: datetime
    skipped: datetime | None = None

    def local_start(self, zone: ZoneInfo) -> datetime:
        """Return what the clocks show at the start, or would show if they skipped nothing."""
        if self.skipped is not None and in_utc(self.skipped, zone) == self.start_time:
            return self.skipped
        return self.start_time.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class NextWeek(Occurrence):
    """The next occurrence of an event, and how it comes back from there."""

    left: Repetition | None = None

    @classmethod
    def after(
        cls, last: Occurrence, repetition: Repetition, now: datetime, zone: ZoneInfo
    ) -> Self | None:
        """Return the next occurrence, at the same time of day in a zone; None after the last.

        It lasts as long as the last one, as RFC 5545 has it for recurring events.
        """
        local = last.local_start(zone)
        # A week in which the clocks change has an hour more or less: the next may be one further.
        weeks = max(1, (now - last.start_time) // A_WEEK)
        try:
            while in_utc(local + weeks * A_WEEK, zone) <= now:
                weeks += 1
            local += weeks * A_WEEK
            start = in_utc(local, zone)
            end = start + (last.end_time - last.start_time)
            in_utc(local + A_WEEK, zone)
        except OverflowError:  # the calendar ends, and the event must not be kept from doing so
            return None
        skipped = local if start.astimezone(zone).replace(tzinfo=None) != local else None
        if repetition.until is None:
            times = (repetition.times or 1) - 1
            return cls(start, end, skipped, Repetition(times=times) if times else None)
        if local.date() > repetition.until:
            return None
        is_last = (local + A_WEEK).date() > repetition.until
        return cls(start, end, skipped, None if is_last else repetition)


def in_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks of a zone show a time.

    Of a time that is there twice, as the clocks go back, it is the first; one that the clocks skip
    is as much later as they skip. Raises OverflowError beyond the calendar.
    """
    return local.replace(tzinfo=zone).astimezone(UTC)
