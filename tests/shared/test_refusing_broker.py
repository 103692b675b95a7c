"""Rule: a message that the broker does not take is retried; none is stuck or lost."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aio_pika
import aiohttp
import pytest
from aio_pika.exceptions import DeliveryError

from services.invitations.handlers import HANDLERS
from shared.broker import Broker
from shared.database import Connection
from shared.dispatch import Outcome, handle_once
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.messages.replies import CommandRefused
from shared.relay import Relay
from tests import builders
from tests.conftest import Site
from tests.shared.test_pipeline import dead_letters, join, pipeline
from tests.shared.test_silent_broker import ignore

KEY = "invitations.commands.1s"
BINDING = f"bindings/{{vhost}}/e/doukikai.retry.invitations/q/doukikai.retry.{KEY}"
SMALL = {"max-length": 1, "overflow": "reject-publish"}


async def manage(site: Site, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Look at the vhost, or change it, as an operator does."""
    login = aiohttp.encode_basic_auth(*site.servers.management_credentials)
    url = f"{site.servers.management_url}/api/{path.format(vhost=site.vhost)}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": login}) as http,
        http.request(method, url, json=body) as answer,
    ):
        answer.raise_for_status()
        return await answer.json() if method == "GET" else None


async def test_an_alarm_is_not_waited_for_by_a_connection_that_it_outlives(site: Site) -> None:
    """A blocked connection that breaks never reopens its channel: none asks to be informed."""
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    await broker.consume("invitations.commands", ignore, 1)
    connections: list[Any] = []
    async with asyncio.timeout(20):
        while len(connections) < 2:  # the broker tells of its connections a moment later
            connections = await manage(site, "GET", "vhosts/{vhost}/connections")
            connections = [each for each in connections if "client_properties" in each]
    capabilities = [each["client_properties"]["capabilities"] for each in connections]
    assert [each["publisher_confirms"] for each in capabilities] == [True, True]
    assert not any(each.get("connection.blocked") for each in capabilities)
    await broker.close()


async def test_a_failed_message_waits_in_hand_for_the_way_to_its_retry(site: Site) -> None:
    calls = 0
    failed = asyncio.Event()

    async def second_time_lucky(command: JoinInvitation, connection: Connection) -> Outcome:
        nonlocal calls
        calls += 1
        if calls < 2:
            failed.set()
            raise ValueError("a mistake of ours")
        return await HANDLERS[JoinInvitation](command, connection)

    await manage(site, "DELETE", f"{BINDING}/{KEY}")
    async with pipeline(site, {JoinInvitation: second_time_lucky}) as running:
        await running.say(Envelope.first(join()))
        await asyncio.wait_for(failed.wait(), 30)
        await manage(site, "POST", BINDING, {"routing_key": KEY})
        assert isinstance((await running.reply()).body, CommandRefused)
    assert calls == 2


async def test_a_message_that_a_full_queue_refuses_stays_in_the_outbox(site: Site) -> None:
    policy = {"pattern": "^gateway.events$", "apply-to": "queues", "priority": 9}
    await manage(site, "PUT", "policies/{vhost}/small", {**policy, "definition": SMALL})
    pool = await site.pool()
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    relay = Relay(pool, broker)

    async def fill() -> None:
        for _ in range(50):  # a quorum queue takes a few more than it should
            await handle_once(Envelope.first(builders.draft()), HANDLERS, pool)
            await relay.publish_batch()

    with pytest.raises(DeliveryError):
        await fill()

    assert await pool.fetchval("SELECT count(*) FROM outbox") == 1
    assert await dead_letters(site) == []
    await broker.close()
    await pool.close()


async def test_rubbish_that_the_full_queue_of_dead_letters_refuses_stops_nothing(
    site: Site,
) -> None:
    """A hostile publisher fills the dead letters first, then sends more than a consumer holds."""
    policy = {"pattern": "^doukikai.dead$", "apply-to": "queues", "priority": 9}
    await manage(site, "PUT", "policies/{vhost}/small", {**policy, "definition": SMALL})
    async with await aio_pika.connect(site.rabbitmq_url("scheduler")) as connection:
        channel = await connection.channel()
        dead = await channel.get_exchange("doukikai.dead.scheduler", ensure=False)

        async def fill() -> None:
            for _ in range(50):
                await dead.publish(aio_pika.Message(b"x"), "", timeout=10)

        with pytest.raises(DeliveryError):
            await fill()
        commands = await channel.get_exchange("doukikai.commands.scheduler", ensure=False)
        for _ in range(60):  # more than the consumer holds
            await commands.publish(aio_pika.Message(b"rubbish"), "invitations.Rubbish")
    async with pipeline(site, HANDLERS) as running:
        await running.say(Envelope.first(join()))
        assert isinstance((await running.reply()).body, CommandRefused)
