"""The way to RabbitMQ and back.

Exchanges, queues and policies come from deploy/rabbitmq/definitions.json; nothing is declared
here, since an argument that differs from the existing one would close the connection each time.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

import aio_pika
import aiormq
import structlog
from aio_pika.abc import (
    AbstractIncomingMessage,
    AbstractRobustChannel,
    AbstractRobustConnection,
    HeadersType,
)
from aio_pika.exceptions import (
    ChannelPreconditionFailed,
    DeliveryError,
    ProbableAuthenticationError,
)

from shared.errors import is_server_error
from shared.exchanges import COMMANDS, own_exchange
from shared.failing import FailedRun
from shared.messages.envelope import Envelope
from shared.metrics import MESSAGES_PUBLISHED, MESSAGES_REFUSED
from shared.proofs import PROOF, CommandKeys
from shared.publishing import MessageRefused, Outgoing, publish_alone, publish_frames, wait_confirms
from shared.settings import OperatorMistake
from shared.subscription import Subscription, break_off

CONFIRM_SECONDS = 5.0
OPEN_SECONDS = 10.0
CLOSE_SECONDS = 5.0
# With RabbitMQ's default of 60 a half-open connection is noticed after three minutes.
HEARTBEAT_SECONDS = 10

# What aio-pika's client can do, less "connection.blocked": a connection that an alarm blocked and
# that then broke keeps its channel waiting for the end of the alarm, without end (aiormq 7.2.4). A
# broker that takes nothing is noticed by the confirms that do not come.
CAPABILITIES: HeadersType = {
    "authentication_failure_close": True,
    "basic.nack": True,
    "consumer_cancel_notify": True,
    "publisher_confirms": True,
}

# The broker is there, and does not take the message.
ANSWERS = (DeliveryError, MessageRefused)


log = structlog.get_logger()


class Channel(aio_pika.RobustChannel):
    """A channel that opens again after a break, or ends its connection if it cannot."""

    async def reopen(self) -> None:
        """Open it again after a break."""
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await super().reopen()
        except Exception:
            # Whatever the error is, the channel stays closed: aio-pika opens it again only with its
            # connection.
            await break_off(self._connection)
            raise


class Connection(aio_pika.RobustConnection):
    """A connection whose channels do not wait without end."""

    CHANNEL_CLASS = Channel


class Broker:
    """Two connections: an alarm in the broker blocks the one that publishes, not the other."""

    def __init__(
        self,
        publishing: AbstractRobustConnection,
        consuming: AbstractRobustConnection,
        user: str,
        keys: CommandKeys | None = None,
    ) -> None:
        self._user = user
        self._keys = keys
        self._publishing = publishing
        self._consuming = consuming
        self._publisher: AbstractRobustChannel | None = None
        self._consumers: list[AbstractRobustChannel] = []  # a channel nobody holds is collected
        self._writing = asyncio.Lock()
        self._failed = FailedRun()
        self._renewal: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, url: str, keys: CommandKeys | None = None) -> "Broker":
        """Connect; raises OperatorMistake when there is no broker to be had.

        A publisher of commands gives its keys: without them nobody accepts a command of its own.
        """
        publishing, consuming = await _connect(url), await _connect(url)
        broker = cls(publishing, consuming, unquote(urlsplit(url).username or ""), keys)
        async with _answered():
            broker._publisher = await _channel(broker._publishing)
        return broker

    @property
    def is_connected(self) -> bool:
        """Tell whether both connections stand, and what is published is taken."""
        stand = self._publishing.connected.is_set() and self._consuming.connected.is_set()
        return stand and not self._failed.is_long

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
        """Publish persistently to the user's own exchange, and wait for the broker's confirm.

        Raises `aio_pika.exceptions.DeliveryError` when no queue takes the message, MessageRefused
        when the broker never will, and a transient error when it may or may not have arrived:
        publish again with the same id.
        """
        if isinstance(envelope, Envelope):
            message_id, name, body = str(envelope.id), envelope.name, envelope.to_json()
        else:
            body = envelope
        message = Outgoing(exchange, routing_key, body.encode(), message_id, name, headers or {})
        [failure] = await self.publish_all([message])
        if failure is not None:
            raise failure

    async def wait_until_open(self) -> None:
        """Return when there is a channel to publish on; raises TimeoutError after five seconds."""
        assert self._publisher is not None  # noqa: S101 - connect() has set it
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._publisher.ready()
        except TimeoutError:
            self._failed.grow()
            raise

    async def publish_all(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        """Publish messages of different ids together; gives of each what `publish` would raise."""
        fitting = [each for each in messages if each.too_large is None]
        answers = iter(await self._publish_fitting(fitting))
        failures = [each.too_large or next(answers) for each in messages]
        for message, failure in zip(messages, failures, strict=True):
            if failure is None:
                MESSAGES_PUBLISHED.labels(message=message.name).inc()
            if isinstance(failure, MessageRefused):
                MESSAGES_REFUSED.labels(message=message.name).inc()
        return failures

    async def _publish_fitting(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        try:
            failures = await self._publish_all(messages) if messages else []
        except Exception as error:
            if not is_server_error(error):
                raise
            failures = [error] * len(messages)
        # One message that the broker refuses closes the channel, and all others fail with it.
        failures = [
            await self._publish_alone(message)
            if isinstance(failure, ChannelPreconditionFailed)
            else failure
            for message, failure in zip(messages, failures, strict=True)
        ]
        if any(each is None or isinstance(each, ANSWERS) for each in failures):
            self._failed.end()
        elif failures:
            self._failed.grow()
            if self._failed.is_renewal_due():
                self._renewal = asyncio.create_task(self._renew())
        return failures

    def _addressed(self, message: Outgoing) -> Outgoing:
        """Return a message with the user's own exchange, and a command with its proof."""
        headers = message.headers
        if message.exchange == COMMANDS and self._keys is not None:
            owner = message.routing_key.partition(".")[0]
            if proof := self._keys.prove(self._user, owner, message.body):
                headers = {**headers, PROOF: proof}
        exchange = own_exchange(message.exchange, self._user)
        return message._replace(exchange=exchange, headers=headers)

    async def _publish_all(self, messages: Sequence[Outgoing]) -> list[Exception | None]:
        assert self._publisher is not None  # noqa: S101 - connect() has set it
        messages = [self._addressed(message) for message in messages]
        until = asyncio.get_running_loop().time() + CONFIRM_SECONDS
        async with asyncio.timeout_at(until):
            await self._publisher.ready()
            channel = await self._publisher.get_underlay_channel()
            assert isinstance(channel, aiormq.Channel)  # noqa: S101 - for the type checker
            async with self._writing:  # in line: all who wait would wake for one place in it
                confirms = await publish_frames(channel, messages)
        left = until - asyncio.get_running_loop().time()
        return await wait_confirms(channel, messages, confirms, left)

    async def _publish_alone(self, message: Outgoing) -> Exception | None:
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._publishing.connected.wait()
                assert self._publishing.transport is not None  # noqa: S101 - it is connected
                return await publish_alone(
                    self._publishing.transport.connection, self._addressed(message)
                )
        except Exception as error:
            if not is_server_error(error):
                raise
            return error

    async def _renew(self) -> None:
        """Break a connection that answers nothing; aio-pika makes another one."""
        log.warning("broker.renewed", failing_seconds=round(self._failed.seconds))
        await break_off(self._publishing)

    async def consume(
        self,
        queue_name: str,
        callback: Callable[[AbstractIncomingMessage], Awaitable[None]],
        prefetch: int,
    ) -> Subscription:
        """Let a queue deliver to a callback, `prefetch` messages at once."""
        async with _answered():
            channel = await _channel(self._consuming)
            await channel.set_qos(prefetch_count=prefetch)
            self._consumers.append(channel)
            # With ensure=False the channel would forget the queue and its consumer at a break.
            queue = await channel.get_queue(queue_name)
            tag = await queue.consume(callback)
        return Subscription(self._consuming, queue, tag)

    async def close(self) -> None:
        """Close both connections; a broker that does not say goodbye is not waited for."""
        if self._renewal is not None:
            await self._renewal
        for connection in (self._consuming, self._publishing):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()


