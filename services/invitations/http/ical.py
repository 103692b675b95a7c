"""Writes calendars as calendar programs read them: iCalendar, RFC 5545."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from services.invitations.http.i18n.words import say
from services.invitations.sql.calendars import Entry, Owner
from shared.messages.characters import readable

LOOK_EVERY = timedelta(minutes=15)
MARKS = {"waitlisted", "interested", "hosted"}


def write(owner: Owner, entries: Iterable[Entry], locale: str) -> bytes:
    """Write a calendar in a locale's language; the same entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Doukikai//Invitations//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(locale, f"calendar-{owner.kind}"))
    # How often a program looks again: RFC 7986, and an older spelling that Outlook reads. Of an X-
    # property icalendar does not know the type, so it is written as the text that it is.
    calendar.add("refresh-interval", LOOK_EVERY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", f"PT{LOOK_EVERY // timedelta(minutes=1)}M")
    for entry in entries:
        calendar.add_component(_event(entry, locale))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, locale: str) -> Event:
    place = f"{entry.guild_id}/{entry.channel_id}/{entry.announcement_id}"
    link = f"https://discord.com/channels/{place}"
    part = entry.part if entry.part in MARKS else "plain"
    kind = "cancelled" if entry.status == "cancelled" else part
    event = Event()
    event.add("uid", f"{entry.id}@invitations.doukikai")
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.updated_at)
    # In UTC, so that no reader needs to know a zone.
    event.add("dtstart", entry.start_time)
    event.add("dtend", entry.end_time)
    # RFC 5545 has no control characters, and rows from before they were refused may hold some.
    event.add("summary", readable(say(locale, f"event-{kind}", event=entry.event_name)))
    event.add("status", _status(entry))
    event.add("location", readable(f"VRChat: {entry.world_name}"))
    event.add("url", link)
    lines = [
        say(locale, "host", name=entry.host_name),
        entry.world_link,
        link,
        "",
        entry.description,
    ]
    event.add("description", readable("\n".join(line for line in lines if line is not None)))
    return event


def _status(entry: Entry) -> str:
    if entry.status == "cancelled":
        return "CANCELLED"
    return "TENTATIVE" if entry.part in {"waitlisted", "interested"} else "CONFIRMED"
