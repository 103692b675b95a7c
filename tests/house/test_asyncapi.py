"""docs/asyncapi.json describes the messages on RabbitMQ; its schemas accept no other message."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest

from shared.messages.envelope import Envelope, Message
from shared.messages.invitations.events import DraftDiscarded, InvitationDrafted
from shared.messages.registry import REGISTRY
from tests import builders
from tests.house import asyncapi_page


@cache
def document() -> dict[str, Any]:
    """Return the document; it is not made while tests are only collected."""
    return asyncapi_page.document()


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (each for name, each in part.items() if name == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def named(reference: str) -> Any:
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def judge(name: str) -> Any:
    """Build what judges a message by its payload."""
    payload = named(f"#/components/messages/{name}/payload")
    return jsonschema_rs.validator_for({**payload, "components": document()["components"]})


def drafted() -> Message:
    return InvitationDrafted(
        request_id=uuid4(),
        guild_id="1",
        channel_id="2",
        host_id=builders.HOST.user_id,
        host_name=builders.HOST.name,
        details=builders.details(),
    )


def test_the_document_is_current() -> None:
    """`make docs` writes it."""
    assert asyncapi_page.PAGE.read_text() == asyncapi_page.asyncapi_page()


def test_every_reference_leads_somewhere() -> None:
    found = set(references(document()))
    assert len(found) > 2 * len(REGISTRY)
    assert all(isinstance(named(each), dict) for each in found)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_schema_is_one_by_its_own_rules(name: str) -> None:
    assert jsonschema_rs.meta.is_valid(named(f"#/components/schemas/{name}"))


@pytest.mark.parametrize("message", [drafted(), DraftDiscarded(request_id=uuid4())], ids=type)
def test_a_payload_takes_what_is_sent_and_no_other_message(message: Message) -> None:
    sent = json.loads(Envelope.first(message).to_json())
    assert judge(message.wire_name()).is_valid(sent)
    assert not judge("invitations.ParticipantJoined").is_valid(sent)
    assert not judge(message.wire_name()).is_valid({**sent, "body": {}})


def test_only_the_events_that_consumers_receive_are_open() -> None:
    is_open = {
        name
        for name, each in document()["operations"].items()
        if {"name": asyncapi_page.OPEN} in each["tags"]
    }
    assert "invitations.ParticipantJoined" in is_open
    assert {document()["operations"][name]["action"] for name in is_open} == {"send"}
    assert not [name for name in is_open if not name.startswith("invitations.")]
