"""Writes docs/messages.md: every message, who owns it, what it means and where it goes."""

import json
from collections.abc import Iterator
from typing import Any

from shared.exchanges import exchange_of, own_exchange
from shared.messages.envelope import Command, Message, Reply, ScheduledCommand
from shared.messages.registry import REGISTRY
from shared.proofs import GATEWAY, SCHEDULER
from tests.house.contracts import VIEWS, schemas
from tests.house.fields import type_of
from tests.house.tree import PROJECT

PAGE = PROJECT / "docs" / "messages.md"
INTRODUCTION = """# Messages

Everything that crosses RabbitMQ, and what `GET /api/invitations` answers. Written by `make docs`
from `shared/messages/`; [growth.py](../tests/house/growth.py) says what may change.

A contract may only grow: a new message, a new field that may be absent, a wider type. What takes
more than it did goes to every reader first, and to the writers in a later release. A break needs
a new message beside the old one; the stored schema is deleted once nobody sends the old.

Events of invitations are public: only new messages and new fields
([how events change](consuming-events.md#how-events-change), [asyncapi.json](asyncapi.json)).
"""


def messages_page() -> str:
    """Write the whole page."""
    parts = [INTRODUCTION, "## The envelope\n", *_section("Envelope", "around every message")]
    for title, kind in (("Commands", "command"), ("Events", "event"), ("Replies", "reply")):
        parts.append(f"## {title}\n")
        for name, message in REGISTRY.items():
            if kind_of(message) == kind:
                parts += _section(name, _way(name, message))
    parts.append("## Views\n")
    for name in VIEWS:
        parts += _section(name, "answered by the HTTP API of invitations")
    parts += ["## Values\n", *_values()]
    return "\n".join(parts)


def _section(name: str, way: str) -> Iterator[str]:
    schema = schemas()[name]
    yield f"### {name}\n"
    yield f"{schema.get('description', '')}\n"
    yield f"*{way}* · [schema](../contracts/{name}.json)\n"
    yield from _table(schema)


def _table(schema: dict[str, Any]) -> Iterator[str]:
    yield "| field | type | when absent |\n|---|---|---|"
    for name, field in schema["properties"].items():
        absent = "" if name in schema.get("required", []) else _absent(field)
        yield f"| `{name}` | {type_of(field)} | {absent} |"
    yield ""


def _absent(field: dict[str, Any]) -> str:
    return f"`{json.dumps(field['default'])}`" if "default" in field else "generated"


def _values() -> Iterator[str]:
    known = {name: value for s in schemas().values() for name, value in s.get("$defs", {}).items()}
    for name, schema in sorted(known.items()):
        if schema["properties"]:  # the envelope's body is described above, message by message
            yield f"### {name}\n"
            yield f"{schema['description']}\n"
            yield from _table(schema)


def kind_of(message: type[Message]) -> str:
    """Tell whether a message is a command, an event or a reply."""
    if issubclass(message, Command):
        return "command"
    return "reply" if issubclass(message, Reply) else "event"


def _way(name: str, message: type[Message]) -> str:
    owner = {
        "command": f"command, owned by {name.partition('.')[0]}",
        "event": f"event, published by {name.partition('.')[0]}",
        "reply": "reply, by the service that owns the command",
    }
    exchange, reached = route(name, message)
    queues = ", ".join(f"`{queue}`" for queue in reached)
    return f"{owner[kind_of(message)]} → `{exchange}`, key `{name}` → {queues}"


def publisher_of(name: str, message: type[Message]) -> str:
    """Return who publishes a message; an answer of every service is shown as one of them."""
    if issubclass(message, Command):
        return SCHEDULER if issubclass(message, ScheduledCommand) else GATEWAY
    owner = name.partition(".")[0]
    return "invitations" if owner == "replies" else owner


def route(name: str, message: type[Message]) -> tuple[str, list[str]]:
    """Return a message's exchange and the queues it reaches; each binding ends in a `#`."""
    exchange = own_exchange(exchange_of(message.model_construct()), publisher_of(name, message))
    definitions = json.loads((PROJECT / "deploy/rabbitmq/definitions.json").read_text())
    return exchange, [
        binding["destination"]
        for binding in definitions["bindings"]
        if binding["source"] == exchange
        and name.startswith(binding["routing_key"].removesuffix("#"))
    ]
