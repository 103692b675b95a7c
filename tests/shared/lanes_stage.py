"""A consumer whose handler fails, and what it has handled, for the tests of lanes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aio_pika
from prometheus_client import REGISTRY

from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, HandleRun
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.tasks import end
from tests import builders
from tests.conftest import Site
from tests.keys import proved, publisher

QUEUE = "invitations.commands"
PREFETCH = 4


def join(member: int, invitation_id: str = "1") -> Envelope:
    return Envelope.first(
        JoinInvitation(
            actor=builders.member(member),
            reply_to=builders.reply_to(str(member)),
            invitation_id=invitation_id,
        )
    )


class Handler:
    """Handles messages; those of the invitation `sick` fail or hang until it is well."""

    def __init__(self, sick: str = "") -> None:
        self.sick = sick
        self.handled: list[Envelope] = []
        self.tried: list[Envelope] = []
        self.changed = asyncio.Condition()
        self.work: Callable[[], Awaitable[None]] = self.fail

    async def fail(self) -> None:
        raise ConnectionResetError

    async def __call__(self, envelope: Envelope) -> Handled:
        assert isinstance(envelope.body, JoinInvitation)
        async with self.changed:
            self.tried.append(envelope)
            self.changed.notify_all()
        if envelope.body.invitation_id == self.sick:
            await self.work()
        async with self.changed:
            self.handled.append(envelope)
            self.changed.notify_all()
        return "done"

    async def see(self, envelopes: Sequence[Envelope]) -> None:
        """Wait until all of them have been handled."""
        ids = {envelope.id for envelope in envelopes}
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(lambda: ids <= {each.id for each in self.handled})


@asynccontextmanager
async def consumer(
    site: Site, handle: HandleRun, *, is_ordered: bool = True
) -> AsyncIterator[tuple[Consumer, Callable[[Envelope], Awaitable[None]]]]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    gateway = await publisher(site.rabbitmq_url("gateway"))

    async def say(envelope: Envelope) -> None:
        await gateway.publish(COMMANDS, envelope.name, envelope)

    running = Consumer(broker, QUEUE, handle, proved("invitations"), is_ordered=is_ordered)
    await running.start(PREFETCH)
    try:
        yield running, say
    finally:
        await running.stop()
        await broker.close()
        await gateway.close()


@asynccontextmanager
async def watched(running: Consumer) -> AsyncIterator[None]:
    """Watch over a consumer, as a service does."""
    watching = asyncio.create_task(running.watch())
    try:
        yield
    finally:
        await end(watching)


async def dead_letters(site: Site) -> int:
    return await waiting(site, "doukikai.dead")


async def waiting(site: Site, queue_name: str) -> int:
    """Return how many messages wait in a queue."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(queue_name, passive=True)
        return queue.declaration_result.message_count or 0


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what rings no bell, such as a counter."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def parked() -> float:
    """Return how many messages have been parked."""
    return counted("parked")


def done() -> float:
    """Return how many messages have been handled and acknowledged."""
    return counted("done")


def counted(outcome: str) -> float:
    """Return how many messages have had this outcome."""
    labels = {"queue": QUEUE, "message": "invitations.JoinInvitation", "outcome": outcome}
    return REGISTRY.get_sample_value("messages_handled_total", labels) or 0.0
