"""Rule: a connection that breaks costs time; the consumer behind it comes back by itself."""

import asyncio

from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.conftest import Site
from tests.shared.wire import wire


def join() -> Envelope:
    return Envelope.first(JoinInvitation(actor=builders.MEMBER, invitation_id="404"))


async def nothing(_envelope: Envelope) -> Handled:
    return "done"


async def test_a_consumer_takes_messages_again_after_a_cut(site: Site) -> None:
    handled: asyncio.Queue[Envelope] = asyncio.Queue()

    async def handle(envelope: Envelope) -> Handled:
        handled.put_nowait(envelope)
        return "done"

    gateway = await Broker.connect(site.rabbitmq_url("gateway"))
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        consumer = Consumer(broker, "invitations.commands", handle)
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


async def test_a_consumer_whose_broker_stays_away_can_be_stopped(site: Site) -> None:
    """SIGTERM during an outage: the cancellation that nobody will confirm is not waited for."""
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        consumer = Consumer(broker, "invitations.commands", nothing)
        await consumer.start(10)
        between.cut(stays_cut=True)
        async with asyncio.timeout(30):
            while broker.is_connected:  # noqa: ASYNC110 - aio-pika tells only its own channels
                await asyncio.sleep(0.05)
            await consumer.stop()
            await broker.close()
