"""What a host typed, turned into what the messages allow, or into every mistake in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from services.gateway.forms.mistakes import Mistake, Mistaken, mistakes_in, time_mistake
from services.gateway.forms.times import Reading, TimeMistake, read_end, read_start
from shared.messages import vrchat
from shared.messages.invitations.details import InstanceType
from shared.messages.links import InstanceLink, Profile

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
TIMES = ("start_time", "end_time", "opening_time", "cutoff_time")


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
    """Return what was typed as times, to be quoted in the sentences about them."""
    return {name: str(typed.get(name, "")) for name in TIMES}


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
