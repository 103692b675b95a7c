"""Rule: after a broken connection the consumer reconnects by itself and loses nothing."""

import asyncio

import aio_pika
import pytest
from aio_pika.abc import Arguments

from shared import consumer as consuming
from shared import subscription
from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, one_by_one
from shared.exchanges import COMMANDS, own_exchange
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.tasks import end
from tests import builders
from tests.conftest import Site
from tests.keys import proved, publisher
from tests.shared.wire import wire

ARGUMENTS: Arguments = {"x-queue-type": "quorum", "x-single-active-consumer": True}


def join() -> Envelope:
    return Envelope.first(JoinInvitation(actor=builders.MEMBER, invitation_id="404"))


async def nothing(_envelope: Envelope) -> Handled:
    return "done"


async def test_a_consumer_takes_messages_again_after_a_cut(site: Site) -> None:
    handled: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle(envelope: Envelope) -> Handled:
        handled.put_nowait(envelope)
        return "done"

    gateway = await publisher(site.rabbitmq_url("gateway"))
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        consumer = Consumer(
            broker, "invitations.commands", one_by_one(handle), proved("invitations")
        )
        await consumer.start(10)
        before, after = join(), join()
        await gateway.publish(COMMANDS, before.name, before)
        await asyncio.wait_for(handled.get(), 30)
        between.cut()
        await gateway.publish(COMMANDS, after.name, after)
        async with asyncio.timeout(30):
            while (await handled.get()).id != after.id:
                pass  # the first one may come again
        await consumer.stop()
        await broker.close()
    await gateway.close()


async def test_a_probe_of_a_connection_that_has_just_closed_ends_no_process(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection closes before aio-pika has noticed it."""
    monkeypatch.setattr(subscription, "PROBE_SECONDS", -1.0)
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    consumer = Consumer(broker, "invitations.commands", one_by_one(nothing), proved("invitations"))
    await consumer.start(10)
    subscribed = consumer.subscription
    assert subscribed is not None
    [robust] = broker._consuming  # noqa: SLF001 - closed as the broker would
    assert robust.transport is not None
    connection = robust.transport.connection
    closing = asyncio.ensure_future(connection.close(ConnectionError("cut off")))
    while not connection.is_closed:  # noqa: ASYNC110 - only the next turns of the loop
        await asyncio.sleep(0)
    assert robust.connected.is_set()
    await subscribed.revive()
    await closing
    await consumer.stop()
    await broker.close()


async def test_a_consumer_whose_broker_stays_away_can_be_stopped(site: Site) -> None:
    """SIGTERM during an outage: the cancellation that nobody will confirm is not waited for."""
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        consumer = Consumer(
            broker, "invitations.commands", one_by_one(nothing), proved("invitations")
        )
        await consumer.start(10)
        between.cut(stays_cut=True)
        async with asyncio.timeout(30):
            while broker.is_connected:  # noqa: ASYNC110 - aio-pika tells only its own channels
                await asyncio.sleep(0.05)
            await consumer.stop()
            await broker.close()


@pytest.mark.parametrize("way", ["deleted and made again", "cancelled"])
async def test_a_consumer_that_the_broker_cancels_consumes_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Rule: it is alive only while the broker delivers to it, and it does not stay deaf."""
    monkeypatch.setattr(subscription, "REVIVE_SECONDS", 0.2)
    monkeypatch.setattr(consuming, "WATCH_SECONDS", 0.1)
    handled: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle(envelope: Envelope) -> Handled:
        handled.put_nowait(envelope)
        return "done"

    gateway = await publisher(site.rabbitmq_url("gateway"))
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    consumer = Consumer(broker, "invitations.commands", one_by_one(handle), proved("invitations"))
    await consumer.start(10)
    if way == "cancelled":
        # As if the broker's notice had been lost: only the broker no longer knows the consumer.
        monkeypatch.setattr(subscription, "PROBE_SECONDS", 0.2)
        current = consumer.subscription
        assert current is not None
        channel = await current.channel.get_underlay_channel()
        await channel.basic_cancel(current.tag)
        current.consumers[current.tag] = ignore
    else:
        async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
            channel = await connection.channel()
            await channel.queue_delete("invitations.commands")
            async with asyncio.timeout(30):
                while consumer.is_alive:  # noqa: ASYNC110 - aiormq tells only its own channels
                    await asyncio.sleep(0.01)
            queue = await channel.declare_queue(
                "invitations.commands", durable=True, arguments=ARGUMENTS
            )
            await queue.bind(own_exchange(COMMANDS, "gateway"), "invitations.#")
    watching = asyncio.create_task(consumer.watch())
    envelope = join()
    await gateway.publish(COMMANDS, envelope.name, envelope)
    assert (await asyncio.wait_for(handled.get(), 60)).id == envelope.id
    async with asyncio.timeout(30):  # a probe may have asked before the consumer was restored
        while not consumer.is_alive:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
    await end(watching)
    await consumer.stop()
    await broker.close()
    await gateway.close()


async def ignore(_message: object) -> None:
    """Hear nothing."""
