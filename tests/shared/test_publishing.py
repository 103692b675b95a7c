"""Rule: messages that are written together are confirmed one by one."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import PublishError
from aiormq.exceptions import ChannelAccessRefused

from shared import broker as subject
from shared.broker import Broker
from shared.errors import is_server_error
from shared.exchanges import COMMANDS, EVENTS, REPLIES
from shared.publishing import Outgoing
from tests.conftest import Site
from tests.shared.wire import wire

ONE_FRAME = 131_072  # what RabbitMQ takes in one at most


@pytest.fixture
async def broker(site: Site) -> AsyncIterator[Broker]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    yield broker
    await broker.close()


def reply(body: str = "", *, exchange: str = REPLIES) -> Outgoing:
    key = "replies.CommandAccepted"
    return Outgoing(exchange, key, body.encode(), str(uuid4()), key, {})


@asynccontextmanager
async def heard(site: Site) -> AsyncIterator[asyncio.Queue[bytes]]:
    """Hear what arrives at the gateway, in its order."""
    bodies: asyncio.Queue[bytes] = asyncio.Queue()
    async with await aio_pika.connect(site.rabbitmq_url("gateway")) as connection:
        queue = await (await connection.channel()).get_queue("gateway.replies")

        async def hear(message: AbstractIncomingMessage) -> None:
            bodies.put_nowait(message.body)

        await queue.consume(hear, no_ack=True)
        yield bodies


async def test_messages_that_are_written_together_arrive_in_order(
    site: Site, broker: Broker
) -> None:
    bodies = [f"{number}" for number in range(250)]
    async with heard(site) as arrived, asyncio.timeout(30):
        assert await broker.publish_all([reply(body) for body in bodies]) == [None] * 250
        assert [(await arrived.get()).decode() for _ in bodies] == bodies


async def test_one_that_no_queue_takes_is_reported_among_many(broker: Broker) -> None:
    messages = [reply(exchange=EVENTS if number == 7 else REPLIES) for number in range(20)]
    failures = await broker.publish_all(messages)
    assert isinstance(failures.pop(7), PublishError)
    assert failures == [None] * 19
    assert await broker.publish_all([reply()]) == [None]


@pytest.mark.parametrize("size", [0, 1, ONE_FRAME - 9, ONE_FRAME - 8, ONE_FRAME, 3 * ONE_FRAME + 1])
async def test_a_body_of_any_size_arrives_whole(site: Site, broker: Broker, size: int) -> None:
    bodies = ["before", "た" * (size // 3) + "x" * (size % 3), "after"]
    async with heard(site) as arrived, asyncio.timeout(30):
        assert await broker.publish_all([reply(body) for body in bodies]) == [None] * 3
        assert [(await arrived.get()).decode() for _ in bodies] == bodies


async def test_one_that_cannot_be_written_is_not_counted(broker: Broker) -> None:
    """Otherwise every later message would get the confirm of another one."""
    unwritable = reply()._replace(routing_key="x" * 256)
    with pytest.raises(TypeError, match="255"):
        await broker.publish_all([reply(), unwritable, reply()])
    await test_one_that_no_queue_takes_is_reported_among_many(broker)


async def test_each_of_many_simultaneous_publishers_gets_its_own_confirm(broker: Broker) -> None:
    """More than the socket's buffer holds; every third message finds no queue and alone fails."""
    exchanges = [EVENTS if number % 3 == 0 else REPLIES for number in range(600)]

    async def publish(exchange: str) -> str:
        [failure] = await broker.publish_all([reply(exchange=exchange)])
        return EVENTS if isinstance(failure, PublishError) else REPLIES

    assert await asyncio.gather(*map(publish, exchanges)) == exchanges


async def test_a_caller_who_gives_up_waiting_leaves_no_confirm_behind(broker: Broker) -> None:
    """A confirm without a caller is not taken by another, and asyncio reports no error."""
    complaints: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: complaints.append(context))
    for _ in range(20):
        hasty = asyncio.create_task(broker.publish_all([reply(exchange=EVENTS)]))
        await asyncio.wait({hasty}, timeout=0)  # it has been written
        hasty.cancel()
        assert await broker.publish_all([reply()]) == [None]
    gc.collect()
    loop.set_exception_handler(None)
    assert complaints == []
    with pytest.raises(PublishError):
        await broker.publish(EVENTS, "replies.CommandAccepted", "{}", message_id=str(uuid4()))


async def test_a_connection_that_breaks_is_reported_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "CONFIRM_SECONDS", 600)
    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(20):
        broker = await Broker.connect(between.url)
        between.mute()
        asked = between.asked
        publishing = asyncio.create_task(broker.publish_all([reply(exchange=COMMANDS)]))
        while between.asked == asked:  # noqa: ASYNC110 - a wire tells nobody
            await asyncio.sleep(0.01)
        between.cut()
        [failure] = await publishing
        assert failure is not None
        assert is_server_error(failure)
        await broker.close()


async def test_a_channel_that_the_broker_closes_is_reported_with_its_reason(broker: Broker) -> None:
    """An operator reads it in the log: a right or an exchange that is missing is no silence."""
    with pytest.raises(ChannelAccessRefused):
        await broker.publish("nowhere", "replies.CommandAccepted", "{}", message_id=str(uuid4()))
    async with asyncio.timeout(30):
        while await broker.publish_all([reply()]) != [None]:  # noqa: ASYNC110 - a broker tells nothing
            await asyncio.sleep(0.05)  # a publisher pauses before it tries again
