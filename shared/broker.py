"""The way to RabbitMQ and back.

Exchanges, queues and policies come from deploy/rabbitmq/definitions.json; nothing is declared
here, since an argument that differs from the existing one would close the connection each time.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

import aiormq
import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection
from aio_pika.exceptions import ChannelPreconditionFailed, DeliveryError

from shared.connecting import answered, connect, open_channel
from shared.errors import is_server_error
from shared.exchanges import COMMANDS, own_exchange
from shared.failing import FailedRun
from shared.intake import Intake
from shared.messages.envelope import Envelope
from shared.metrics import MESSAGES_PUBLISHED, MESSAGES_REFUSED
from shared.proofs import PROOF, CommandKeys
from shared.publishing import MessageRefused, Outgoing, publish_alone, publish_frames, wait_confirms
from shared.subscription import Subscription, break_off

CONFIRM_SECONDS = 5.0
CLOSE_SECONDS = 5.0
# The broker is there, and does not take the message.
ANSWERS = (DeliveryError, MessageRefused)

log = structlog.get_logger()


class Broker:
    """A connection that publishes, which an alarm in the broker blocks, and one for each queue.

    A queue whose messages wait for room in this process keeps no other queue waiting.
    """

    def __init__(
        self, url: str, publishing: AbstractRobustConnection, keys: CommandKeys | None = None
    ) -> None:
        self._url = url
        self._user = unquote(urlsplit(url).username or "")
        self._keys = keys
        self._publishing = publishing
        self._consuming: list[AbstractRobustConnection] = []
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
        broker = cls(url, await connect(url), keys)
        async with answered():
            broker._publisher = await open_channel(broker._publishing)
        return broker

    @property
    def is_connected(self) -> bool:
        """Tell whether all connections stand, and what is published is taken."""
        stand = all(each.connected.is_set() for each in (self._publishing, *self._consuming))
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
        intake: Intake | None = None,
    ) -> Subscription:
        """Let a queue deliver to a callback, `prefetch` messages at once, or fewer large ones.

        The callback counts each message in `intake` while it holds it.
        """
        connection = await connect(self._url)
        self._consuming.append(connection)
        async with answered():
            channel = await open_channel(connection)
            await channel.guard(intake or Intake())
            await channel.set_qos(prefetch_count=prefetch)
            self._consumers.append(channel)
            # With ensure=False the channel would forget the queue and its consumer at a break.
            queue = await channel.get_queue(queue_name)
            tag = await queue.consume(callback)
        return Subscription(connection, queue, tag)

    async def close(self) -> None:
        """Close all connections; a broker that does not say goodbye is not waited for."""
        if self._renewal is not None:
            await self._renewal
        for connection in (*self._consuming, self._publishing):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()
