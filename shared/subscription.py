"""A consumer at the broker, and whether the broker still knows it.

RabbitMQ cancels a consumer when its queue is deleted or fails over, and since 4.3 when a delivery
is not acknowledged in time. A process that did not notice would be deaf and look healthy.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import structlog
from aio_pika import Channel, RobustChannel
from aio_pika.abc import (
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
    AbstractRobustConnection,
)
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.errors import is_server_error, suppress_server_errors
from shared.settings import OperatorMistake

if TYPE_CHECKING:
    import aiormq


CLOSE_SECONDS = 5.0
PROBE_SECONDS = 10.0
REVIVE_SECONDS = 5.0
END_SECONDS = 60.0

log = structlog.get_logger()


class Subscription:
    """What the broker delivers to this process from one queue."""

    def __init__(
        self, connection: AbstractRobustConnection, queue: AbstractQueue, tag: str
    ) -> None:
        """Take the consumer's connection, queue and tag."""
        self._connection, self._queue, self.tag = connection, queue, tag
        self._is_known = True
        self._probed_at = self._renewed_at = time.monotonic()
        self._deaf_since: float | None = None

    @property
    def is_alive(self) -> bool:
        """Return whether the broker delivers to this consumer, as far as we know."""
        if not self._connection.connected.is_set() or self.channel.is_closed:
            return False
        # aiormq takes a consumer out of this table when the broker cancels it.
        return self._is_known and self.tag in self.consumers

    @property
    def consumers(self) -> dict[str, Any]:
        """Return aiormq's table of the consumers of this channel, by their tags."""
        opened = self.channel._channel  # noqa: SLF001 - the public way to it is a coroutine
        return cast("aiormq.Channel", opened.channel).consumers if opened else {}

    @property
    def channel(self) -> RobustChannel:
        """Return the consumer's channel."""
        return cast("RobustChannel", self._queue.channel)

    async def cancel(self) -> None:
        """Let nothing more be delivered."""
        await self._queue.cancel(self.tag)

    async def revive(self, *, is_starving: bool = False) -> None:
        """Ask the broker now and then, and open a new connection if it delivers nothing here.

        To be called every second or so; `is_starving` says that nothing came for a while although
        there is room. Raises OperatorMistake when a new connection does not help for a minute.
        While there is no connection aio-pika tries to open one.
        """
        now = time.monotonic()
        if not self._connection.connected.is_set():
            self._deaf_since, self._is_known = None, True
            return
        # A "no" is asked for again at once: it may be older than a consumer that was just restored.
        if now - self._probed_at > PROBE_SECONDS or not self._is_known:
            self._probed_at = now
            self._is_known = await self._probe(is_starving=is_starving)
        if self.is_alive:
            self._deaf_since = None
            return
        self._deaf_since = self._deaf_since or now
        deaf_seconds = now - self._deaf_since
        if deaf_seconds > END_SECONDS:
            raise OperatorMistake(
                f"RabbitMQ has delivered nothing from {self._queue.name} for {END_SECONDS:.0f} s."
            )
        if deaf_seconds > REVIVE_SECONDS and now - self._renewed_at > REVIVE_SECONDS:
            log.error("consumer.revived", queue=self._queue.name, deaf_seconds=round(deaf_seconds))
            self._renewed_at, self._is_known = now, True
            await break_off(self._connection)

    async def _probe(self, *, is_starving: bool) -> bool:
        """Return whether the broker seems to know this consumer; true if that cannot be found out.

        RabbitMQ 3.10 sometimes sends no basic.cancel when a queue is deleted and made again. Then
        the queue has no consumer, or only those of other processes while messages wait in it.
        """
        try:
            declared = await self._ask_for(self._queue.name)
        except ChannelNotFoundEntity:
            return False
        if declared is None:
            return True
        return bool(declared.consumer_count) and not (is_starving and declared.message_count)

    async def state_of(self, queue_name: str) -> "aiormq.spec.Queue.DeclareOk | None":
        """Return how many messages and consumers a queue has; None if that cannot be found out."""
        with contextlib.suppress(ChannelNotFoundEntity):
            return await self._ask_for(queue_name)
        return None

    async def consume_alone(
        self,
        queue_name: str,
        callback: Callable[[AbstractIncomingMessage], Awaitable[None]],
        prefetch: int,
    ) -> Channel:
        """Let another queue deliver to this process alone, until the returned channel closes.

        Raises ChannelAccessRefused while another process consumes the queue.
        """
        async with asyncio.timeout(CLOSE_SECONDS):
            # No robust channel: after a break another process may be the one to read the queue.
            channel = Channel(self._connection, publisher_confirms=False)
            await channel.initialize()
            try:
                await channel.set_qos(prefetch_count=prefetch)
                queue = await channel.get_queue(queue_name)
                await queue.consume(callback, exclusive=True)
            except BaseException:
                with suppress_server_errors():
                    await channel.close()
                raise
        return channel

    async def _ask_for(self, queue_name: str) -> "aiormq.spec.Queue.DeclareOk | None":
        """Ask the broker for a queue; returns None if it does not answer."""
        if self._connection.transport is None:
            return None
        # A channel of its own: asking for a queue that is gone closes it.
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                connection = self._connection.transport.connection
                channel = await connection.channel(publisher_confirms=False)
                declared = await channel.queue_declare(queue_name, passive=True)
                await channel.close()
        except ChannelNotFoundEntity:
            raise
        except Exception as error:
            if not is_server_error(error):
                raise
            return None
        return declared


async def break_off(connection: AbstractConnection) -> None:
    """End the present connection; a robust connection opens another."""
    if connection.transport is None:
        return  # it is at that already
    with suppress_server_errors():
        async with asyncio.timeout(CLOSE_SECONDS):
            # By its default it would cancel the tasks that still wait for a confirm.
            await connection.transport.connection.close(ConnectionError("it answers nothing"))
