"""A program outside reads its own queue and can do nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
import aiohttp
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelAccessRefused

from deploy.local.rabbitmq import definitions
from deploy.local.servers import Servers
from deploy.rabbitmq.add_consumers import NameRefused, consumer_names
from deploy.rabbitmq.add_users import CONSUMER_LIMITS
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantJoined
from tests.conftest import Site
from tests.services.scheduler.stories import from_now, state

OWN = "consumers.example"


@pytest.fixture
def vhost(site: Site) -> str:
    """Give a vhost with a consumer's queue and that of another, on a site of the test's own."""
    site.servers.create_vhost(site.vhost, ("example", "other"))
    return site.vhost


async def is_refused(url: str, act: Callable[[AbstractChannel], Awaitable[object]]) -> bool:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        try:
            await act(channel)
        except ChannelAccessRefused:
            return True
        return False


async def leave(_message: AbstractIncomingMessage) -> None:
    """Leave a message where it is."""


async def test_a_consumer_reads_its_own_queue_and_may_do_nothing_else(
    servers: Servers, vhost: str
) -> None:
    url = servers.rabbitmq_url(OWN, vhost)

    async def read(channel: AbstractChannel, name: str) -> None:
        await (await channel.get_queue(name, ensure=False)).consume(leave)

    async def write(channel: AbstractChannel, name: str) -> None:
        exchange = await channel.get_exchange(name, ensure=False)
        await exchange.publish(aio_pika.Message(b"{}"), "invitations.ParticipantJoined")

    async def speak_by_default(channel: AbstractChannel, name: str) -> None:
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), name)

    async def bind(channel: AbstractChannel, name: str) -> None:
        queue = await channel.get_queue(OWN, ensure=False)
        await queue.bind(name, "#")

    async def declare(channel: AbstractChannel, name: str) -> None:
        await channel.declare_queue(name)

    async def delete(channel: AbstractChannel, name: str) -> None:
        await channel.queue_delete(name)

    queues = [OWN, "consumers.other", *(each["name"] for each in definitions()["queues"])]
    exchanges = ["amq.topic", *(each["name"] for each in definitions()["exchanges"])]
    tried: list[tuple[Any, list[str]]] = [
        (read, queues),
        (write, exchanges),
        (speak_by_default, queues),
        (bind, exchanges),
        (declare, ["consumers.third"]),
        (delete, [OWN]),
    ]
    allowed = {
        (act.__name__, name)
        for act, names in tried
        for name in names
        if not await is_refused(url, lambda channel, a=act, n=name: a(channel, n))  # type: ignore[misc]
    }
    assert allowed == {("read", OWN)}


def joined(user_id: str, version: int) -> Envelope:
    invitation = state(1001, version, from_now(3600))
    return Envelope.first(
        ParticipantJoined(invitation=invitation, user_id=user_id, user_name="たろう")
    )


async def test_the_queue_of_an_absent_consumer_drops_the_oldest_and_refuses_nobody(
    servers: Servers, vhost: str
) -> None:
    [policy] = [each for each in definitions()["policies"] if each["name"] == "consumers"]
    smaller = {**policy, "definition": {**policy["definition"], "max-length": 2}}
    login = aiohttp.encode_basic_auth(*servers.management_credentials)
    url = f"{servers.management_url}/api/policies/{vhost}/consumers"
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        assert (await http.put(url, json=smaller)).status in (201, 204)
    broker = await Broker.connect(servers.rabbitmq_url("invitations", vhost))
    events = [joined("42", version) for version in range(1, 6)]
    for event in events:
        await broker.publish(EVENTS, event.name, event)  # waits for the confirm of every queue
    await broker.close()

    async with await aio_pika.connect(servers.rabbitmq_url(OWN, vhost)) as connection:
        arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        queue = await (await connection.channel()).get_queue(OWN)
        assert queue.declaration_result.message_count == 2
        await queue.consume(arrived.put)
        async with asyncio.timeout(30):
            kept = [(await arrived.get()).message_id for _ in range(2)]
    assert kept == [str(event.id) for event in events[-2:]]


@pytest.mark.parametrize("setting", ["a b", "Stats", "stats,../x", "consumers.*"])
def test_a_name_that_rabbitmq_or_a_shell_could_misread_is_refused(setting: str) -> None:
    with pytest.raises(NameRefused, match="CONSUMERS names"):
        consumer_names(setting)
    assert consumer_names(" website, stats,,stats") == ["stats", "website"]


async def test_a_consumer_has_few_channels_each_of_which_may_hold_an_unfinished_message(
    site: Site, vhost: str
) -> None:
    """RabbitMQ keeps such a message in memory, also for a user who may write nowhere."""
    connection = await aio_pika.connect(site.servers.rabbitmq_url("consumers.example", vhost))
    for _ in range(CONSUMER_LIMITS["max-channels"]):
        await connection.channel()
    with pytest.raises(AMQPError, match="limit"):
        await connection.channel()
    await connection.close()
