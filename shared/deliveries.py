"""One message in hand: what the broker delivered, and what becomes of it."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage

from shared.exchanges import POSITION
from shared.messages.envelope import Envelope


@dataclass(slots=True, eq=False)
class Delivery:
    """A message that the broker waits to have acknowledged."""

    incoming: AbstractIncomingMessage
    envelope: Envelope
    outcome: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    received_at: float = field(default_factory=time.monotonic)
    is_copy: bool = False  # it comes from the queue of parked messages
    _settling: asyncio.Task[str] | None = None

    @property
    def id(self) -> UUID:
        """Return the message's id."""
        return self.envelope.id

    @property
    def position(self) -> int | None:
        """Return where the database stood when the message was written, if it says so."""
        position = self.incoming.headers.get(POSITION)
        return position if isinstance(position, int) else None

    @property
    def attempts(self) -> int | None:
        """Return how often the message has failed; None if another program wrote the header."""
        attempts = self.incoming.headers.get("x-attempt", 0)
        return attempts if isinstance(attempts, int) and attempts >= 0 else None

    def settle(self, outcome: str) -> None:
        """Say what became of the message, unless its channel is gone."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def settle_by(self, work: Coroutine[Any, Any, str]) -> None:
        """Settle the message by what some work returns or raises."""
        self._settling = asyncio.get_running_loop().create_task(work)
        self._settling.add_done_callback(self._settle_by)

    def give_up(self, error: BaseException) -> None:
        """Give the message back to the broker because of an error that nobody expected."""
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def _settle_by(self, work: asyncio.Task[str]) -> None:
        if work.cancelled():
            self.outcome.cancel()
        elif error := work.exception():
            self.give_up(error)
        else:
            self.settle(work.result())
