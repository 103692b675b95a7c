"""Writes docs/asyncapi.json: every message, the exchange and key it travels by, and its schema."""

import json
from typing import Any, TypeAlias

from shared.exchanges import EVENTS, POSITION, SEQUENCE, own_exchange
from shared.messages.envelope import Envelope, Message
from shared.messages.registry import REGISTRY
from tests.house.messages_page import kind_of, route
from tests.house.tree import PROJECT

Json: TypeAlias = dict[str, Any]

PAGE = PROJECT / "docs" / "asyncapi.json"
REFERENCE = "#/components/schemas/{model}"
OPEN = "for consumers"
DESCRIPTION = """What Doukikai says over RabbitMQ. Messages with the tag "for consumers" reach \
the queues of programs outside, as consuming-events.md tells; the others stay between its \
services. Each is at least once on its way, and under one `id` however often. Those for consumers \
have a number without gaps in `x-sequence`, the same as in `GET /api/events` (openapi.json)."""
SERVERS: Json = {
    "rabbitmq": {
        "host": "broker:5672",
        "pathname": "/doukikai",
        "protocol": "amqp",
        "description": "In the network of docker-compose.yml; the operator makes the user.",
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }
}
HEADERS: Json = {
    SEQUENCE: {"type": "integer", "description": "One more than that of the event before."},
    POSITION: {"type": "integer", "description": "For Doukikai-Position in a request to the API."},
}


def asyncapi_page() -> str:
    """Write the whole document."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def document() -> Json:
    """Describe every message as AsyncAPI 3 says it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Doukikai",
            "version": "1.0.0",
            "description": DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "servers": SERVERS,
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, message) for name, message in REGISTRY.items()},
        "operations": {name: _operation(name, message) for name, message in REGISTRY.items()},
        "components": {
            "messages": {name: _message(name, message) for name, message in REGISTRY.items()},
            "securitySchemes": {"user": {"type": "userPassword"}},
            "schemas": dict(sorted(_schemas().items())),
        },
    }


def is_open(name: str, message: type[Message]) -> bool:
    """Tell whether programs outside may receive a message."""
    return route(name, message)[0] == own_exchange(EVENTS, "invitations")


def _channel(name: str, message: type[Message]) -> Json:
    exchange, _queues = route(name, message)
    return {
        "address": name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange, "type": "topic", "durable": True},
                "bindingVersion": "0.3.0",
            }
        },
    }


def _operation(name: str, message: type[Message]) -> Json:
    # Said of Doukikai as a whole: it receives wishes, and sends what came of them.
    return {
        "action": "receive" if kind_of(message) == "command" else "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "tags": _tags(name, message),
    }


def _message(name: str, message: type[Message]) -> Json:
    return {
        "name": name,
        "summary": (message.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "tags": _tags(name, message),
        **({"headers": _headers()} if is_open(name, message) else {}),
        "payload": {
            "allOf": [
                {"$ref": REFERENCE.format(model="Envelope")},
                {
                    "type": "object",
                    "properties": {
                        "name": {"const": name},
                        "body": {"$ref": REFERENCE.format(model=name)},
                    },
                },
            ]
        },
    }


def _headers() -> Json:
    return {"type": "object", "properties": HEADERS, "required": [*HEADERS]}


def _tags(name: str, message: type[Message]) -> list[Json]:
    kinds = [kind_of(message), *([OPEN] if is_open(name, message) else [])]
    return [{"name": kind} for kind in kinds]


def _schemas() -> Json:
    """Give every message's schema by its name on the wire, and every value's by its own."""
    found: Json = {}
    for name, contract in {"Envelope": Envelope, **REGISTRY}.items():
        schema = contract.model_json_schema(ref_template=REFERENCE)
        for value, inner in schema.pop("$defs", {}).items():
            if found.setdefault(value, inner) != inner:
                raise ValueError(f"two values are called {value}")
        found[name] = schema
    return found
