"""The ways of a failed message: parked, retried after a delay, or among the dead letters."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import DeliveryError

from shared.broker import Broker
from shared.deliveries import Delivery
from shared.dispatch import refusal
from shared.errors import is_server_error
from shared.exchanges import DEAD, DELAYS, PARKED, POSITION, REPLIES, RETRY
from shared.messages.envelope import Envelope, Message, new_id
from shared.messages.registry import Unknown
from shared.messages.replies import CommandRefused
from shared.metrics import MESSAGES_UNPROVEN
from shared.origins import provenance
from shared.proofs import NOT_ITS_OWN, Unproven
from shared.publishing import MessageRefused
from shared.refusal import Refused

PAUSE_SECONDS = 1.0
LONG_SECONDS = 10.0
ERROR = "x-error"
# The type of a message that only shows which process the queue delivers to.
NUDGE = "nudge"

log = structlog.get_logger()


class Retries:
    """Publishes a failed message to where it waits; each way ends with the broker's confirm."""

    def __init__(self, broker: Broker, queue_name: str) -> None:
        """Take the broker, and the queue that messages come back to."""
        self._broker = broker
        self._queue_name = queue_name

    async def park(self, delivery: Delivery) -> str:
        """Copy a message into the queue of parked messages."""
        return await self._set_aside(delivery, PARKED)

    async def delay(self, delivery: Delivery, failing_seconds: float) -> str:
        """Send a message through a delay; the attempt does not count.

        What has been failing for long comes back more rarely: else a few hundred messages that
        wait for one server would keep the process busy.
        """
        return await self._set_aside(delivery, DELAYS[failing_seconds > LONG_SECONDS])

    async def _set_aside(self, delivery: Delivery, way: str) -> str:
        try:
            await self._send(delivery, way, delivery.attempts)
        except MessageRefused as refused:
            return await self.dead_letter(delivery.incoming, refused)
        return "parked"

    async def nudge(self) -> None:
        """Send a message without content to whichever process consumes the queue."""
        key = f"{self._queue_name}.{DELAYS[0]}"
        await self._publish(RETRY, key, "{}", {}, message_id=str(new_id()), name=NUDGE)

    async def fail(self, delivery: Delivery, error: Exception) -> str:
        """Retry a message after a longer delay each time; then refuse it and dead-letter it."""
        if isinstance(error, Unproven):
            return await self._refuse(delivery, error)
        attempts = delivery.attempts
        log.error("message.failed", attempt=attempts, exc_info=error)
        if attempts is not None and attempts < len(DELAYS):
            try:
                await self._send(delivery, DELAYS[attempts], attempts + 1)
            except MessageRefused as refused:
                error = refused
            else:
                return "retried"
        for answer in _answers(delivery.envelope):
            await self._answer(delivery.envelope.caused(answer))
        return await self.dead_letter(delivery.incoming, error)

    async def _refuse(self, delivery: Delivery, error: Unproven) -> str:
        """Dead-letter a message that names what is not its publisher's: no retry changes that."""
        MESSAGES_UNPROVEN.labels(queue=self._queue_name, reason=NOT_ITS_OWN).inc()
        log.error("message.unproven", queue=self._queue_name, reason=str(error))
        return await self.dead_letter(delivery.incoming, error, is_ours=False)

    async def dead_letter(
        self, incoming: AbstractIncomingMessage, error: Exception, *, is_ours: bool = True
    ) -> str:
        """Put a message where an operator reads, replays or drops it.

        Returns "rejected" for one that is too large to be published: it is the caller's to reject,
        and the broker itself moves it to the dead letters. A message that is not ours, unreadable
        or not proved, is dropped if the queue of dead letters is full: else a hostile publisher
        could fill both, and each such message would keep its place in hand.
        """
        log.error("message.dead", queue=self._queue_name, reason=type(error).__name__)
        try:
            await self._publish(
                DEAD,
                incoming.routing_key or "",
                incoming.body.decode(errors="replace"),
                {
                    **provenance(incoming),
                    "x-queue": self._queue_name,
                    ERROR: type(error).__name__,
                    "x-dead-at": datetime.now(UTC).isoformat(timespec="seconds"),
                },
                message_id=incoming.message_id,
                name=incoming.type,
                is_patient=is_ours,
            )
        except MessageRefused:
            return "rejected"
        except DeliveryError:
            log.error("message.dropped", queue=self._queue_name, reason=type(error).__name__)
            return "dropped"
        return "dead"

    async def _answer(self, envelope: Envelope) -> None:
        await self._publish(
            REPLIES,
            envelope.name,
            envelope.to_json(),
            {},
            message_id=str(envelope.id),
            name=envelope.name,
        )

    async def _send(self, delivery: Delivery, way: str, attempts: int | None) -> None:
        headers: dict[str, str | int] = {**provenance(delivery.incoming)}
        if attempts is not None:
            headers["x-attempt"] = attempts
        if (position := delivery.position) is not None:
            headers[POSITION] = position
        await self._publish(
            RETRY,
            f"{self._queue_name}.{way}",
            delivery.incoming.body.decode(errors="replace"),  # as it came, with unknown fields
            headers,
            # Two copies of one message may be on their way, and must differ (shared/publishing.py).
            message_id=str(new_id()),
            name=delivery.incoming.type,
        )

    async def _publish(
        self,
        exchange: str,
        routing_key: str,
        body: str,
        headers: Mapping[str, str | int],
        *,
        is_patient: bool = True,
        **names: str | None,
    ) -> None:
        """Publish until the broker confirms; without that the message must stay in hand.

        Raises MessageRefused, and DeliveryError where nobody is patient with a full queue.
        """
        while True:
            try:
                return await self._broker.publish(exchange, routing_key, body, headers, **names)
            except Exception as error:
                if not is_server_error(error):
                    raise
                if isinstance(error, DeliveryError) and not is_patient:
                    raise
                log.warning("message.held", reason=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)


def _answers(envelope: Envelope) -> Iterable[Message]:
    """Return the refusal for the member, if a member waits for an answer."""
    if not isinstance(envelope.body, Unknown):
        return refusal(envelope.body, Refused("internal_error"))
    if envelope.body.reply_to is None:
        return ()
    answer = CommandRefused(
        reply_to=envelope.body.reply_to, command=envelope.name, code="unknown_command"
    )
    return (answer,)
