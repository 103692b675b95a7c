"""Rule: only finished messages are acknowledged, whatever the order they finish in."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection
from aio_pika.exceptions import ChannelInvalidStateError

from shared.acks import AckBatcher
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.publishing import Outgoing
from tests.conftest import Site

QUEUE = "gateway.replies"
KEY = "replies.CommandAccepted"
MESSAGES = 40


class Desk:
    """Holds every message until a test lets it go."""

    def __init__(self) -> None:
        self.acknowledgements = AckBatcher()
        self.held: dict[str, asyncio.Event] = {}
        self.arrived: asyncio.Queue[str] = asyncio.Queue()
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.came: Counter[str] = Counter()

    async def receive(self, incoming: AbstractIncomingMessage) -> None:
        name = incoming.body.decode()
        self.acknowledgements.track(incoming)
        self.came[name] += 1
        task = asyncio.current_task()
        assert task is not None
        self.tasks[name], self.held[name] = task, asyncio.Event()
        self.arrived.put_nowait(name)
        await self.held[name].wait()
        await self.acknowledgements.ack(incoming)

    async def see(self, names: list[str]) -> None:
        """Wait until so many have arrived."""
        for _ in names:
            await self.arrived.get()

    async def let_go(self, names: list[str]) -> None:
        """Let some go in one moment."""
        for name in names:
            self.held[name].set()
        await asyncio.gather(*(self.tasks[name] for name in names))


async def connected(site: Site) -> AbstractRobustConnection:
    return await aio_pika.connect_robust(site.rabbitmq_url("gateway"))


async def fill(site: Site, messages: int = MESSAGES, first: int = 0) -> list[str]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    names = [str(number) for number in range(first, first + messages)]
    written = [Outgoing(REPLIES, KEY, name.encode(), name, KEY, {}) for name in names]
    assert await broker.publish_all(written) == [None] * messages
    await broker.close()
    return names


@asynccontextmanager
async def delivering(site: Site, desk: Desk, names: list[str]) -> AsyncIterator[None]:
    """Let the queue deliver to a desk, as many at once as it holds, until these have arrived."""
    async with await connected(site) as connection, asyncio.timeout(30):
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=MESSAGES)
        queue = await channel.get_queue(QUEUE)
        await queue.consume(desk.receive)
        await desk.see(names)
        yield


async def left(site: Site) -> list[str]:
    """Take what the broker still has."""
    found = []
    async with await connected(site) as connection:
        queue = await (await connection.channel()).get_queue(QUEUE)
        while message := await queue.get(no_ack=True, fail=False):
            found.append(message.body.decode())
    return found


@pytest.mark.parametrize("seed", range(10))
async def test_an_unacknowledged_message_is_delivered_again(site: Site, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    desk = Desk()
    names = await fill(site)
    done = chance.sample(names, k=chance.randrange(MESSAGES + 1))
    async with delivering(site, desk, names):
        waiting = [*done]
        while waiting:
            size = chance.choice((1, 1, 2, 7))
            await desk.let_go(waiting[:size])
            del waiting[:size]
        # No more than are prefetched come unless as many were acknowledged to the broker.
        more = await fill(site, len(done), first=MESSAGES)
        await desk.see(more)
    assert sorted(await left(site)) == sorted({*names, *more} - {*done})


@pytest.mark.parametrize("turns", range(6))
async def test_an_ack_covers_no_message_whose_own_ack_is_still_being_written(
    site: Site, turns: int
) -> None:
    """The broker closes a channel that acknowledges twice, and redelivers every message in hand."""
    desk = Desk()
    names = await fill(site)
    oldest, batch, next_one, rest = names[0], names[1:33], names[33], names[34:]
    async with delivering(site, desk, names):
        for name in batch:  # more than aiormq's queue of writes takes
            desk.held[name].set()
        for _ in range(turns):
            await asyncio.sleep(0)
        await desk.let_go([oldest, next_one])
        await asyncio.gather(*(desk.tasks[name] for name in batch))
        await desk.see(await fill(site, len(names) - len(rest), first=MESSAGES))
    assert set(await left(site)) >= {*rest}
    assert desk.came == dict.fromkeys(desk.came, 1)


async def test_a_channel_that_is_gone_is_reported(site: Site) -> None:
    desk = Desk()
    await fill(site)
    connection = await connected(site)
    queue = await (await connection.channel()).get_queue(QUEUE)
    taken: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()

    async def take(incoming: AbstractIncomingMessage) -> None:
        desk.acknowledgements.track(incoming)
        taken.put_nowait(incoming)

    await queue.consume(take)
    incoming = await asyncio.wait_for(taken.get(), 30)
    await connection.close()
    with pytest.raises(ChannelInvalidStateError):
        await desk.acknowledgements.ack(incoming)
    assert len(await left(site)) == MESSAGES
