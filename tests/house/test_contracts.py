"""Contracts between services may only grow; public events can be read by yesterday's reader."""

import copy
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.house import contracts
from tests.house.growth import JUDGED, keywords, shrunk

Schema: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Schema], object]

NARROWER: dict[str, Change] = {
    "a field is gone": lambda s: s["properties"].pop("request_id"),
    "a field inside is gone": lambda s: details(s)["properties"].pop("tag"),
    "a field must be there": lambda s: s["required"].append("vrchat_profile"),
    "a new field must be there": lambda s: (
        s["properties"].update(added={"type": "string"}),
        s["required"].append("added"),
    ),
    "another type": lambda s: detail(s, "max_participants").update(type="string"),
    "null is refused": lambda s: s["properties"].update(vrchat_profile={"type": "string"}),
    "a choice is gone": lambda s: detail(s, "instance_type")["enum"].pop(),
    "a text that is too short for a choice": lambda s: any_words(s, 5),
    "a closed list": lambda s: detail(s, "world_name").update(enum=["a", "b"]),
    "another pattern": lambda s: s["properties"]["guild_id"].update(pattern="^[0-9]{1,19}$"),
    "a new pattern": lambda s: detail(s, "world_name").update(pattern="^a"),
    "another format": lambda s: s["properties"]["request_id"].update(format="date"),
    "a shorter text": lambda s: detail(s, "world_name").update(maxLength=199),
    "a first limit": lambda s: s["$defs"]["ReplyTo"]["properties"]["locale"].update(maxLength=9),
    "a larger least": lambda s: detail(s, "max_participants").update(minimum=2),
    "unknown fields refused": lambda s: s.update(additionalProperties=False),
}
WIDER: dict[str, Change] = {
    "nothing": lambda _: None,
    "a field that may be absent": lambda s: s["properties"].update(added={"type": "string"}),
    "a field that may now be absent": lambda s: s["required"].remove("host_name"),
    "null is taken": lambda s: s["properties"].update(
        guild_id={"anyOf": [s["properties"]["guild_id"], {"type": "null"}]}
    ),
    "one more choice": lambda s: detail(s, "instance_type")["enum"].append("music"),
    "any words": lambda s: any_words(s, 20),
    "no pattern": lambda s: s["properties"]["guild_id"].pop("pattern"),
    "a longer text": lambda s: detail(s, "world_name").update(maxLength=201),
    "other words": lambda s: s.update(description="A host wants to invite."),
}


def details(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["Details"]
    return found


def detail(schema: Schema, name: str) -> Schema:
    found: Schema = details(schema)["properties"][name]
    return found


def any_words(schema: Schema, most: int) -> None:
    details(schema)["properties"]["instance_type"] = {"type": "string", "maxLength": most}


def changed(change: Change) -> list[str]:
    before = contracts.schemas()["invitations.DraftInvitation"]
    after = copy.deepcopy(before)
    change(after)
    return shrunk(before, after)


# What a reader of yesterday's public events has no place for.
FOR_SERVICES: dict[str, Change] = {
    "a new value": lambda s: inner(s, "status")["enum"].append("postponed"),
    "null": lambda s: s["properties"].update(user_id=nullable(s["properties"]["user_id"])),
    "null inside": lambda s: inner(s, "").update(host_id=nullable(inner(s, "host_id"))),
    "a field that may be absent": lambda s: s["required"].remove("user_name"),
    "a field inside that may be absent": lambda s: required(s).remove("tag"),
    "a text too": lambda s: inner(s, "").update(
        version={"anyOf": [inner(s, "version"), {"type": "string"}]}
    ),
    "a longer text": lambda s: inner(s, "world_name").update(maxLength=201),
    "any text": lambda s: s["properties"]["user_id"].pop("pattern"),
    "a longer list": lambda s: inner(s, "co_host_ids").update(maxItems=6),
    "a value of any type": lambda s: inner(s, "joined_count").pop("type"),
}
FOR_BOTH: dict[str, Change] = {
    "nothing": lambda _: None,
    "a new field": lambda s: s["properties"].update(added={"type": "string"}),
    "a new field inside": lambda s: inner(s, "").update(added={"type": "string"}),
    "a new value of a growing list": lambda s: inner(s, "instance_type")["enum"].append("music"),
}
FOR_NEITHER: dict[str, Change] = {
    "a field that goes": lambda s: (
        s["properties"].pop("user_id"),
        s["required"].remove("user_id"),
    ),
    "a value that goes": lambda s: inner(s, "status")["enum"].pop(),
    "a fraction": lambda s: inner(s, "version").update(type="number"),
}


def inner(schema: Schema, name: str) -> Schema:
    """Give a field of the invitation in an event, or all of them."""
    fields: Schema = schema["$defs"]["InvitationState"]["properties"]
    found: Schema = fields[name] if name else fields
    return found


def required(schema: Schema) -> list[str]:
    found: list[str] = schema["$defs"]["InvitationState"]["required"]
    return found


def nullable(field: Schema) -> Schema:
    return {"anyOf": [field, {"type": "null"}]}


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        *((change, {"service"}) for change in FOR_SERVICES.values()),
        *((change, {"event", "service"}) for change in FOR_BOTH.values()),
        *((change, set()) for change in FOR_NEITHER.values()),
    ],
    ids=[*FOR_SERVICES, *FOR_BOTH, *FOR_NEITHER],
)
def test_what_yesterdays_reader_cannot_read_is_refused_for_events_and_allowed_for_services(
    change: Change, allowed: set[str]
) -> None:
    """The same schema, once as that of a public event and once as that of a command."""
    before = contracts.schemas()["invitations.ParticipantJoined"]
    after = copy.deepcopy(before)
    change(after)
    names = {"event": "invitations.ParticipantJoined", "service": "invitations.JoinInvitation"}
    found = {kind for kind, name in names.items() if not contracts.complaints(name, before, after)}
    assert found == allowed


def test_public_events_change_only_under_a_new_version() -> None:
    now = contracts.schemas()
    grown = copy.deepcopy(dict(now))
    FOR_BOTH["a new field"](grown["invitations.ParticipantJoined"])
    assert contracts.unversioned(now, now) == []
    assert contracts.unversioned(now, grown) != []
    grown = copy.deepcopy(dict(now))
    grown["invitations.ParticipantJoined"]["description"] = "Other words."
    FOR_BOTH["a new field"](grown["invitations.JoinInvitation"])
    assert contracts.unversioned(now, grown) == []
    gone = {name: each for name, each in now.items() if name != "invitations.MemberErased"}
    assert contracts.unversioned(gone, now) != []


@pytest.mark.parametrize("change", NARROWER.values(), ids=NARROWER)
def test_a_field_that_takes_less_than_before_is_reported(change: Change) -> None:
    assert changed(change)


@pytest.mark.parametrize("change", WIDER.values(), ids=WIDER)
def test_a_field_that_takes_everything_it_took_before_is_accepted(change: Change) -> None:
    assert changed(change) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"enum": []}}),
        (
            {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}]}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ),
    ],
)
def test_the_items_of_a_list_or_map_are_judged_too(before: Schema, after: Schema) -> None:
    assert shrunk(before, after)
    assert shrunk(before, before) == []


def test_no_keyword_of_a_contract_goes_unjudged() -> None:
    used = set().union(*(keywords(schema) for schema in contracts.schemas().values()))
    assert used <= JUDGED


def test_no_contract_has_shrunk() -> None:
    assert contracts.breaks() == []


def test_the_stored_contracts_are_current() -> None:
    """`make docs` writes them."""
    assert contracts.stored() == contracts.schemas()
