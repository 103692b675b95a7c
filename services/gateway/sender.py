"""Brings what members pressed to the broker: each press is kept until the broker has it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from structlog.contextvars import bound_contextvars

from services.gateway.spool import Spool, Unsent
from shared.broker import BROKER_AWAY, Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope

CONFIRM_SECONDS = 1.0
DISK_SECONDS = 1.0  # together they leave a callback one of its three
DRAIN_SECONDS = 8.0
# All at once they would keep a slow broker busy with copies that nobody waits for any more: each
# confirm would come after its patience, and be asked for once more, for ever.
AT_ONCE = 32
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)

log = structlog.get_logger()


class Sender:
    """Publishes commands, again and again under one id until the broker confirms."""

    def __init__(self, broker: Broker, spool: Spool) -> None:
        """Take the service's broker, and where a press is kept that it does not confirm."""
        self._broker = broker
        self._spool = spool
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._pending: dict[asyncio.Task[bool], Unsent] = {}
        self._written: dict[asyncio.Task[bool], asyncio.Future[bool]] = {}
        self._endings: set[asyncio.Task[None]] = set()

    def send(self, envelope: Envelope, expires_at: datetime) -> asyncio.Task[bool]:
        """Publish a command in the background until a moment; the task gives whether it arrived."""
        return self._begin(Unsent(envelope, expires_at))

    async def secure(self, sending: asyncio.Task[bool]) -> None:
        """Wait until a command can no longer be lost: the broker has it, or else the disk."""
        await asyncio.wait({sending}, timeout=CONFIRM_SECONDS)
        if not sending.done():
            both = {sending, self._keep(sending)}
            await asyncio.wait(both, timeout=DISK_SECONDS, return_when=asyncio.FIRST_COMPLETED)

    async def resume(self) -> None:
        """Send what an earlier process has acknowledged and not brought to the broker."""
        left = await self._spool.take_up()
        for unsent in left:
            with bound_contextvars(correlation_id=str(unsent.envelope.correlation_id)):
                is_written = asyncio.get_running_loop().create_future()
                is_written.set_result(True)
                self._watch(self._begin(unsent), is_written)
        if left:
            log.warning("presses.resumed", count=len(left))

    async def drain(self) -> None:
        """Wait a while for what is still on its way, then leave it to the next process."""
        if self._pending:
            await asyncio.wait(set(self._pending), timeout=DRAIN_SECONDS)
        left = {sending for sending in self._pending if not sending.done()}
        if writing := {self._keep(sending) for sending in left}:
            done, _ = await asyncio.wait(writing, timeout=DISK_SECONDS)
            kept = sum(each.result() for each in done)
            log.warning("presses.left", count=kept)
            if lost := len(left) - kept:
                log.error("presses.undelivered", count=lost)
        for sending in left:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
        if self._endings:
            await asyncio.wait(set(self._endings), timeout=DISK_SECONDS)

    def _begin(self, unsent: Unsent) -> asyncio.Task[bool]:
        sending = asyncio.create_task(self._publish(unsent.envelope, unsent.expires_at))
        self._pending[sending] = unsent
        sending.add_done_callback(self._pending.pop)
        return sending

    def _keep(self, sending: asyncio.Task[bool]) -> asyncio.Future[bool]:
        """Let the disk have what is on its way, until it has arrived or nobody waits for it."""
        if sending not in self._written:
            writing = asyncio.create_task(self._spool.write(self._pending[sending]))
            self._watch(sending, writing)
        return self._written[sending]

    def _watch(self, sending: asyncio.Task[bool], is_written: asyncio.Future[bool]) -> None:
        self._written[sending] = is_written
        ending = asyncio.create_task(self._end(sending, self._pending[sending], is_written))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end(
        self, sending: asyncio.Task[bool], unsent: Unsent, is_written: asyncio.Future[bool]
    ) -> None:
        await asyncio.wait({sending, is_written})
        del self._written[sending]
        # One that was broken off is the next process's.
        if is_written.result() and not sending.cancelled() and sending.exception() is None:
            await self._spool.delete(unsent.envelope.id)

    @contextlib.asynccontextmanager
    async def _turn(self, expires_at: datetime) -> AsyncIterator[None]:
        """Stand in line for the broker; raises TimeoutError when nobody waits any more."""
        async with asyncio.timeout((expires_at - datetime.now(UTC)).total_seconds()):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def _publish(self, envelope: Envelope, expires_at: datetime) -> bool:
        attempt = 0
        while datetime.now(UTC) < expires_at:
            try:
                async with self._turn(expires_at):
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