@contextlib.asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            yield
    except TimeoutError:
        raise OperatorMistake("RabbitMQ at RABBITMQ_URL takes calls and answers none.") from None
    except Exception as error:  # it ended just now, or lacks a queue or a right of ours
        if not is_server_error(error):
            raise
        raise OperatorMistake(
            f"RabbitMQ at RABBITMQ_URL broke off ({type(error).__name__}): {error}."
        ) from None


async def _connect(url: str) -> AbstractRobustConnection:
    separator = "&" if "?" in url else "?"
    try:
        return await aio_pika.connect_robust(
            f"{url}{separator}heartbeat={HEARTBEAT_SECONDS}",
            timeout=5,
            connection_class=Connection,
            client_properties={"capabilities": CAPABILITIES},
            # Spread, so that all services do not come back in the same moment.
            reconnect_interval=random.uniform(0.5, 1.5),  # noqa: S311 - no secret
        )
    except ProbableAuthenticationError:
        raise OperatorMistake("RABBITMQ_URL is wrong: user or password is refused.") from None
    # aiormq 7.2.4 raises StopAsyncIteration when the other side hangs up in the handshake.
    except Exception as error:
        if not (is_server_error(error) or isinstance(error, StopAsyncIteration | ValueError)):
            raise
        raise OperatorMistake(
            f"RabbitMQ at RABBITMQ_URL cannot be reached ({type(error).__name__})."
        ) from None


async def _channel(connection: AbstractRobustConnection) -> AbstractRobustChannel:
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    assert isinstance(channel, AbstractRobustChannel)  # noqa: S101 - for the type checker
    return channel
