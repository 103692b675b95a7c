"""Finds the members whom an event names, and takes one out of it."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from services.invitations.sql.erasure import ERASED_NAME, ERASED_TEXT
from shared.messages.envelope import NOBODY

Json: TypeAlias = Any

# Every field of a public event that names a member: a test goes through their schemas.
PERSONS = ("user_id", "host_id", "staff_id", "by_id")
LISTS = ("user_ids", "co_host_ids", "host_ids")


def members_of(part: Json) -> Iterator[str]:
    """Yield the ids of the members whom an event's body names, some more than once."""
    if isinstance(part, Mapping):
        yield from (part[key] for key in PERSONS if part.get(key) not in (None, NOBODY))
        for key in LISTS:
            yield from part.get(key, ())
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from members_of(inner)


def without(body: Mapping[str, Json], member: str) -> Json:
    """Return an event's body in which a member is 0 and 消去済み, as erase_member() writes it.

    What they wrote as a host, or as the reason of a cancellation, goes too.
    """
    is_host = member in (body.get("host_id"), body.get("invitation", {}).get("host_id"))
    texts: dict[str, Json] = {}
    if is_host:
        texts = {"description": ERASED_TEXT, "more_reminders": [], "texts": []}
    if is_host or body.get("by_id") == member:
        texts |= {"reason": "", "cancel_reason": None}
    return _without(body, member, texts)


def _without(part: Json, member: str, texts: Mapping[str, Json]) -> Json:
    if isinstance(part, list):
        return [_without(inner, member, texts) for inner in part]
    if not isinstance(part, Mapping):
        return part
    ids = {key: NOBODY for key in PERSONS if part.get(key) == member}
    names = {key.replace("_id", "_name"): ERASED_NAME for key in ids}
    lists = {key: [each for each in part[key] if each != member] for key in LISTS if key in part}
    return {
        **{key: _without(inner, member, texts) for key, inner in part.items()},
        **{key: new for key, new in {**texts, **ids, **names, **lists}.items() if key in part},
    }
