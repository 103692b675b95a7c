"""One lane: what concerns one invitation, ticket or member, and what waits of it."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.deliveries import Delivery
from shared.messages.envelope import Envelope, Reply, born_at

# A copy that stays away for so long went to another process.
FORGET_SECONDS = 120.0


@dataclass(slots=True)
class Lane:
    """What waits for one thing."""

    waiting: deque[Delivery] = field(default_factory=deque)
    in_hand: int = 0
    failing_since: float | None = None  # since then nothing of it has succeeded
    failed_at: float = 0.0
    is_stalled: bool = False  # a call for it hangs
    parked: dict[UUID, Envelope] = field(default_factory=dict)  # in their order
    copies: dict[UUID, Delivery] = field(default_factory=dict)  # settled with what is parked
    handled: dict[UUID, str | Exception] = field(default_factory=dict)  # before a copy arrived
    unread: set[UUID] = field(default_factory=set)  # only in the queue: memory was full
    parked_at: float = 0.0
    worker: asyncio.Task[None] | None = None

    @property
    def is_failing(self) -> bool:
        """Return whether the last attempt failed, and not long ago."""
        is_recent = time.monotonic() - self.failed_at < FORGET_SECONDS
        return self.failing_since is not None and is_recent

    @property
    def failing_seconds(self) -> float:
        """Return for how long nothing of it has succeeded; 0 if the last attempt did."""
        return time.monotonic() - self.failing_since if self.failing_since else 0.0

    def fail(self) -> None:
        """Note an attempt that failed, or hangs."""
        self.failed_at = time.monotonic()
        self.failing_since = self.failing_since or self.failed_at

    @property
    def is_closed(self) -> bool:
        """Return whether messages that arrive are parked."""
        return self.is_stalled or bool(self.unread) or (bool(self.parked) and self.is_failing)

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to remember."""
        is_idle = self.worker is None and not self.in_hand
        is_empty = not (self.waiting or self.parked or self.copies or self.handled or self.unread)
        return is_idle and is_empty and not self.is_failing

    def lose_copies(self) -> None:
        """Forget what is parked: the queue of parked messages delivers it again."""
        self.parked.clear()
        self.copies.clear()
        self.unread.clear()
        self.failing_since = None

    def forget_copies(self) -> None:
        """Forget copies that went to another process."""
        if time.monotonic() - self.parked_at > FORGET_SECONDS:
            self.handled.clear()
            self.unread.clear()


def lane_of(envelope: Envelope) -> str:
    """Name what a message concerns: an invitation, a ticket, a member, or itself alone."""
    body = envelope.body
    if isinstance(body, Reply):
        return str(envelope.id)
    for kind in ("invitation", "ticket"):
        state = getattr(body, kind, None)
        if subject_id := getattr(body, f"{kind}_id", None) or getattr(state, "id", None):
            return f"{kind} {subject_id}"
    actor = getattr(body, "actor", None)
    return f"member {actor.user_id}" if actor else str(envelope.id)


def pressed_at(envelope: Envelope) -> tuple[datetime, int]:
    """Return when Discord took a press, and its interaction id, or when a message was sent."""
    reply_to = getattr(envelope.body, "reply_to", None)
    if reply_to is None:
        return envelope.sent_at, 0
    return born_at(reply_to.interaction_id), int(reply_to.interaction_id)
