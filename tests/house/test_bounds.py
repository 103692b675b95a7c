"""Everything that crosses between services has a maximum, each field of it and the whole."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from shared.messages.envelope import MOST_MESSAGE_BYTES
from shared.messages.registry import REGISTRY
from tests.house import contracts
from tests.house.bounds import most_bytes, unbounded

AROUND = 2000  # the envelope's own fields
# Larger than a message may be if every field were: their services stop adding rows before that.
COUNTED_IN_BYTES = {
    "replies.DataExported",
    "tickets.DataExported",
    "invitations.ExportMyData",
    "replies.SealsOutdated",
    "tickets.SealsOutdated",
    "invitations.ReplaceSeals",
    "tickets.ReplaceSeals",
}


@pytest.mark.parametrize("name", sorted(contracts.schemas()))
def test_every_text_list_and_map_has_a_maximum(name: str) -> None:
    assert unbounded(contracts.schemas()[name]) == []


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - COUNTED_IN_BYTES))
def test_no_message_can_be_larger_than_any_may_be(name: str) -> None:
    assert most_bytes(contracts.schemas()[name]) + AROUND <= MOST_MESSAGE_BYTES


def test_every_message_that_is_counted_in_bytes_exists() -> None:
    assert set(REGISTRY) >= COUNTED_IN_BYTES


def _without(keyword: str, *path: str) -> Callable[[dict[str, Any]], object]:
    def change(schema: dict[str, Any]) -> object:
        for step in path:
            schema = schema[step]
        return schema.pop(keyword)

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Envelope", _without("maxLength", "properties", "name")),
        ("invitations.ReminderDue", _without("maxItems", "properties", "user_ids")),
        ("replies.CommandRefused", _without("maxProperties", "properties", "details")),
        ("replies.CommandRefused", _without("propertyNames", "properties", "details")),
        ("invitations.JoinInvitation", _without("pattern", "properties", "invitation_id")),
        (
            "invitations.DraftInvitation",
            _without("maxLength", "$defs", "Details", "properties", "description"),
        ),
    ],
    ids=["text", "list", "map", "names of a map", "pattern", "text inside"],
)
def test_a_lost_maximum_is_found(name: str, change: Callable[[dict[str, Any]], object]) -> None:
    schema = copy.deepcopy(contracts.schemas()[name])
    assert unbounded(schema) == []
    change(schema)
    assert len(unbounded(schema)) == 1


@pytest.mark.parametrize("pattern", ["^[0-9]+$", "^a*$", "^a{2,}$", "[0-9]{1,20}"])
def test_a_pattern_without_an_end_is_no_maximum(pattern: str) -> None:
    schema = {"type": "object", "properties": {"field": {"type": "string", "pattern": pattern}}}
    assert unbounded(schema) == [".field"]
