"""docs/asyncapi.json describes the public events; its schemas accept no other message."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from cloudevents.core.bindings import amqp
from cloudevents.core.formats.json import JSONFormat

from services.invitations.feed import cloudevents
from shared.exchanges import EVENTS, own_exchange
from shared.messages.registry import REGISTRY
from tests.house import asyncapi_page, messages_page
from tests.house.contracts import PUBLIC
from tests.house.tree import PROJECT

EVENT_NAMES = [name.rpartition(".")[2] for name in PUBLIC]
TYPES = {"properties", "enum", "anyOf", "oneOf", "allOf", "additionalProperties"}


@cache
def document() -> dict[str, Any]:
    """Return the document; it is not made while tests are only collected."""
    return asyncapi_page.document()


def parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from parts(each)


def named(reference: str) -> Any:
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def resolved(part: Any) -> Any:
    """Put what references name in their place, as tools of AsyncAPI do before they judge."""
    if isinstance(part, list):
        return [resolved(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return resolved(named(part["$ref"]))
    return {key: resolved(each) for key, each in part.items() if key != "$id"}


@cache
def judge(place: str) -> Any:
    """Build what judges by a schema of the document."""
    return jsonschema_rs.validator_for(resolved(named(place)), validate_formats=True)


def test_the_document_is_current() -> None:
    """`make docs` writes it."""
    assert asyncapi_page.PAGE.read_text() == asyncapi_page.asyncapi_page()


def test_it_holds_what_comes_to_the_queue_of_a_consumer_and_nothing_else() -> None:
    public = own_exchange(EVENTS, "invitations")
    published = {
        name for name, each in REGISTRY.items() if messages_page.route(name, each)[0] == public
    }
    assert {each["name"] for each in document()["components"]["messages"].values()} == published


def test_every_type_has_a_name_and_an_id_with_the_version() -> None:
    """Generators call what has none AnonymousSchema_1."""
    schemas = document()["components"]["schemas"]
    for name, schema in schemas.items():
        assert (schema["title"], schema["$id"]) == (name, cloudevents.schema_id(name))
        inner = list(parts([*schema.get("properties", {}).values()]))
        assert [each for each in inner if TYPES & set(each)] == []
        assert all({"type", "$ref"} & set(each) for each in inner), name
    for reference in (each["$ref"] for each in parts(document()) if "$ref" in each):
        assert isinstance(named(reference), dict)


@pytest.mark.parametrize("name", EVENT_NAMES)
def test_an_example_fits_its_own_schema_and_no_other(name: str) -> None:
    [example] = named(f"#/components/messages/{name}")["examples"]
    headers, payload = example["headers"], example["payload"]
    judge("#/components/schemas/EventHeaders").validate(headers)
    fitting = [
        each
        for each in EVENT_NAMES
        if judge(f"#/components/schemas/{each}").is_valid({**payload, "sequence": 42})
    ]
    assert fitting == [name]
    assert not judge(f"#/components/schemas/{name}").is_valid({**payload, "body": {}})
    own = {key: each for key, each in headers.items() if key.startswith(cloudevents.PREFIX)}
    body = JSONFormat().write_data(payload, cloudevents.CONTENT_TYPE)
    read = amqp.from_binary_event(
        amqp.AMQPMessage({"content-type": cloudevents.CONTENT_TYPE}, own, body)
    )
    assert (read.get_id(), read.get_type()) == (payload["id"], payload["name"])
    assert read.get_dataschema() == named(f"#/components/schemas/{name}")["$id"]
    assert read.get_data() == payload


def test_the_changelog_says_what_the_version_of_the_events_brings() -> None:
    _, _, unreleased = (PROJECT / "CHANGELOG.md").read_text().partition("## [Unreleased]")
    assert f"Events {cloudevents.CONTRACT_VERSION}:" in unreleased
