"""The way to RabbitMQ and back.

Exchanges, queues and policies come from deploy/rabbitmq/definitions.json; nothing is declared
here, since an argument that differs from the existing one would close the connection for ever.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

import aio_pika
from aio_pika.abc import (
    AbstractIncomingMessage,
    AbstractQueue,
    AbstractRobustChannel,
    AbstractRobustConnection,
    HeadersType,
)
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ProbableAuthenticationError

from shared.messages.envelope import Envelope
from shared.metrics import MESSAGES_PUBLISHED
from shared.settings import OperatorMistake

CONFIRM_SECONDS = 5.0
# With RabbitMQ's default of 60 a half-open connection is noticed after three minutes.
HEARTBEAT_SECONDS = 10

# What aio-pika's client can do, less "connection.blocked": a connection that an alarm blocked and
# that then broke keeps its channel waiting for the end of the alarm, for ever (aiormq 7.2.4). A
# broker that takes nothing is noticed by the confirms that do not come.
CAPABILITIES: HeadersType = {
    "authentication_failure_close": True,
    "basic.nack": True,
    "consumer_cancel_notify": True,
    "publisher_confirms": True,
}

# The broker is away or not keeping up; the same publish can succeed a moment later.
BROKER_AWAY = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError)


class Broker:
    """Two connections: an alarm in the broker blocks the one that publishes, not the other."""

    def __init__(
        self, publishing: AbstractRobustConnection, consuming: AbstractRobustConnection
    ) -> None:
        """Take the open connections; `connect` makes them."""
        self._publishing = publishing
        self._consuming = consuming
        self._publisher: AbstractRobustChannel | None = None
        self._consumers: list[AbstractRobustChannel] = []  # a channel nobody holds is collected

    @classmethod
    async def connect(cls, url: str) -> "Broker":
        """Connect; raises OperatorMistake when there is no broker to be had."""
        broker = cls(await _connect(url), await _connect(url))
        broker._publisher = await _channel(broker._publishing)
        return broker

    @property
    def is_connected(self) -> bool:
        """Tell whether both connections stand."""
        return self._publishing.connected.is_set() and self._consuming.connected.is_set()

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        envelope: Envelope | str,
        headers: Mapping[str, str | int] | None = None,
        *,
        message_id: str | None = None,
        name: str | None = None,
    ) -> None:
        """Publish persistently and wait for the broker's confirm.

        Raises `aio_pika.exceptions.DeliveryError` when no queue takes the message, and one of
        BROKER_AWAY when it may or may not have arrived: publish again with the same id.
        """
        if isinstance(envelope, Envelope):
            message_id, name, body = str(envelope.id), envelope.name, envelope.to_json()
        else:
            body = envelope
        message = aio_pika.Message(
            body.encode(),
            message_id=message_id,
            type=name,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers=dict(headers or {}),
        )
        assert self._publisher is not None  # noqa: S101 - connect() has set it
        async with asyncio.timeout(CONFIRM_SECONDS):
            await self._publisher.ready()
            target = (
                await self._publisher.get_exchange(exchange, ensure=False)
                if exchange
                else self._publisher.default_exchange
            )
            await target.publish(message, routing_key, mandatory=True)
        MESSAGES_PUBLISHED.labels(message=name).inc()

    async def consume(
        self,
        queue_name: str,
        callback: Callable[[AbstractIncomingMessage], Awaitable[None]],
        prefetch: int,
    ) -> tuple[AbstractQueue, str]:
        """Let a queue deliver to a callback, `prefetch` messages at once; gives queue and tag."""
        channel = await _channel(self._consuming)
        await channel.set_qos(prefetch_count=prefetch)
        self._consumers.append(channel)
        # With ensure=False the channel would forget the queue, and its consumer at a reconnection.
        queue = await channel.get_queue(queue_name)
        tag = await queue.consume(callback)
        return queue, tag

    async def close(self) -> None:
        """Close both connections."""
        await self._consuming.close()
        await self._publishing.close()


async def _connect(url: str) -> AbstractRobustConnection:
    separator = "&" if "?" in url else "?"
    try:
        return await aio_pika.connect_robust(
            f"{url}{separator}heartbeat={HEARTBEAT_SECONDS}",
            timeout=5,
            client_properties={"capabilities": CAPABILITIES},
            # Spread, so that all services do not come back in the same moment.
            reconnect_interval=random.uniform(0.5, 1.5),  # noqa: S311 - no secret
        )
    except ProbableAuthenticationError:
        raise OperatorMistake("RABBITMQ_URL is wrong: user or password is refused.") from None
    except (*BROKER_AWAY, ValueError) as error:
        raise OperatorMistake(
            f"RabbitMQ at RABBITMQ_URL cannot be reached ({type(error).__name__})."
        ) from None


async def _channel(connection: AbstractRobustConnection) -> AbstractRobustChannel:
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    assert isinstance(channel, AbstractRobustChannel)  # noqa: S101 - for the type checker
    return channel
