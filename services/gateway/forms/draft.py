"""A host's draft as it was typed: what can be read of it, and what is wrong at which field."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from services.gateway.forms import reminders, sign_up_times, times
from services.gateway.forms.mistakes import (
    Mistake,
    Mistaken,
    mistakes_in,
    time_mistake,
    unpublishable,
)
from shared.messages import vrchat
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import Choices
from shared.messages.invitations.reminding import Reminder
from shared.messages.links import Profile

PEOPLE = re.compile(r"(\d{1,9}) ?(?:人|名|people)?")
LINK_AHEAD = re.compile(r"\s+|(?=https?://)")
# In place of what has a mistake, so that the rest can be shown as it will look.
STAND_IN = "—"
FIELD_OF = {
    "start_time": "when",
    "end_time": "when",
    "world_name": "world",
    "world_link": "world",
}
"""The field of the form that a part of the details is typed in, where the names differ."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a host typed, each field as it is; `remarks` are what was odd about the times."""

    event_name: str = ""
    when: str = ""
    world: str = ""
    max_participants: str = ""
    description: str = ""
    vrchat_profile: str = ""
    opening_time: str = ""
    cutoff_time: str = ""
    more_reminders: str = ""
    remarks: tuple[str, ...] = ()
    when_at_first: str = ""
    """The words that the remarks are about."""

    @classmethod
    def of_form(cls, values: Mapping[str, str]) -> Self:
        """Take the fields of the form."""
        fields: dict[str, Any] = {name: values.get(name, "").strip() for name in FORM_FIELDS}
        return cls(**fields)

    def going_on_from(self, before: "Typed") -> "Typed":
        """Return it with what its form did not ask for; a remark stays with unchanged times."""
        after = replace(self, **{name: getattr(before, name) for name in OTHER_FIELDS})
        if self.when != before.when:
            return after
        return replace(after, remarks=before.remarks, when_at_first=before.when_at_first)

    def as_json(self) -> str:
        """Write everything but the description."""
        return json.dumps(asdict(replace(self, description="")), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, description: str) -> Self:
        """Read it back; a field of a newer release is dropped."""
        fields = {name: value for name, value in json.loads(text).items() if name in NAMES}
        fields |= {"description": description, "remarks": tuple(fields.get("remarks", ()))}
        return cls(**fields)


