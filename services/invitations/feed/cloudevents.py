"""Describes public events as CloudEvents 1.0: the same attributes on RabbitMQ and in the API.

The data is the envelope, so a reader of envelopes needs none of this. There is no `traceparent`:
no part of Doukikai records spans, and a parent that nobody sampled would switch off the traces of
the reader. `correlation_id` in the envelope names the story.
"""

import json
from collections.abc import Mapping
from typing import Any

CONTRACT_VERSION = "1.1"
"""Of all public events together; docs/consuming-events.md says when which number grows."""

SOURCE = "urn:doukikai:invitations"
PREFIX = "cloudEvents:"
"""What the AMQP binding puts before the name of an attribute in a header."""

BATCH = "application/cloudevents-batch+json"
CONTENT_TYPE = "application/json"


def schema_id(name: str) -> str:
    """Return the `$id` of a schema of docs/asyncapi.json."""
    return f"urn:doukikai:events:{CONTRACT_VERSION}:{name.rpartition('.')[2]}"


def headers(envelope: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers of a message in binary mode, whose body is the envelope."""
    return {f"{PREFIX}{name}": value for name, value in _attributes(envelope).items()}


def written(envelope: str) -> str:
    """Return an event of the JSON format, given its envelope as JSON."""
    attributes = {**_attributes(json.loads(envelope)), "datacontenttype": CONTENT_TYPE}
    around = json.dumps(attributes, separators=(",", ":"))
    return f'{around[:-1]},"data":{envelope}}}'


def _attributes(envelope: Mapping[str, Any]) -> dict[str, str]:
    name = envelope["name"]
    found = {
        "specversion": "1.0",
        "id": envelope["id"],
        "source": SOURCE,
        "type": name,
        "time": envelope["sent_at"],
        "dataschema": schema_id(name),
    }
    if subject := _subject(envelope["body"]):
        found["subject"] = subject
    return found


def _subject(body: Mapping[str, Any]) -> str | None:
    """Return what an event is about: an invitation, a draft, a guild or a member."""
    match body:
        case {"invitation": {"id": about}} | {"invitation_id": about}:
            return f"invitations/{about}"
        case {"request_id": about}:
            return f"drafts/{about}"
        case {"guild": {"guild_id": about}}:
            return f"guilds/{about}"
        case {"user_id": about}:
            return f"members/{about}"
    return None
