"""What each service may do at the broker, tried for real, and where refused messages go."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused

QUEUES = {
    "gateway": {"gateway.replies", "gateway.events"},
    "invitations": {"invitations.commands"},
    "tickets": {"tickets.commands"},
    "scheduler": {"scheduler.events"},
    "operations": {"doukikai.dead"},
}
EXCHANGES = {
    "gateway": {"doukikai.commands"},
    "invitations": {"doukikai.events", "doukikai.replies"},
    "tickets": {"doukikai.events", "doukikai.replies"},
    "scheduler": {"doukikai.commands"},
    "operations": set[str](),  # the default exchange alone, back to the queue of a dead letter
}
AFTERWARDS = {"doukikai.retry.1s", "doukikai.retry.10s", "doukikai.retry.60s", "doukikai.dead"}
ROUTING_KEYS = {
    "doukikai.commands": "invitations.JoinInvitation",
    "doukikai.events": "invitations.ParticipantJoined",
    "doukikai.replies": "invitations.Accepted",
}
ALL_QUEUES = set[str]().union(*QUEUES.values()) | AFTERWARDS
ALL_EXCHANGES = set[str]().union(*EXCHANGES.values()) | AFTERWARDS | {"amq.topic"}


@pytest.fixture(params=sorted(QUEUES))
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def vhost(servers: Any) -> Iterator[str]:
    """Give a vhost that the tests of permissions share: what they leave in it means nothing."""
    servers.create_vhost("permissions")
    yield "permissions"
    servers.drop_vhost("permissions")


@pytest.fixture
async def connection(vhost: str, servers: Any, user: str) -> AsyncIterator[AbstractConnection]:
    async with await aio_pika.connect(servers.rabbitmq_url(user, vhost)) as connection:
        yield connection


async def _leave(message: AbstractIncomingMessage) -> None:
    """Leave a message where it is: closing the channel gives it back."""


async def _is_refused(connection: AbstractConnection, act: Any) -> bool:
    """Tell whether an act on a channel of its own (a refusal closes it) is refused."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        await act(channel)
    except ChannelAccessRefused:
        return True
    await channel.close()
    return False


async def test_a_user_reads_its_own_queues_and_no_other(
    connection: AbstractConnection, user: str
) -> None:
    readable = set()
    for name in ALL_QUEUES:

        async def read(channel: AbstractChannel, name: str = name) -> None:
            queue = await channel.get_queue(name, ensure=False)
            await queue.cancel(await queue.consume(_leave))

        if not await _is_refused(connection, read):
            readable.add(name)
    assert readable == QUEUES[user]


async def test_a_user_writes_to_its_own_exchanges_and_no_other(
    connection: AbstractConnection, user: str
) -> None:
    writable = set()
    for name in ALL_EXCHANGES:

        async def write(channel: AbstractChannel, name: str = name) -> None:
            exchange = await channel.get_exchange(name, ensure=False)
            await exchange.publish(
                aio_pika.Message(b"{}"), ROUTING_KEYS.get(name, "nowhere"), timeout=5
            )

        if not await _is_refused(connection, write):
            writable.add(name)
    assert writable == EXCHANGES[user] | (AFTERWARDS if EXCHANGES[user] else set())


async def test_a_user_declares_and_deletes_nothing(
    connection: AbstractConnection, user: str
) -> None:
    own = min(QUEUES[user])

    async def declare(channel: AbstractChannel) -> None:
        await channel.declare_queue("its.own.queue")

    async def delete(channel: AbstractChannel) -> None:
        await channel.queue_delete(own)

    assert await _is_refused(connection, declare)
    assert await _is_refused(connection, delete)


async def test_a_retried_message_comes_back_to_the_queue_it_came_from(site: Any) -> None:
    async with await aio_pika.connect(site.rabbitmq_url("invitations")) as connection:
        channel = await connection.channel(on_return_raises=True)
        retry = await channel.get_exchange("doukikai.retry.1s", ensure=False)
        await retry.publish(aio_pika.Message(b"again"), "invitations.commands", timeout=5)
        message = await _next(channel, "invitations.commands")
        await message.ack()
        assert message.body == b"again"


async def test_a_rejected_message_ends_in_the_dead_letter_queue(site: Any) -> None:
    async with (
        await aio_pika.connect(site.rabbitmq_url("gateway")) as gateway,
        await aio_pika.connect(site.rabbitmq_url("tickets")) as tickets,
        await aio_pika.connect(site.rabbitmq_url("operator")) as operator,
    ):
        sending = await gateway.channel(on_return_raises=True)
        commands = await sending.get_exchange("doukikai.commands", ensure=False)
        await commands.publish(aio_pika.Message(b"poison"), "tickets.OpenTicket", timeout=5)
        poison = await _next(await tickets.channel(), "tickets.commands")
        await poison.reject(requeue=False)
        dead = await _next(await operator.channel(), "doukikai.dead")
        assert dead.body == b"poison"
        assert dead.headers["x-first-death-queue"] == "tickets.commands"


async def _next(channel: AbstractChannel, name: str) -> AbstractIncomingMessage:
    """Wait for the next message of a queue."""
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    queue = await channel.get_queue(name, ensure=False)
    tag = await queue.consume(arrived.put)
    async with asyncio.timeout(20):
        message = await arrived.get()
    await queue.cancel(tag)
    return message
