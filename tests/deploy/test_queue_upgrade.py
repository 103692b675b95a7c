"""An installation from before each publisher had its own exchanges takes the new definitions."""

import asyncio
from typing import Any

import aio_pika
import aiohttp
from aiormq.exceptions import ChannelAccessRefused

from deploy.local.rabbitmq import definitions
from tests.conftest import Site

DURABLE = {"durable": True, "auto_delete": False, "arguments": {}}
QUORUM = {"durable": True, "auto_delete": False, "arguments": {"x-queue-type": "quorum"}}
OLD_RETRY = "doukikai.retry.1s"


def earlier() -> dict[str, Any]:
    """Return what definitions.json held of retries, events and the rights of tickets."""
    retries = {
        "message-ttl": 1000,
        "dead-letter-exchange": "",
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
    }
    work = [each for each in definitions()["queues"] if not each["name"].startswith("doukikai.")]
    return {
        "permissions": [
            {
                "user": "tickets",
                "configure": "^$",
                "write": r"^doukikai\.(events|replies|retry\.(1s|10s|60s)|dead)$",
                "read": r"^tickets\.commands$",
            }
        ],
        "policies": [
            {
                "name": "retry.1s",
                "pattern": r"^doukikai\.retry\.1s$",
                "apply-to": "queues",
                "priority": 0,
                "definition": retries,
            }
        ],
        "exchanges": [
            {"name": OLD_RETRY, "type": "fanout", "internal": False, **DURABLE},
            {"name": "doukikai.events", "type": "topic", "internal": False, **DURABLE},
            {"name": "doukikai.dead", "type": "fanout", "internal": False, **DURABLE},
        ],
        "queues": [*work, {"name": OLD_RETRY, **QUORUM}, {"name": "doukikai.dead", **QUORUM}],
        "bindings": [
            {
                "source": OLD_RETRY,
                "destination": OLD_RETRY,
                "destination_type": "queue",
                "routing_key": "",
                "arguments": {},
            }
        ],
    }


async def import_earlier(site: Site, vhost: str) -> None:
    login = aiohttp.encode_basic_auth(*site.servers.management_credentials)
    url = f"{site.servers.management_url}/api"
    body = {kind: [{**each, "vhost": vhost} for each in rows] for kind, rows in earlier().items()}
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        (await http.put(f"{url}/vhosts/{vhost}")).raise_for_status()
        operator = {"configure": ".*", "write": ".*", "read": ".*"}
        answer = await http.put(f"{url}/permissions/{vhost}/operator", json=operator)
        answer.raise_for_status()
        body = {"vhosts": [{"name": vhost}], **body}
        (await http.post(f"{url}/definitions", json=body)).raise_for_status()


async def retry_as_before(site: Site, vhost: str) -> None:
    url = site.servers.rabbitmq_url("tickets", vhost)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        exchange = await channel.get_exchange(OLD_RETRY, ensure=False)
        await exchange.publish(aio_pika.Message(b"again"), "invitations.commands", timeout=10)


async def bound(site: Site, vhost: str) -> set[tuple[str, str, str]]:
    """Return what is bound to queues of the definitions."""
    known = {each["name"] for each in definitions()["queues"]}
    login = aiohttp.encode_basic_auth(*site.servers.management_credentials)
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        listed = await (
            await http.get(f"{site.servers.management_url}/api/bindings/{vhost}")
        ).json()
    return {_ends(each) for each in listed if each["source"] and each["destination"] in known}


def _ends(binding: dict[str, Any]) -> tuple[str, str, str]:
    return binding["source"], binding["routing_key"], binding["destination"]


async def test_what_the_definitions_no_longer_bind_is_unbound_at_the_end_of_an_upgrade(
    site: Site,
) -> None:
    """Until then the release before reads its queues as ever."""
    url = site.rabbitmq_url("operator")
    old = ("doukikai.replies.tickets", "#", "gateway.replies")
    site.servers.create_vhost(site.vhost, ("example",))  # whose bindings no file has
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(old[2])
        await queue.bind(old[0], old[1])
    wanted = {_ends(each) for each in definitions()["bindings"]}
    assert await bound(site, site.vhost) == wanted | {old}
    site.servers.unbind(site.vhost)
    assert await bound(site, site.vhost) == wanted
    site.servers.unbind(site.vhost)


async def test_the_new_definitions_are_imported_over_the_old_ones(site: Site) -> None:
    vhost = f"{site.vhost}_old"
    await import_earlier(site, vhost)
    try:
        await retry_as_before(site, vhost)
        site.servers.create_vhost(vhost)

        # What waited for its retry comes back, and nobody can send anything there any more.
        url = site.servers.rabbitmq_url("invitations", vhost)
        async with await aio_pika.connect(url) as connection:
            arrived: asyncio.Queue[Any] = asyncio.Queue()
            queue = await (await connection.channel()).get_queue("invitations.commands")
            await queue.consume(arrived.put, no_ack=True)
            async with asyncio.timeout(20):
                assert (await arrived.get()).body == b"again"
        refused = await asyncio.gather(retry_as_before(site, vhost), return_exceptions=True)
        assert isinstance(refused[0], ChannelAccessRefused)
    finally:
        site.servers.drop_vhost(vhost)
