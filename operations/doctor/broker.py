"""Looks at RabbitMQ: its queues, their rules, who reads them, and what died."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import aiohttp

from operations import dead_queue
from operations.broker import BrokerAway, connected, readers
from operations.doctor.asking import ask
from operations.doctor.check import Away, Broken
from operations.doctor.versions import recent
from operations.letters import Selection
from operations.settings import Settings

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "definitions.json"
REFUSED = 401
DEAD = dead_queue.QUEUE


async def login(settings: Settings) -> str:
    """Log in as the command's own user, and see that no alarm stops publishers."""
    try:
        async with connected(settings.needed("rabbitmq_url")):
            pass
    except BrokerAway as away:
        raise Away("It cannot be reached.", away.__context__) from None
    versions: set[str] = set()
    for node in await management(settings, "nodes"):
        alarms = [name for name in ("mem_alarm", "disk_free_alarm") if node.get(name)]
        if alarms or not node.get("running", True):
            raise Broken(f"Node {node['name']}: {', '.join(alarms) or 'not running'}.")
        # A node that has only just come back tells nothing of itself yet.
        versions |= {
            recent("RabbitMQ", each["version"])
            for each in node.get("applications", ())
            if each["name"] == "rabbit"
        }
    return f"{' and '.join(sorted(versions)) or 'It'} takes messages."


async def queues(settings: Settings) -> str:
    """Check that queues and bindings match definitions.json, and that each queue has a consumer."""
    definitions = json.loads(DEFINITIONS.read_text())
    known = [each["name"] for each in definitions["queues"]]
    listed = {
        each["name"]: each for each in await management(settings, f"queues/{vhost(settings)}")
    }
    wrong = []
    async with connected(settings.needed("rabbitmq_url")) as connection:
        for name in known:
            # The management's own count of readers is some seconds old.
            count = await readers(connection, name)
            wrong.append(_wrong(name, count, listed.get(name, {})))
    wanted = {_ends(each) for each in definitions["bindings"]}
    for each in await management(settings, f"bindings/{vhost(settings)}"):
        source, _, destination = _ends(each)
        if source and destination in known and _ends(each) not in wanted:
            wrong.append(f"{source} still leads to {destination}: run make up.")
    if any(wrong):
        raise Broken(" ".join(filter(None, wrong)))
    return f"All {len(known)} are there, under their policies and read."


def _ends(binding: Mapping[str, Any]) -> tuple[str, str, str]:
    return binding["source"], binding["routing_key"], binding["destination"]


def _wrong(name: str, count: int | None, listed: Mapping[str, Any]) -> str:
    if count is None:
        return f"The queue {name} is missing."
    if listed.get("state") not in {None, "running"}:
        return f"The queue {name} is {listed['state']}."
    if not listed.get("policy"):
        return f"No policy applies to the queue {name}."
    if not count and not name.startswith("doukikai."):
        return f"Nobody reads the queue {name}."
    return ""


async def dead_letters(settings: Settings) -> str:
    """Check that no dead letters wait for an operator."""
    async with dead_queue.opened(settings.needed("rabbitmq_url")) as letters:
        found = await letters.find(Selection())
    if found:
        raise Broken(f"{len(found)} dead letters wait for you: doukikai dead list")
    return "There are none."


async def management(settings: Settings, what: str) -> list[dict[str, Any]]:
    """List what RabbitMQ's management knows; raises Broken or Away."""
    url = urlsplit(settings.needed("rabbitmq_url"))
    login = aiohttp.encode_basic_auth(url.username or "", unquote(url.password or ""))
    status, said = await ask(
        f"{settings.needed('rabbitmq_management_url')}/api/{what}",
        headers={"Authorization": login},
        named="RABBITMQ_MANAGEMENT_URL",
    )
    if status == REFUSED:
        raise Broken("RabbitMQ's management refuses the user of RABBITMQ_URL.")
    if not isinstance(said, list):
        raise Broken(f"RabbitMQ's management answers {status}.")
    return said


def vhost(settings: Settings) -> str:
    """Give the vhost of RABBITMQ_URL as a part of an address."""
    return quote(unquote(urlsplit(settings.needed("rabbitmq_url")).path[1:]), safe="")
