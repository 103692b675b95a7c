"""Takes messages from a queue and acknowledges each only when it is dealt with.

A server that is away is waited for with the message in hand: a nack would count towards the
delivery limit, and in a ten-second outage that killed 20-30 % of the messages. A wait that takes
longer is parked (shared/lanes.py). A message that fails for another reason goes through a ladder
of delays, then to the dead letters.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError

from shared.acks import AckBatcher
from shared.broker import Broker
from shared.deliveries import Delivery
from shared.dispatch import HandleRun, log_context
from shared.errors import suppress_server_errors
from shared.failpoints import failpoint
from shared.intake import Intake
from shared.lanes import Lanes
from shared.messages.registry import UnknownMessage, Unreadable, read
from shared.metrics import (
    CONSUMER_ALIVE,
    MESSAGE_SECONDS,
    MESSAGES_HANDLED,
    MESSAGES_HELD,
    MESSAGES_UNPROVEN,
    OLDEST_SECONDS,
)
from shared.origins import CheckOrigin, origin_of
from shared.parking import Parking
from shared.proofs import REASONS, Unproven
from shared.retries import NUDGE, Retries

if TYPE_CHECKING:
    from shared.subscription import Subscription


CANCEL_SECONDS = 1
DRAIN_SECONDS = 10
# Nothing has been handled for so long, although something waits: not ready.
STUCK_SECONDS = 30.0
WATCH_SECONDS = 1.0
STARVING_SECONDS = 10.0
# A message that this process gave back is delivered again at once, and would fail again at once.
GIVE_BACK_SECONDS = 1.0
# A message that failed keeps its place for so long: a flood of such messages would else take the
# processor from the other queues of this process.
FAILED_SECONDS = 0.2
FAILED = {"dead", "dropped", "retried", "rejected"}

Hear: TypeAlias = Callable[[str, int | None], None]
"""Gets the exchange that a message first came by, and where the database stood then."""

log = structlog.get_logger()


class Consumer:
    """One queue's messages, each handled to its end."""

    def __init__(  # noqa: PLR0913 - a queue and how it is read
        self,
        broker: Broker,
        queue_name: str,
        handle: HandleRun,
        check: CheckOrigin,
        *,
        is_ordered: bool = True,
        is_shared: bool = False,
        hear: Hear = lambda _origin, _position: None,
    ) -> None:
        """Take the work, and whether messages about one thing are handled one after the other.

        `check` refuses messages that their publisher was not allowed to send.

        Replicas consume a shared queue at the same time; another has a single active consumer.
        `hear` is called before each message is handled.
        """
        self._broker = broker
        self._queue_name = queue_name
        self._check = check
        self._hear = hear
        self._retries = Retries(broker, queue_name)
        self._lanes = Lanes(handle, self._retries, is_ordered=is_ordered)
        self._acks = AckBatcher()
        self._intake = Intake()
        self._in_hand: dict[AbstractIncomingMessage, float] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_shared = is_shared
        self._parking: Parking | None = None
        if is_ordered:
            self._parking = Parking(queue_name, self._lanes, self._retries, self._receive_parked)
        self._prefetch = 0
        self._received_at = time.monotonic()
        self._handled_at = time.monotonic()
        self._given_back: set[str | None] = set()
        self.subscription: Subscription | None = None

    @property
    def is_alive(self) -> bool:
        """Return whether the broker delivers to this process, and its messages are dealt with."""
        is_subscribed = self.subscription is not None and self.subscription.is_alive
        return is_subscribed and not self._given_back and not self.is_stuck

    @property
    def waiting(self) -> dict[str, float]:
        """Return what waits for a server, and for how long, as /readyz shows it."""
        return {"held": self._lanes.held, "oldest_seconds": round(self.oldest_seconds, 1)}

    @property
    def is_stuck(self) -> bool:
        """Return whether messages wait in hand and none has been dealt with for a while."""
        return min(self.oldest_seconds, time.monotonic() - self._handled_at) > STUCK_SECONDS

    @property
    def oldest_seconds(self) -> float:
        """Return for how long the oldest message has been waiting, in hand or parked; 0 if none."""
        now = time.monotonic()
        in_hand = max((now - since for since in self._in_hand.values()), default=0.0)
        return max(in_hand, self._lanes.failing_seconds)

    @property
    def _is_starving(self) -> bool:
        """Return whether nothing came for a while, although this process would take it."""
        has_room = self._is_shared and len(self._in_hand) < self._prefetch
        return has_room and time.monotonic() - self._received_at > STARVING_SECONDS

    async def start(self, prefetch: int) -> None:
        """Let messages come."""
        self._prefetch = prefetch
        self._lanes.limit = max(1, prefetch // 2)
        self.subscription = await self._broker.consume(
            self._queue_name, self._receive, prefetch, self._intake
        )
        self.subscription.channel.close_callbacks.add(lambda *_: self._lose_channel())
        for reason in REASONS:  # from 0 on, or Prometheus would see no increase in the first one
            MESSAGES_UNPROVEN.labels(queue=self._queue_name, reason=reason)
        CONSUMER_ALIVE.labels(queue=self._queue_name).set_function(lambda: float(self.is_alive))
        OLDEST_SECONDS.labels(queue=self._queue_name).set_function(lambda: self.oldest_seconds)
        MESSAGES_HELD.labels(queue=self._queue_name).set_function(lambda: self._lanes.held)

    async def watch(self) -> None:
        """Subscribe again when the broker has forgotten this consumer; raises OperatorMistake."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self.subscription is not None:
                await self.subscription.revive(is_starving=self._is_starving)
                if self._parking is not None:
                    await self._parking.look(self.subscription)
            self._lanes.sweep()

    async def stop(self) -> None:
        """Take no more, and wait a while until each message in hand is dealt with.

        One that still waits for an absent server goes back to the broker with the connection.
        """
        if self.subscription is not None:
            subscription, self.subscription = self.subscription, None
            # A broker that is away confirms nothing, and aio-pika would wait for its return.
            with suppress_server_errors():
                async with asyncio.timeout(CANCEL_SECONDS):
                    await subscription.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        if self._parking is not None:
            await self._parking.stop()
        await self._lanes.stop()

    def _lose_channel(self) -> None:
        if self._parking is not None:
            self._parking.lose()

    async def _receive(self, incoming: AbstractIncomingMessage) -> None:
        if self._parking is not None and self.subscription is not None:
            self._parking.begin(self.subscription)
        self._in_hand[incoming] = self._received_at = time.monotonic()
        self._idle.clear()
        try:
            with self._intake.holding(len(incoming.body)):
                await self._settle(incoming)
        finally:
            del self._in_hand[incoming]
            if not self._in_hand:
                self._idle.set()

    async def _receive_parked(self, incoming: AbstractIncomingMessage) -> None:
        await self._settle(incoming, is_copy=True)

    async def _settle(self, incoming: AbstractIncomingMessage, *, is_copy: bool = False) -> None:
        """Handle a message to its end, and acknowledge or reject it."""
        try:
            self._acks.track(incoming)
            outcome = await self._deal_with(incoming, is_copy=is_copy)
            if outcome in FAILED:
                await asyncio.sleep(FAILED_SECONDS)
            if outcome == "rejected":
                self._acks.untrack(incoming)
                await incoming.reject(requeue=False)
            else:
                await self._acks.ack(incoming)
            self._handled_at = time.monotonic()
            self._given_back.discard(incoming.message_id)
        except ChannelInvalidStateError:
            # The channel is gone and the message will come again; the inbox knows it.
            log.info("message.unacknowledged", queue=self._queue_name)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not keep the message
            await self._give_back(incoming, error)

    async def _give_back(self, incoming: AbstractIncomingMessage, error: Exception) -> None:
        """Return a message to the broker; readiness fails until it has been dealt with."""
        log.critical("message.given_back", queue=self._queue_name, exc_info=error)
        self._given_back.add(incoming.message_id)
        await asyncio.sleep(GIVE_BACK_SECONDS)
        with suppress_server_errors():
            self._acks.untrack(incoming)
            await incoming.reject(requeue=True)

    async def _deal_with(self, incoming: AbstractIncomingMessage, *, is_copy: bool = False) -> str:
        """Return what became of a message; one that was "rejected" is not acknowledged."""
        if incoming.type == NUDGE:
            return "nudged"
        started_at = time.perf_counter()
        problem: UnknownMessage | None = None
        try:
            envelope = read(incoming.body)
        except UnknownMessage as error:
            envelope, problem = error.envelope, error
        except Unreadable as error:
            return await self._retries.dead_letter(incoming, error, is_ours=False)
        try:
            self._check(incoming, envelope)
        except Unproven as error:
            MESSAGES_UNPROVEN.labels(queue=self._queue_name, reason=str(error)).inc()
            log.error("message.unproven", queue=self._queue_name, reason=str(error))
            return await self._retries.dead_letter(incoming, error, is_ours=False)
        delivery = Delivery(incoming, envelope, is_copy=is_copy)
        self._hear(origin_of(incoming), delivery.position)
        with log_context(envelope):
            if problem is not None:
                outcome = await self._retries.fail(delivery, problem)
            else:
                if self._parking is not None and not is_copy:
                    await self._parking.wait_until_read()
                outcome = await self._lanes.handle(delivery)
            log.info("message.handled", queue=self._queue_name, outcome=outcome)
        failpoint("consumer.handled")
        name = "unknown" if problem else envelope.name  # a metric's labels are of our own choice
        labels = {"queue": self._queue_name, "message": name}
        counted = "dead" if outcome == "rejected" else outcome
        MESSAGES_HANDLED.labels(**labels, outcome=counted).inc()
        MESSAGE_SECONDS.labels(**labels).observe(time.perf_counter() - started_at)
        return outcome
