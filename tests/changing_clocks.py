"""When the clocks of a zone change next: what hosts announce may not lie years ahead."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def next_change(zone: ZoneInfo, *, forward: bool) -> date:
    """Return the next day, four weeks from now or later, on which the clocks go forward or back."""
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(28, 400):
        day = midnight + timedelta(days=days)
        hours = (day + timedelta(days=1)).astimezone(UTC) - day.astimezone(UTC)
        if hours != timedelta(hours=24) and (hours < timedelta(hours=24)) is forward:
            return day.date()
    raise AssertionError("these clocks never change")