FORM_FIELDS = ("event_name", "when", "world", "max_participants", "description")
OTHER_FIELDS = ("vrchat_profile", *sign_up_times.FIELDS, reminders.FIELD)
"""The fields of the other two forms."""
NAMES = frozenset(Typed.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft says: `shown` has a stand-in for each field with a mistake."""

    typed: Typed
    shown: Details
    mistakes: tuple[Mistake, ...]
    vrchat_profile: str | None = None

    @property
    def details(self) -> Details | None:
        """Return what can be announced; None while there is a mistake."""
        return None if self.mistakes else self.shown


def read(
    typed: Typed, choices: Choices, now: datetime, zone: ZoneInfo, unnamed_world: str
) -> Draft:
    """Read what a host typed, in the guild's zone; a mistake costs only its own field.

    Times are written back as moments: "tomorrow" would be another day when it is read again.
    """
    mistakes: dict[str, str] = {}
    typed, moments = _moments(typed, now, zone, mistakes)
    typed, sign_up = _sign_up(typed, None if mistakes else moments, now, zone, mistakes)
    profile = _profile(typed.vrchat_profile, mistakes)
    fields: dict[str, Any] = {
        **dict(choices),
        **moments,
        **sign_up,
        **_world(typed.world, unnamed_world),
        reminders.FIELD: _reminders(typed.more_reminders, mistakes),
        "event_name": typed.event_name,
        "description": typed.description,
        "max_participants": _seats(typed.max_participants),
    }
    shown = _readable(fields, mistakes)
    return Draft(typed, shown, tuple(mistakes.items()), profile)


def write_when(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Write a start and an end in one field, as `read_when` reads them."""
    day, _, clock = times.write_moment(end, zone).partition(" ")
    begin = times.write_moment(start, zone)
    is_short = begin.startswith(day) and len(clock) == len("21:00") and " UTC" not in begin
    return f"{begin}〜{clock if is_short else f'{day} {clock}'}"


def write_world(name: str, link: str | None) -> str:
    """Write the name of a world and its link in one field."""
    return f"{name} {link}" if link else name


def _moments(
    typed: Typed, now: datetime, zone: ZoneInfo, mistakes: dict[str, str]
) -> tuple[Typed, dict[str, datetime]]:
    try:
        reading = times.read_when(typed.when, now, zone)
    except times.TimeMistake as mistake:
        mistakes |= [time_mistake("when", mistake, "when")] if typed.when else [("when", "blank")]
        return replace(typed, remarks=()), {"start_time": now, "end_time": now + timedelta(hours=1)}
    assert reading.end is not None  # noqa: S101 - read_when gives both
    written = write_when(reading.start, reading.end, zone)
    if written != typed.when:  # else the remarks are about what was typed before
        typed = replace(typed, remarks=reading.remarks, when_at_first=typed.when)
    typed = replace(typed, when=written)
    return typed, {"start_time": reading.start, "end_time": reading.end}


def _sign_up(
    typed: Typed,
    moments: Mapping[str, datetime] | None,
    now: datetime,
    zone: ZoneInfo,
    mistakes: dict[str, str],
) -> tuple[Typed, dict[str, datetime | None]]:
    """Read when sign-up opens and closes; what is not against the start is written as a moment."""
    written = {name: getattr(typed, name) for name in sign_up_times.FIELDS}
    span = (moments["start_time"], moments["end_time"]) if moments else None
    found, wrong = sign_up_times.read_both(written, span, now, zone)
    mistakes |= dict(wrong)
    cutoff = found["cutoff_time"]
    if cutoff is not None and cutoff <= now:
        mistakes["cutoff_time"], found["cutoff_time"] = "time_past", None
    for name, at in found.items():
        if at is not None and not sign_up_times.is_before_start(written[name]):
            written[name] = times.write_moment(at, zone)
    return replace(typed, **written), found


def _world(text: str, unnamed: str) -> dict[str, str | None]:
    parts = [part for part in LINK_AHEAD.split(text) if part]
    links = [part for part in parts if "://" in part or vrchat.read(part) is not None]
    name = " ".join(part for part in parts if part not in links)
    if not links:
        return {"world_name": name, "world_link": None}
    address = vrchat.read(links[0])
    is_world = len(links) == 1 and address is not None and address.kind == "world"
    link = address.url if address and is_world else " ".join(links)
    return {"world_name": name or unnamed, "world_link": link}


def _seats(text: str) -> int | str:
    plain = unicodedata.normalize("NFKC", text).strip()  # Japanese keyboards type wide digits
    found = PEOPLE.fullmatch(plain)
    return int(found[1]) if found else plain


def _profile(text: str, mistakes: dict[str, str]) -> str | None:
    if not text:
        return None
    try:
        return TypeAdapter[str](Profile).validate_python(text)
    except ValidationError as error:
        mistakes |= dict(mistakes_in("vrchat_profile", error))
        return None


def _reminders(text: str, mistakes: dict[str, str]) -> list[Reminder]:
    try:
        return reminders.read_reminders(text)
    except Mistaken as mistaken:
        mistakes |= dict(mistaken.mistakes)
        return []


def _readable(fields: dict[str, Any], mistakes: dict[str, str]) -> Details:
    """Check the fields by their contract, and put a stand-in for each that has a mistake."""
    stand_ins: dict[str, Any] = {"world_link": None, "max_participants": 1, reminders.FIELD: []}
    error: ValidationError | None = None
    try:
        details = Details(**fields)
    except ValidationError as refused:
        error = refused
    found = unpublishable(fields, error)
    for name, code in found:
        mistakes.setdefault(FIELD_OF.get(name, name), code)
    if not found:
        return details
    return Details(**fields | {name: stand_ins.get(name, STAND_IN) for name, _ in found})
