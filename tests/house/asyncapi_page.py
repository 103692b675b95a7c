"""Writes docs/asyncapi.json: the public events, as programs outside receive them from RabbitMQ."""

import json
from typing import Any, TypeAlias

from services.invitations.feed.cloudevents import CONTENT_TYPE, CONTRACT_VERSION, PREFIX
from shared.exchanges import POSITION, SEQUENCE
from shared.messages.envelope import Envelope, Message
from tests.house.contracts import PUBLIC
from tests.house.event_examples import example
from tests.house.flat import REFERENCE, Components, reference
from tests.house.tree import PROJECT

Json: TypeAlias = dict[str, Any]

PAGE = PROJECT / "docs" / "asyncapi.json"
AMQP_VERSION = {"bindingVersion": "0.3.0"}
DESCRIPTION = """What programs outside may receive from Doukikai over RabbitMQ, each in a queue \
of its own, as consuming-events.md tells. An event comes at least once, under one `id` and one \
number however often. `GET /api/events` (openapi.json) gives the same events. What services alone \
say to each other is in messages.md."""
SERVERS: Json = {
    "rabbitmq": {
        "host": "broker:5672",
        "pathname": "/doukikai",
        "protocol": "amqp",
        "protocolVersion": "0-9-1",
        "description": "In the network of docker-compose.yml; the operator makes the user.",
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }
}
CHANNEL: Json = {
    "address": "consumers.{consumer}",
    "title": "The queue of a program",
    "description": "It is there already, and all public events come to it: declare nothing.",
    "servers": [{"$ref": "#/servers/rabbitmq"}],
    "parameters": {
        "consumer": {
            "description": "The name that the operator gave the program; its user is called as"
            " its queue.",
            "examples": ["stats"],
        }
    },
    "bindings": {
        "amqp": {
            "is": "queue",
            "queue": {
                "name": "consumers.{consumer}",
                "durable": True,
                "exclusive": False,
                "autoDelete": False,
                "vhost": "doukikai",
            },
            **AMQP_VERSION,
        }
    },
}
TEXT: Json = {"type": "string"}
ATTRIBUTES: Json = {
    "specversion": {"const": "1.0", **TEXT},
    "id": {"description": "The `id` of the payload.", **TEXT},
    "source": {"format": "uri-reference", **TEXT},
    "type": {"description": "The `name` of the payload.", **TEXT},
    "time": {"format": "date-time", "description": "The `sent_at` of the payload.", **TEXT},
    "dataschema": {"format": "uri", "description": "The `$id` of the payload's schema.", **TEXT},
    "subject": {
        "description": "`invitations/`, `drafts/`, `guilds/` or `members/`, and an id.",
        **TEXT,
    },
}
HEADERS: Json = {
    SEQUENCE: {"type": "integer", "description": "One more than that of the event before."},
    POSITION: {"type": "integer", "description": "For Doukikai-Position in a request to the API."},
    **{f"{PREFIX}{name}": schema for name, schema in ATTRIBUTES.items()},
}


def asyncapi_page() -> str:
    """Write the whole document."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def document() -> Json:
    """Describe every public event as AsyncAPI 3 says it."""
    schemas = Components()
    headers = schemas.add(
        "EventHeaders", {"type": "object", "properties": HEADERS, "required": [*HEADERS]}
    )
    messages = {
        message.__name__: _message(name, message, schemas) | {"headers": headers}
        for name, message in PUBLIC.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of Doukikai",
            "version": CONTRACT_VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "servers": SERVERS,
        "defaultContentType": CONTENT_TYPE,
        "channels": {"events": CHANNEL | {"messages": _references("components", messages)}},
        "operations": {
            "sendEvents": {
                "action": "send",  # said of Doukikai
                "title": "Every public event",
                "channel": {"$ref": "#/channels/events"},
                "messages": [*_references("channels/events", messages).values()],
                "bindings": {"amqp": {"deliveryMode": 2, "ack": True, **AMQP_VERSION}},
            }
        },
        "components": {
            "messages": messages,
            "securitySchemes": {"user": {"type": "userPassword"}},
            "schemas": dict(sorted(schemas.schemas.items())),
        },
    }


def _references(place: str, messages: Json) -> Json:
    return {name: {"$ref": f"#/{place}/messages/{name}"} for name in messages}


def _message(name: str, message: type[Message], schemas: Components) -> Json:
    return {
        "name": name,
        "title": message.__name__,
        "summary": _summary(message),
        "contentType": CONTENT_TYPE,
        "payload": _payload(name, message, schemas),
        "correlationId": {"location": "$message.payload#/correlation_id"},
        "bindings": {"amqp": {"messageType": name, **AMQP_VERSION}},
        "examples": [example(message)],
    }


def _payload(name: str, message: type[Message], schemas: Components) -> Json:
    """Describe the envelope of an event; all its fields are always written."""
    schemas.add(f"{message.__name__}Body", message.model_json_schema(ref_template=REFERENCE))
    around = Envelope.model_json_schema()["properties"]
    fields = {
        **around,
        "name": {"const": name, **TEXT},
        "body": reference(f"{message.__name__}Body"),
    }
    sequence = {
        "type": "integer",
        "description": f"The number of the event, in the API; in RabbitMQ the header {SEQUENCE}.",
    }
    schema = {
        "type": "object",
        "description": _summary(message),
        "properties": {**fields, "sequence": sequence},
        "required": [*fields],
    }
    return schemas.add(message.__name__, schema)


def _summary(message: type[Message]) -> str:
    return (message.__doc__ or "").partition("\n")[0]
