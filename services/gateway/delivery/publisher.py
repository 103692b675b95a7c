"""Publishes the commands of members; each one is kept until the broker confirms it."""

import asyncio
import contextlib
from collections import defaultdict
from contextvars import copy_context
from datetime import UTC, datetime

import structlog

from services.gateway.delivery.publish_order import CommandQueue, Order, Pending
from services.gateway.delivery.spool import Spool, Unsent
from shared.broker import Broker
from shared.messages.envelope import Envelope

CONFIRM_SECONDS = 1.0
DISK_SECONDS = 1.0  # together they leave a callback one of its three
RESUME_SECONDS = 2.0
DRAIN_SECONDS = 8.0

log = structlog.get_logger()


class Publisher:
    """Publishes commands in order, each under one id until the broker confirms it.

    Each service has a queue of its own here: its full queue at the broker delays no other service.
    """

    def __init__(self, broker: Broker, spool: Spool) -> None:
        self._spool = spool
        # The ids of one press belong in no other press's log lines.
        context = copy_context()
        self._queues: defaultdict[str, CommandQueue] = defaultdict(
            lambda: CommandQueue(broker, context)
        )
        self._order = Order()
        self._kept: dict[Pending, asyncio.Future[bool]] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._is_resumed = asyncio.Event()

    def publish(self, envelope: Envelope, expires_at: datetime) -> Pending:
        """Publish a command in the background until a moment, as far away as it is now."""
        return self._enter(Unsent(envelope, expires_at), self._order)

    async def wait_until_durable(self, pending: Pending) -> None:
        """Wait until a command can no longer be lost: the broker has it, or else the disk."""
        await asyncio.wait({pending.arrived}, timeout=CONFIRM_SECONDS)
        if not pending.arrived.done():
            both = {pending.arrived, self._keep(pending)}
            await asyncio.wait(both, timeout=DISK_SECONDS, return_when=asyncio.FIRST_COMPLETED)

    async def resume(self) -> None:
        """Publish what an earlier process has acknowledged and not brought to the broker."""
        left = await self._spool.take_up()
        order = Order()  # what follows these presses is placed among them, not behind newer ones
        for unsent in left:
            is_written = asyncio.get_running_loop().create_future()
            is_written.set_result(True)
            self._watch(self._enter(unsent, order), is_written)
        self._is_resumed.set()
        if left:
            log.warning("presses.resumed", count=len(left))
        await self._spool.probe()

    async def wait_until_resumed(self) -> None:
        """Return when an earlier process's presses are pending, or after two seconds.

        A disk that hangs holds up no new press; its presses are then late, not lost.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RESUME_SECONDS):
                await self._is_resumed.wait()

    async def drain(self) -> None:
        """Wait a while for what is still pending, then leave it to the next process."""
        if pending := self._pending():
            arrivals = {each.arrived for each in pending}
            await asyncio.wait(arrivals, timeout=DRAIN_SECONDS)
        left = self._pending()
        if writing := {self._keep(pending) for pending in left}:
            done, _ = await asyncio.wait(writing, timeout=DISK_SECONDS)
            kept = sum(each.result() for each in done)
            log.warning("presses.left", count=kept)
            if lost := len(left) - kept:
                log.error("presses.undelivered", count=lost)
        for queue in self._queues.values():
            await queue.stop()
        if self._endings:
            await asyncio.wait(set(self._endings), timeout=DISK_SECONDS)

    def _pending(self) -> list[Pending]:
        return [pending for queue in self._queues.values() for pending in queue.pending.values()]

    def _enter(self, unsent: Unsent, order: Order) -> Pending:
        """Put a command in its queue, once: twice in a window it would confuse its confirms."""
        envelope = unsent.envelope
        queue = self._queues[envelope.name.partition(".")[0]]
        if envelope.id in queue.pending:
            return queue.pending[envelope.id]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (unsent.expires_at - datetime.now(UTC)).total_seconds()
        pending = Pending(unsent, order.place(envelope), deadline, loop.create_future())
        queue.add(pending)
        return pending

    def _keep(self, pending: Pending) -> asyncio.Future[bool]:
        """Write a command to the disk; return the future of whether the disk has it."""
        if pending not in self._kept:
            self._watch(pending, asyncio.create_task(self._spool.write(pending.unsent)))
        return self._kept[pending]

    def _watch(self, pending: Pending, is_written: asyncio.Future[bool]) -> None:
        self._kept[pending] = is_written
        ending = asyncio.create_task(self._end(pending, is_written))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end(self, pending: Pending, is_written: asyncio.Future[bool]) -> None:
        """Delete a command's file once the command has arrived or is given up."""
        await asyncio.wait({pending.arrived, is_written})
        self._kept.pop(pending, None)
        # A cancelled one belongs to the next process.
        if is_written.result() and not pending.arrived.cancelled():
            await self._spool.delete(pending.unsent.envelope.id)
