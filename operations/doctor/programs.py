"""Looks at the queues of programs outside: what waits there, who reads it, and what was dropped."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from operations.broker import connected, readers
from operations.doctor.asking import ask
from operations.doctor.broker import management, vhost
from operations.doctor.check import Absent, Away, Broken, Check, Examination
from operations.settings import Settings

PREFIX = "consumers."
DAY = 86400.0
LAST_READ = "queue:last_read:timestamp_seconds"  # a rule of deploy/prometheus/rules/programs.yml


async def examine_programs(settings: Settings, found: Examination) -> None:
    """Look at each program's queue, unless they cannot be listed."""
    listed: list[dict[str, Any]] = []

    async def look() -> str:
        queues = await management(settings, f"queues/{vhost(settings)}")
        listed.extend(each for each in queues if each["name"].startswith(PREFIX))
        return f"{len(listed)} have a queue."

    await found.look_at([Check("programs", look, ("RabbitMQ",))])
    await found.look_at(
        Check(f"program {each['name'].removeprefix(PREFIX)}", partial(_program, settings, each))
        for each in listed
    )


async def _program(settings: Settings, queue: Mapping[str, Any]) -> str:
    async with connected(settings.needed("rabbitmq_url")) as connection:
        # The management's own count of readers is some seconds old.
        count = await readers(connection, queue["name"])
    if not queue.get("policy"):
        raise Broken(f"No policy applies to the queue {queue['name']}.")
    in_hand, limits = queue.get("messages_unacknowledged", 0), queue["effective_policy_definition"]
    said = f"{queue.get('messages_ready', 0)} events wait and {in_hand} are in hand{_lost(queue)}."
    if _is_full(queue, limits):
        raise Broken(f"Its queue is full and drops the oldest events. Readers: {count}. {said}")
    if count:
        return f"Readers: {count}. {said}"
    left = limits["expires"] / 1000 - await _seconds_unread(settings, queue["name"])
    sentence = f"It does not read. {said} RabbitMQ deletes its queue in {left / DAY:.0f} days."
    if left < limits["expires"] / 1000 - DAY:
        raise Broken(sentence)
    raise Absent(sentence)


def _is_full(queue: Mapping[str, Any], limits: Mapping[str, int]) -> bool:
    """Tell whether the next event may push out the oldest; what is in hand takes no room."""
    count, size = queue.get("messages_ready", 0), queue.get("message_bytes_ready", 0)
    next_size = size / count if count else 0
    return bool(count >= limits["max-length"] or size + next_size > limits["max-length-bytes"])


def _lost(queue: Mapping[str, Any]) -> str:
    """Say how many events the queue has dropped; RabbitMQ counts all but these.

    Counts begin when a node starts, so a queue of several nodes has counts that do not agree.
    """
    counts = queue.get("message_stats", {})
    taken = sum(counts.get(kind, 0) for kind in ("ack", "deliver_no_ack", "get_no_ack"))
    lost = counts.get("publish", 0) - taken - queue.get("messages", 0)
    if lost <= 0 or len(queue.get("members", ())) != 1:
        return ""
    return f"; {lost} were dropped since RabbitMQ started"


async def _seconds_unread(settings: Settings, name: str) -> float:
    """Return for how long a queue has had no reader; 0 if no Prometheus knows."""
    if settings.prometheus_url is None:
        return 0
    query = quote(f'{LAST_READ}{{queue="{name}"}}')
    try:
        _, said = await ask(
            f"{settings.prometheus_url}/api/v1/query?query={query}", named="Prometheus"
        )
        return time.time() - max(float(each["value"][1]) for each in said["data"]["result"])
    except (Away, LookupError, TypeError, ValueError):  # it has a line of its own
        return 0
