"""Writes calendars as calendar programs read them: iCalendar, RFC 5545."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal, TypeAlias

from icalendar import Calendar, Event

from services.invitations.calendars import Entry, Owner

LOOK_EVERY = timedelta(minutes=15)
Language: TypeAlias = Literal["ja", "en"]
WORDS: Mapping[Language, Mapping[str, str]] = {
    "ja": {
        "member": "参加するお誘い",
        "guild": "お誘い",
        "cancelled": "【中止】",
        "waitlisted": "【キャンセル待ち】",
        "interested": "【興味あり】",
        "hosted": "【主催】",
        "host": "主催",
    },
    "en": {
        "member": "My events",
        "guild": "Events",
        "cancelled": "[Cancelled] ",
        "waitlisted": "[In the queue] ",
        "interested": "[Interested] ",
        "hosted": "[Hosting] ",
        "host": "Host",
    },
}


def write(owner: Owner, entries: Iterable[Entry], language: Language) -> bytes:
    """Write a calendar; the same entries give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Doukikai//Invitations//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", WORDS[language][owner.kind])
    # How often a program shall look; the second is the older spelling of the first.
    calendar.refresh_interval = LOOK_EVERY
    calendar.add("x-published-ttl", LOOK_EVERY)
    for entry in entries:
        calendar.add_component(_event(entry, language))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, language: Language) -> Event:
    words = WORDS[language]
    link = f"https://discord.com/channels/{entry.guild_id}/{entry.channel_id}/{entry.id}"
    mark = words.get("cancelled" if entry.status == "cancelled" else entry.part, "")
    event = Event()
    event.add("uid", f"{entry.id}@invitations.doukikai")
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.updated_at)
    # In UTC, so that no reader needs to know a zone.
    event.add("dtstart", entry.start_time)
    event.add("dtend", entry.end_time)
    event.add("summary", f"{mark}{entry.event_name}")
    event.add("status", _status(entry))
    event.add("location", f"VRChat: {entry.world_name}")
    event.add("url", link)
    lines = [f"{words['host']}: {entry.host_name}", entry.world_link, link, "", entry.description]
    event.add("description", "\n".join(line for line in lines if line is not None))
    return event


def _status(entry: Entry) -> str:
    if entry.status == "cancelled":
        return "CANCELLED"
    return "TENTATIVE" if entry.part in {"waitlisted", "interested"} else "CONFIRMED"
