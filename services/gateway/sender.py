"""Brings what members pressed to the broker: each press is kept until the broker has it."""

import asyncio
import contextlib
from datetime import UTC, datetime

import structlog

from shared.broker import BROKER_AWAY, Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope

DRAIN_SECONDS = 8.0
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)

log = structlog.get_logger()


class Sender:
    """Publishes commands, again and again under one id until the broker confirms."""

    def __init__(self, broker: Broker) -> None:
        """Take the service's broker."""
        self._broker = broker
        self._pending: set[asyncio.Task[bool]] = set()

    def send(self, envelope: Envelope, expires_at: datetime) -> asyncio.Task[bool]:
        """Publish a command in the background until a moment; the task gives whether it arrived."""
        task = asyncio.create_task(self._publish(envelope, expires_at))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        return task

    async def drain(self) -> None:
        """Wait a while for what is still on its way, then give it up to the other replica."""
        if not self._pending:
            return
        _, left = await asyncio.wait(set(self._pending), timeout=DRAIN_SECONDS)
        for task in left:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if left:
            log.error("presses.undelivered", count=len(left))

    async def _publish(self, envelope: Envelope, expires_at: datetime) -> bool:
        attempt = 0
        while datetime.now(UTC) < expires_at:
            try:
                await self._broker.publish(COMMANDS, envelope.name, envelope)
            except BROKER_AWAY as error:
                log.warning("press.held", reason=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS[min(attempt, len(PAUSE_SECONDS) - 1)])
                attempt += 1
            else:
                log.info("press.sent", message=envelope.name)
                return True
        log.error("press.expired", message=envelope.name)
        return False
