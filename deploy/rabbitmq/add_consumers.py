"""Complete definitions.json with queues for programs outside, each with a user that only reads."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

# Nothing of a ticket: who has one is nobody else's affair.
ROUTING_KEY = "invitations.#"
DAYS_WITHOUT_A_READER = 30  # then RabbitMQ deletes the queue: `expires` of the policy "consumers"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class NameRefused(ValueError):  # noqa: N818 - it reads as what happened to the name
    """A consumer cannot be called this."""


def consumer_names(setting: str) -> list[str]:
    """Read the setting CONSUMERS: names with commas between; raises NameRefused."""
    names = [name.strip() for name in setting.split(",") if name.strip()]
    for name in names:
        if not _NAME.fullmatch(name):
            raise NameRefused(f"CONSUMERS names {name!r}; use a-z, 0-9 and -, a letter first.")
    return sorted(set(names))


def queue_of(name: str) -> str:
    """Give the name of a consumer's queue, which is also its user's."""
    return f"consumers.{name}"


def add_consumers(definitions: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return definitions with a queue of all public events for each consumer, and its user.

    The queue is ours: a program that may declare a queue may make it refuse when it is full, and
    our relay would then wait for a program that nobody runs any more.
    """
    [vhost] = [each["name"] for each in definitions["vhosts"]]
    added = {
        "queues": [_queue(vhost, name) for name in names],
        "bindings": [_binding(vhost, name) for name in names],
        "permissions": [_permission(vhost, name) for name in names],
    }
    return {**definitions, **{kind: [*definitions[kind], *each] for kind, each in added.items()}}


def _queue(vhost: str, name: str) -> dict[str, Any]:
    return {
        "name": queue_of(name),
        "vhost": vhost,
        "durable": True,
        "auto_delete": False,
        "arguments": {"x-queue-type": "quorum", "x-single-active-consumer": True},
    }


def _binding(vhost: str, name: str) -> dict[str, Any]:
    return {
        "source": "doukikai.events.invitations",
        "vhost": vhost,
        "destination": queue_of(name),
        "destination_type": "queue",
        "routing_key": ROUTING_KEY,
        "arguments": {},
    }


def _permission(vhost: str, name: str) -> dict[str, Any]:
    queue = f"^{re.escape(queue_of(name))}$"
    return {
        "user": queue_of(name),
        "vhost": vhost,
        "configure": "^$",
        "write": "^$",
        "read": queue,
    }
