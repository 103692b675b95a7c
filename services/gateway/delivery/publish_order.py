"""Publishes commands in the order in which members pressed, also after an outage of the broker.

docs/decisions/0038-presses-are-published-in-order.md says why, and where the order is not kept.
"""

import asyncio
from contextvars import Context
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

import structlog

from services.gateway.delivery.spool import Unsent
from services.gateway.metrics import PRESSES_FAILED
from shared.broker import Broker
from shared.errors import is_transient
from shared.exchanges import COMMANDS
from shared.messages.envelope import Command, Envelope
from shared.publishing import REFUSED, MessageRefused, Outgoing
from shared.tasks import end

if TYPE_CHECKING:
    from uuid import UUID

# One window a round trip: at 100 ms, on a machine that is overloaded, still 1,000 presses a second.
WINDOW = 100
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)
# More than one: another publisher's message may have closed the channel that they share.
REFUSALS = 3

Place: TypeAlias = tuple[int, int]

log = structlog.get_logger()


class Order:
    """The order in which commands are published.

    A press has the place of its interaction id. A command without an interaction, such as a
    departure, comes after every press that was heard before it; no clock is asked.
    """

    def __init__(self) -> None:
        self._latest = 0
        self._followers = 0

    def place(self, envelope: Envelope) -> Place:
        """Return the sort key of a command that is heard now."""
        body = envelope.body
        if isinstance(body, Command) and body.reply_to is not None:
            interaction_id = int(body.reply_to.interaction_id)
            self._latest = max(self._latest, interaction_id)
            return interaction_id, 0
        self._followers += 1
        return self._latest, self._followers


@dataclass(eq=False, slots=True)
class Pending:
    """A command that the broker has not confirmed."""

    unsent: Unsent
    place: Place
    deadline: float
    """When it is given up, by the loop's clock: a step of the system's clock changes nothing."""
    arrived: asyncio.Future[bool]
    """Whether the broker has confirmed it; False once it is given up."""
    refusals: int = 0

    def outgoing(self) -> Outgoing:
        """Return it as a message to the exchange of commands."""
        envelope = self.unsent.envelope
        body = envelope.to_json().encode()
        return Outgoing(COMMANDS, envelope.name, body, str(envelope.id), envelope.name, {})


class CommandQueue:
    """Publishes the pending commands of one service: a window of the first ones at a time.

    A later window is written only when each press of the earlier one is confirmed or failed. One
    that failed keeps its place, so it is in front of the next window.
    """

    def __init__(self, broker: Broker, context: Context) -> None:
        self.pending: dict[UUID, Pending] = {}
        self._broker = broker
        self._context = context
        self._window = WINDOW
        self._publishing: asyncio.Task[None] | None = None

    def add(self, pending: Pending) -> None:
        """Publish a command when its turn comes."""
        self.pending[pending.unsent.envelope.id] = pending
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish(), context=self._context)

    async def stop(self) -> None:
        """Stop publishing, and cancel what is still pending."""
        if self._publishing is not None:
            await end(self._publishing)
        for pending in self.pending.values():
            pending.arrived.cancel()
        self.pending.clear()

    async def _publish(self) -> None:
        attempt = 0
        while self.pending:
            if await self._publish_window():
                attempt, self._window = 0, min(2 * self._window, WINDOW)
                continue
            # One first: it shows that the broker is back, or which press is refused.
            self._window = 1
            await asyncio.sleep(PAUSE_SECONDS[min(attempt, len(PAUSE_SECONDS) - 1)])
            attempt += 1

    async def _publish_window(self) -> bool:
        """Publish the first commands together; return whether none has to be tried again."""
        self._expire()
        try:
            # First: what is heard until there is a channel may belong in front of the window.
            await self._broker.wait_until_open()
        except TimeoutError as error:
            self._log_held(error, len(self.pending))
            return False
        window = sorted(self.pending.values(), key=attrgetter("place"))[: self._window]
        failures = await self._failures(window)
        held = [
            failure
            for pending, failure in zip(window, failures, strict=True)
            if not self._is_finished(pending, failure, is_alone=len(window) == 1)
        ]
        if held:
            self._log_held(held[0], len(held))
        return not held

    def _log_held(self, failure: Exception | None, count: int) -> None:
        reason, pending = type(failure).__name__, len(self.pending)
        log.warning("presses.held", reason=reason, count=count, pending=pending)

    async def _failures(self, window: list[Pending]) -> list[Exception | None]:
        try:
            return await self._broker.publish_all([pending.outgoing() for pending in window])
        except Exception as error:  # noqa: BLE001 - a press that cannot be written stops no other
            return [error] * len(window)

    def _is_finished(self, pending: Pending, failure: Exception | None, *, is_alone: bool) -> bool:
        if failure is None:
            self._finish(pending, has_arrived=True)
            log.info("press.sent", **_names(pending))
            return True
        if is_alone and _is_refusal(failure):
            pending.refusals += 1
        if pending.refusals < REFUSALS and not isinstance(failure, MessageRefused):
            return False
        self._finish(pending, has_arrived=False)
        PRESSES_FAILED.labels(reason="refused").inc()
        log.error("press.refused", reason=repr(failure), **_names(pending))
        return True

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        for pending in [each for each in self.pending.values() if each.deadline <= now]:
            self._finish(pending, has_arrived=False)
            PRESSES_FAILED.labels(reason="expired").inc()
            log.error("press.expired", **_names(pending))

    def _finish(self, pending: Pending, *, has_arrived: bool) -> None:
        del self.pending[pending.unsent.envelope.id]
        pending.arrived.set_result(has_arrived)


def _is_refusal(failure: Exception) -> bool:
    """Return whether the same message, published alone, would fail again."""
    return isinstance(failure, REFUSED) or not is_transient(failure)


def _names(pending: Pending) -> dict[str, str]:
    envelope = pending.unsent.envelope
    return {"message": envelope.name, "correlation_id": str(envelope.correlation_id)}
