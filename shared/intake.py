"""Bounds the bytes of the messages that a process has in hand of a queue.

The prefetch counts messages, and one may have a thousand times the bytes of another. So a process
with many bytes in hand reads no more from the queue's connection, and RabbitMQ keeps the rest.
"""

import asyncio
import contextlib
from collections.abc import Iterator

import aiormq

from shared.messages.envelope import MOST_MESSAGE_BYTES

MOST_BYTES = 8 * MOST_MESSAGE_BYTES
# Heartbeats are not read meanwhile either. After twice their interval the connection would be lost.
PATIENCE_SECONDS = 5.0


class Intake:
    """What a process has in hand of one queue, which has a connection of its own."""

    def __init__(self) -> None:
        self._bytes = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @contextlib.contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count a message while it is in hand."""
        self._count(size)
        try:
            yield
        finally:
            self._count(-size)

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes < MOST_BYTES:
            self._has_room.set()
        else:
            self._has_room.clear()

    def guard(self, channel: aiormq.Channel) -> None:
        """Let a channel take a delivery only when there is room (aiormq 7.2.4, which is pinned).

        Its connection hands over one frame after the other, and reads nothing while one waits.
        """
        put = channel.frames.put

        async def put_in_turn(frame: tuple[int, object]) -> None:
            is_delivery = isinstance(frame[1], aiormq.spec.Basic.Deliver)
            if is_delivery and not self._has_room.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await self._has_room.wait()
            await put(frame)

        vars(channel.frames)["put"] = put_in_turn
