"""Says in words when an event is, in a zone: day of the week, start, end and duration."""

from datetime import datetime, timedelta

from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, translate, translate_one, zone_name


def period(start: datetime, end: datetime, now: datetime, locale: Locale) -> str:
    """Return start, end and duration as one line; the year only if it is not the present one.

    `forms.times.read_when` reads the line as the same moments.
    """
    ends = end.astimezone(locale.zone)
    words: dict[str, str | int] = {
        "start": beginning(start, now, locale),
        "end": _clock(ends),
        "duration": duration(end - start, locale.language),
    }
    days = (ends.date() - start.astimezone(locale.zone).date()).days
    if days == 0:
        return translate(locale.language, "period-one_day", **words)
    if days == 1:
        return translate(locale.language, "period-next_day", **words)
    return translate(locale.language, "period-days", **words | {"end": beginning(end, now, locale)})


def in_zone(start: datetime, end: datetime, now: datetime, locale: Locale) -> str:
    """Return the same line with the name of the zone, for readers in any zone."""
    zone = zone_name(locale.language, locale.zone.key)
    when = period(start, end, now, locale)
    return translate(locale.language, "label-in_zone", when=when, zone=zone)


def beginning(start: datetime, now: datetime, locale: Locale) -> str:
    """Return day and time of a moment in words."""
    local, language = start.astimezone(locale.zone), locale.language
    day: dict[str, str | int] = {
        "month": translate_one(language, "month", str(local.month)),
        "day": local.day,
        "weekday": translate_one(language, "weekday", str(local.isoweekday())),
        "clock": _clock(local),
    }
    if local.year == now.astimezone(locale.zone).year:
        return translate(language, "moment-this_year", **day)
    return translate(language, "moment-other_year", **day, year=local.year)


def duration(span: timedelta, language: Language) -> str:
    """Say a duration in hours and minutes."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    in_minutes = translate(language, "duration-minutes", minutes=minutes)
    if not hours:
        return in_minutes
    in_hours = translate(language, "duration-hours", hours=hours)
    if not minutes:
        return in_hours
    return translate(language, "duration-both", hours=in_hours, minutes=in_minutes)


def _clock(at: datetime) -> str:
    # The second of two equal times, as the clocks go back, says which of them it is.
    return f"{at.hour}:{at:%M}" + (f" UTC{at.isoformat()[-6:]}" if at.fold else "")


def ahead(minutes: int, language: Language) -> str:
    """Say how long before a start, in the largest unit that says it in one number."""
    days, hours = minutes / (24 * 60), minutes / 60
    if days.is_integer():
        return translate(language, "reminder-days", days=int(days))
    if hours.is_integer():
        return translate(language, "reminder-hours", hours=int(hours))
    return translate(language, "reminder-minutes", minutes=minutes)
