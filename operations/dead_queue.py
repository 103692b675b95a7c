"""The queue of dead letters: looked through without taking any, replayed, dropped.

It is looked through by taking everything and giving all of it back when the channel closes, in its
old order. Only one can look at a time: two would each see a part. The queue's policy allows each
letter a million looks.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import (
    ChannelNotFoundEntity,
    DeliveryError,
)
from aiormq.exceptions import ChannelAccessRefused

from operations.broker import connected
from operations.letters import Letter, Selection
from shared.exchanges import DEAD
from shared.failpoints import failpoint
from shared.origins import REPLAYS
from shared.settings import OperatorMistake

CONFIRM_SECONDS = 10.0
# The broker says how many there are; one that another process took back meanwhile never comes.
SILENCE_SECONDS = 5.0

QUEUE = DEAD  # the exchange that RabbitMQ itself writes to has the same name
PATIENCE_SECONDS = 3.0
LOOK_SECONDS = 0.2
BUSY = "Another operator is reading the dead letters; try again when they are done."

OnLetter: TypeAlias = Callable[[Letter], None]
Arrived: TypeAlias = asyncio.Queue[AbstractIncomingMessage]


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator["DeadQueue"]:
    """Connect; raises OperatorMistake when there is no broker to be had."""
    async with connected(url) as connection:
        yield DeadQueue(connection)


class DeadQueue:
    """The letters, for as long as the connection stands."""

    def __init__(self, connection: AbstractConnection) -> None:
        """Take the open connection."""
        self._connection = connection

    async def find(self, selection: Selection) -> list[Letter]:
        """Return the selected letters, the oldest first, and leave them in the queue."""
        return [letter async for letter, _ in self._chosen(selection)]

    async def replay(
        self, selection: Selection, on_letter: OnLetter = lambda _: None
    ) -> list[Letter]:
        """Give letters back to the queues they died in; gives those that have none to go to.

        A letter is taken away only once its queue has confirmed it. A crash in between leaves it
        in both places, and the inbox of the service knows the second for what it is.
        """
        publishing = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        stranded = []
        async for letter, incoming in self._chosen(selection):
            if letter.queue is None or not await _give_back(publishing, letter, incoming):
                stranded.append(letter)
                continue
            failpoint("dead.replayed")
            await incoming.ack()
            on_letter(letter)
        return stranded

    async def drop(self, selection: Selection, on_letter: OnLetter = lambda _: None) -> None:
        """Delete letters for good."""
        async for letter, incoming in self._chosen(selection):
            await incoming.ack()
            on_letter(letter)

    async def _chosen(
        self, selection: Selection
    ) -> AsyncIterator[tuple[Letter, AbstractIncomingMessage]]:
        async with _taken(self._connection) as (expected, arrived):
            for _ in range(expected):
                incoming = await _next(arrived)
                if incoming is None:
                    return
                letter = Letter.of(
                    incoming.body,
                    incoming.headers,
                    incoming.message_id,
                    incoming.type,
                    exchange=incoming.exchange or "",
                )
                if selection.takes(letter):
                    yield letter, incoming


@contextlib.asynccontextmanager
async def _taken(connection: AbstractConnection) -> AsyncIterator[tuple[int, Arrived]]:
    """Take all letters, saying how many there are; what is not acknowledged goes back."""
    channel = await connection.channel()
    arrived: Arrived = asyncio.Queue()
    try:
        expected = await _alone(channel)
        queue = await channel.get_queue(QUEUE, ensure=False)
        tag = await queue.consume(arrived.put)
    except ChannelNotFoundEntity:
        raise OperatorMistake(f"RabbitMQ has no queue {QUEUE}.") from None
    except ChannelAccessRefused:
        raise OperatorMistake(f"The user in RABBITMQ_URL may not read {QUEUE}.") from None
    try:
        yield expected, arrived
    finally:
        await queue.cancel(tag)
        await _give_back_the_rest(channel)
        await channel.close()


async def _alone(channel: AbstractChannel) -> int:
    """Count the letters once nobody has some in hand; quorum queues know no exclusive reader."""
    give_up_at = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        found = (await channel.declare_queue(QUEUE, passive=True)).declaration_result
        if not found.consumer_count:
            return found.message_count or 0
        if asyncio.get_running_loop().time() > give_up_at:
            raise OperatorMistake(BUSY)
        await asyncio.sleep(LOOK_SECONDS)  # who has just looked may not quite be gone


async def _give_back_the_rest(channel: AbstractChannel) -> None:
    # Said before the channel closes: how its end gives letters back takes its time.
    underlay = await channel.get_underlay_channel()
    await underlay.basic_nack(0, multiple=True, requeue=True)  # 0 is all that is in hand


async def _next(arrived: Arrived) -> AbstractIncomingMessage | None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SILENCE_SECONDS):
            return await arrived.get()
    return None


async def _give_back(
    channel: AbstractChannel, letter: Letter, incoming: AbstractIncomingMessage
) -> bool:
    """Publish a letter to its queue as it was, confirmed; tell whether that queue took it."""
    replays = await channel.get_exchange(REPLAYS, ensure=False)
    message = aio_pika.Message(
        incoming.body,
        message_id=incoming.message_id,
        type=incoming.type,
        content_type=incoming.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers=letter.kept_headers(),
    )
    try:
        await replays.publish(message, letter.queue or "", mandatory=True, timeout=CONFIRM_SECONDS)
    except DeliveryError:
        return False
    return True
