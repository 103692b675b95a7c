"""Takes messages from a queue and gives each back to the broker only when it is dealt with.

A server that is away is waited for with the message in hand: a nack would count towards the
delivery limit, and in a ten-second outage that killed 20-30 % of the messages. A message that
fails for another reason goes through a ladder of delays, then to the dead letters.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias, TypeVar

import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelInvalidStateError

from shared.acknowledging import Acknowledgements
from shared.broker import BROKER_AWAY, Broker
from shared.dispatch import Handled, about, refusal
from shared.exchanges import DEAD, POSITION, REPLIES, RETRIES
from shared.failpoints import reach
from shared.messages.catalogue import Unreadable, read
from shared.messages.envelope import Envelope
from shared.metrics import CONSUMER_ALIVE, MESSAGE_SECONDS, MESSAGES_HANDLED, MESSAGES_HELD
from shared.refusal import Refused

CANCEL_SECONDS = 1
DRAIN_SECONDS = 10
HOLD_SECONDS = (0.1, 0.2, 0.5, 1.0)

Handle: TypeAlias = Callable[[Envelope], Awaitable[Handled]]
Hear: TypeAlias = Callable[[int | None], None]
ResultT = TypeVar("ResultT")

log = structlog.get_logger()


class Consumer:
    """One queue's messages, each handled to its end."""

    def __init__(
        self,
        broker: Broker,
        queue_name: str,
        handle: Handle,
        *,
        away: Sequence[type[BaseException]] = (),
        hear: Hear = lambda _position: None,
    ) -> None:
        """Take the work; `away` names the errors that mean "wait and try again".

        `hear` is told, before each message is handled, where the database stood when it was told.
        """
        self._broker = broker
        self._queue_name = queue_name
        self._handle = handle
        self._away: tuple[type[BaseException], ...] = (*away, *BROKER_AWAY)
        self._hear = hear
        self._acknowledgements = Acknowledgements()
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._consuming: tuple[AbstractQueue, str] | None = None

    @property
    def is_alive(self) -> bool:
        """Tell whether the broker delivers to this process."""
        if self._consuming is None or not self._broker.is_connected:
            return False
        queue, _ = self._consuming
        return not queue.channel.is_closed

    async def start(self, prefetch: int) -> None:
        """Let messages come."""
        self._consuming = await self._broker.consume(self._queue_name, self._receive, prefetch)
        CONSUMER_ALIVE.labels(queue=self._queue_name).set_function(lambda: float(self.is_alive))

    async def stop(self) -> None:
        """Take no more, and wait a while until each message in hand is dealt with.

        One that still waits for an absent server goes back to the broker with the connection.
        """
        if self._consuming:
            queue, tag = self._consuming
            self._consuming = None
            # A broker that is away confirms nothing, and aio-pika would wait for its return.
            with contextlib.suppress(*BROKER_AWAY):
                async with asyncio.timeout(CANCEL_SECONDS):
                    await queue.cancel(tag)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()

    async def _receive(self, incoming: AbstractIncomingMessage) -> None:
        self._in_flight += 1
        self._idle.clear()
        try:
            self._acknowledgements.take(incoming)
            await self._deal_with(incoming)
            await self._acknowledgements.give(incoming)
        except ChannelInvalidStateError:
            # The channel is gone and the message will come again; the inbox knows it.
            log.info("message.unacknowledged", queue=self._queue_name)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    async def _deal_with(self, incoming: AbstractIncomingMessage) -> None:
        started_at = time.perf_counter()
        try:
            envelope = read(incoming.body)
        except Unreadable as error:
            await self._bury(incoming, error)
            return
        self._hear(_position(incoming))
        with about(envelope):
            outcome = await self._outcome(incoming, envelope)
            log.info("message.handled", queue=self._queue_name, outcome=outcome)
        reach("consumer.handled")
        labels = {"queue": self._queue_name, "message": envelope.name}
        MESSAGES_HANDLED.labels(**labels, outcome=outcome).inc()
        MESSAGE_SECONDS.labels(**labels).observe(time.perf_counter() - started_at)

    async def _outcome(self, incoming: AbstractIncomingMessage, envelope: Envelope) -> str:
        try:
            return await self._hold(partial(self._handle, envelope), self._away)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a message stays with it
            return await self._step_down(incoming, envelope, error)

    async def _hold(
        self, work: Callable[[], Awaitable[ResultT]], away: tuple[type[BaseException], ...]
    ) -> ResultT:
        """Work on a message, keeping it in hand for as long as a server is away."""
        attempt = 0
        while True:
            try:
                return await work()
            except away as error:
                log.warning("message.held", reason=type(error).__name__)
                with MESSAGES_HELD.labels(queue=self._queue_name).track_inprogress():
                    await asyncio.sleep(HOLD_SECONDS[min(attempt, len(HOLD_SECONDS) - 1)])
                attempt += 1

    async def _step_down(
        self, incoming: AbstractIncomingMessage, envelope: Envelope, error: Exception
    ) -> str:
        """Try a failed message again after a delay; after the last one it is dead."""
        written = incoming.headers.get("x-attempt", 0)
        # Whoever wrote anything else is not us.
        attempt = written if isinstance(written, int) and written >= 0 else len(RETRIES)
        log.error("message.failed", attempt=attempt, exc_info=error)
        if attempt >= len(RETRIES):
            for answer in refusal(envelope.body, Refused("internal_error")):
                told = envelope.caused(answer)
                await self._pass_on(REPLIES, told.name, told)
            await self._bury(incoming, error)
            return "dead"
        position = _position(incoming)
        headers = {"x-attempt": attempt + 1} | ({} if position is None else {POSITION: position})
        # The routing key brings an expired message back to its queue.
        await self._pass_on(RETRIES[attempt], self._queue_name, envelope, headers)
        return "retried"

    async def _bury(self, incoming: AbstractIncomingMessage, error: Exception) -> None:
        log.error("message.dead", queue=self._queue_name, reason=type(error).__name__)
        await self._pass_on(
            DEAD,
            incoming.routing_key or "",
            incoming.body.decode(errors="replace"),
            {
                "x-queue": self._queue_name,
                "x-error": type(error).__name__,
                "x-dead-at": datetime.now(UTC).isoformat(timespec="seconds"),
            },
            message_id=incoming.message_id,
            name=incoming.type,
        )

    async def _pass_on(
        self,
        exchange: str,
        routing_key: str,
        envelope: Envelope | str,
        headers: Mapping[str, str | int] | None = None,
        **names: str | None,
    ) -> None:
        """Publish until the broker takes it: given up here, a message would be in hand for ever."""
        publish = partial(self._broker.publish, exchange, routing_key, envelope, headers, **names)
        await self._hold(publish, BROKER_AWAY)


def _position(incoming: AbstractIncomingMessage) -> int | None:
    told = incoming.headers.get(POSITION)
    return told if isinstance(told, int) else None
