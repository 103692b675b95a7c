"""What a host typed, turned into what the messages allow, or into every mistake in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, ValidationError

from services.gateway.drawing.custom_ids import CustomId, UnixTime
from services.gateway.forms.mistakes import (
    Mistake,
    Mistaken,
    mistakes_in,
    time_mistake,
    unpublishable,
)
from services.gateway.forms.times import (
    LATE_START,
    Reading,
    TimeMistake,
    read_end,
    read_start,
)
from shared.messages import vrchat
from shared.messages.invitations.details import (
    MOST_REMINDER_MINUTES,
    REMINDER_MINUTES,
    Details,
    InstanceType,
    Tag,
)
from shared.messages.links import InstanceLink, Profile
from shared.messages.text import MOST_PARTICIPANTS

FILLING_IN = timedelta(minutes=15)  # "now" must still hold for a host who writes slowly
TAGS: tuple[Tag, ...] = get_args(Tag)
# In VRChat's own order.
INSTANCE_TYPES: tuple[InstanceType, ...] = (
    "public",
    "grouppublic",
    "friendplus",
    "groupplus",
    "friend",
    "group",
    "inviteplus",
    "invite",
)
NUMBERED_TAGS = {str(number): tag for number, tag in enumerate(TAGS)}
NumberedTag = Annotated[
    Tag,
    BeforeValidator(lambda written: NUMBERED_TAGS.get(written, written)),
    PlainSerializer(TAGS.index),
]
"""A tag whose place among the tags stands in a custom id."""


@dataclass(frozen=True)
class Options(CustomId, name="invite"):
    """The options of the slash command; the form brings them back to any replica."""

    release: Literal["1"] = field(default="1", kw_only=True)
    tag: NumberedTag
    instance_type: InstanceType
    start_time: UnixTime
    end_time: UnixTime
    max_participants: int
    reminder_minutes: int = REMINDER_MINUTES


def read_options(typed: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> Options:
    """Check the slash command's options, whose times are in the guild's zone; raises Mistaken."""
    mistakes: list[Mistake] = []
    reading = start_of(str(typed["start_time"]), now, zone, mistakes)
    start = reading.start if reading else None
    end = end_of(str(typed["end_time"]), start, now, zone, mistakes)
    if reading and end and reading.end not in {None, end}:
        mistakes.append(("end_time", "end_differs"))
    if typed["tag"] not in TAGS:
        mistakes.append(("tag", "not_offered"))
    if typed["instance_type"] not in INSTANCE_TYPES:
        mistakes.append(("instance_type", "not_offered"))
    if not 1 <= typed["max_participants"] <= MOST_PARTICIPANTS:
        mistakes.append(("max_participants", "out_of_range"))
    minutes = typed.get("reminder_minutes", REMINDER_MINUTES)
    if not 0 <= minutes <= MOST_REMINDER_MINUTES:
        mistakes.append(("reminder_minutes", "out_of_minutes"))
    if mistakes or start is None or end is None:
        raise Mistaken(mistakes, zone, times_in(typed))
    tag, instance_type = typed["tag"], typed["instance_type"]
    return Options(tag, instance_type, start, end, typed["max_participants"], minutes)


def read_form(
    options: Options, typed: Mapping[str, str], now: datetime
) -> tuple[Details, str | None]:
    """Check the whole form by the message contracts; gives details and profile, raises Mistaken."""
    mistakes = _time_mistakes(options, now)
    details = _details(options, typed, mistakes)
    profile = _profile(typed.get("vrchat_profile", "").strip(), mistakes)
    if mistakes or details is None:
        raise Mistaken(mistakes)
    return details, profile


def read_link(typed: Mapping[str, str]) -> str:
    """Check the link of an instance by its message contract; raises Mistaken."""
    return _needed(TypeAdapter[str](InstanceLink), "instance_link", typed)


def read_profile(typed: Mapping[str, str]) -> str:
    """Check the profile of a host by its message contract; raises Mistaken."""
    return _needed(TypeAdapter[str](Profile), "vrchat_profile", typed)


def typed_or_chosen(values: Mapping[str, Any]) -> dict[str, str]:
    """Give one text for each field of a modal: what was typed, or the one choice."""
    return {
        name: value if isinstance(value, str) else "".join(value or ())
        for name, value in values.items()
    }


def times_in(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return what was typed as start and end, to be quoted in the sentences about them."""
    return {name: str(typed.get(name, "")) for name in ("start_time", "end_time")}


def world_link(typed: Mapping[str, str]) -> str | None:
    """Give the typed address of a world as https; as it is if it names none, None if empty."""
    text = typed.get("world_link", "").strip()
    address = vrchat.read(text)
    return address.url if address and address.kind == "world" else text or None


def start_of(text: str, now: datetime, zone: ZoneInfo, mistakes: list[Mistake]) -> Reading | None:
    """Read a start in a zone, or a range with its end; None adds to the mistakes."""
    try:
        return read_start(text, now, zone)
    except TimeMistake as mistake:
        mistakes.append(time_mistake("start_time", mistake))
        return None


def end_of(
    text: str, start: datetime | None, now: datetime, zone: ZoneInfo, mistakes: list[Mistake]
) -> datetime | None:
    """Read an end after a start, in UTC; None adds to the mistakes."""
    try:
        return read_end(text, start or now, now, zone).end
    except TimeMistake as mistake:
        # Without a start only the end's form can be judged.
        if start is not None or mistake.code in {"unreadable", "no_such_day", "time_missing"}:
            mistakes.append(time_mistake("end_time", mistake, "end"))
        return None


def _time_mistakes(options: Options, now: datetime) -> list[Mistake]:
    mistakes: list[Mistake] = []
    if options.start_time < now - LATE_START - FILLING_IN:
        mistakes.append(("start_time", "past"))
    if options.end_time <= now:
        mistakes.append(("end_time", "past"))
    return mistakes


def _details(options: Options, typed: Mapping[str, str], mistakes: list[Mistake]) -> Details | None:
    try:
        details = Details(
            event_name=typed.get("event_name", ""),
            world_name=typed.get("world_name", ""),
            world_link=world_link(typed),
            description=typed.get("description", "").strip(),
            start_time=options.start_time,
            end_time=options.end_time,
            tag=options.tag,
            instance_type=options.instance_type,
            max_participants=options.max_participants,
            reminder_minutes=options.reminder_minutes,
        )
    except ValidationError as error:
        mistakes += unpublishable(typed, error)
        return None
    mistakes += unpublishable(typed)
    return details


def _profile(text: str, mistakes: list[Mistake]) -> str | None:
    if not text:
        return None
    return _checked(TypeAdapter[str](Profile), "vrchat_profile", text, mistakes)


def _needed(contract: TypeAdapter[str], field: str, typed: Mapping[str, str]) -> str:
    text = typed.get(field, "").strip()
    if not text:
        raise Mistaken([(field, "blank")])
    mistakes: list[Mistake] = []
    checked = _checked(contract, field, text, mistakes)
    if checked is None:
        raise Mistaken(mistakes)
    return checked


def _checked(
    contract: TypeAdapter[str], field: str, text: str, mistakes: list[Mistake]
) -> str | None:
    try:
        return contract.validate_python(text)
    except ValidationError as error:
        mistakes += mistakes_in(field, error)
        return None
