"""The queue of parked messages of an ordered queue, which one process reads at a time.

That is the process to which the ordered queue delivers. It reads all that another process has
parked before it handles anything newer, so that a press does not overtake an earlier one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from aio_pika import Channel
from aio_pika.abc import AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused

from shared.errors import is_server_error, suppress_server_errors
from shared.exchanges import parked_queue
from shared.lanes import Lanes
from shared.retries import Retries
from shared.subscription import Subscription

PREFETCH = 4_000  # parked messages in memory; more of them wait in their queue
LOOK_SECONDS = 10.0
CLOSE_SECONDS = 5.0
PAUSE_SECONDS = 0.2
QUIET_SECONDS = 0.1
# Newer messages wait at most so long for parked ones that another process does not give up, or
# that do not fit into memory.
WAIT_SECONDS = 20.0

log = structlog.get_logger()


class Parking:
    """Reads what is parked of one queue."""

    def __init__(
        self,
        queue_name: str,
        lanes: Lanes,
        retries: Retries,
        receive: Callable[[AbstractIncomingMessage], Awaitable[None]],
    ) -> None:
        """Take the ordered queue, its lanes, and what is done with each parked message."""
        self._queue_name = parked_queue(queue_name)
        self._lanes, self._retries, self._receive = lanes, retries, receive
        self._is_ours = False  # the ordered queue delivers to this process
        self._channel: Channel | None = None
        self._arrived = 0
        self._reading: asyncio.Task[None] | None = None
        self._looked_at = 0.0
        self._is_read = asyncio.Event()
        self._is_read.set()
        # The event alone would let a message pass that comes while earlier ones are waking up.
        self._turn = asyncio.Lock()

    def begin(self, subscription: Subscription) -> None:
        """Read what is parked if this is the first message that the ordered queue delivers."""
        if not self._is_ours:
            self._is_ours = True
            self._read(subscription)

    async def wait_until_read(self) -> None:
        """Return when newer messages may be handled, to each caller in its turn."""
        async with self._turn:
            await self._is_read.wait()

    async def look(self, subscription: Subscription) -> None:
        """Find parked messages that no process reads; to be called every second or so."""
        now = asyncio.get_running_loop().time()
        reading = self._reading
        is_reading = reading is not None and not reading.done()
        if is_reading or now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        state = await subscription.state_of(self._queue_name)
        if self._reading is not reading:
            # It was read or lost meanwhile. A second reader would wait for the first one.
            return
        if state is None or state.consumer_count:
            self._let_pass()
        elif self._is_ours:
            self._read(subscription)
        elif state.message_count:
            await self._retries.nudge()

    def lose(self) -> None:
        """Forget what is parked: the ordered queue may deliver to another process now."""
        self._is_ours = False
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._lanes.lose_copies()
        self._let_pass()
        channel, self._channel = self._channel, None
        if channel is not None:
            self._reading = asyncio.create_task(_close(channel))

    async def stop(self) -> None:
        """Leave what is parked to the next process."""
        self.lose()
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    def _read(self, subscription: Subscription) -> None:
        self._hold_back()
        self._reading = asyncio.create_task(self._read_all(subscription))

    async def _read_all(self, subscription: Subscription) -> None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._open(subscription)
                await self._take_all(subscription)
        except Exception as error:
            if not is_server_error(error):
                raise
            log.warning("consumer.parked_unread", queue=self._queue_name, exc_info=error)
        finally:
            if self._reading is asyncio.current_task():  # and not read again already
                self._let_pass()

    async def _take_all(self, subscription: Subscription) -> None:
        """Return when the queue is empty and nothing more comes.

        A count from before is too low: a broker that was killed gives what its consumer had back
        to the queue bit by bit, and behind what was waiting.
        """
        before = -1
        while True:
            state = await subscription.state_of(self._queue_name)
            is_empty = state is not None and not state.message_count
            if is_empty and self._arrived == before:
                return
            if self._arrived >= PREFETCH:  # the rest comes only when some are handled
                self._lanes.end_gathering()
            before = self._arrived
            await asyncio.sleep(QUIET_SECONDS)

    async def _open(self, subscription: Subscription) -> None:
        """Consume the queue as soon as no other process does."""
        while True:
            self._arrived = 0
            try:
                channel = await subscription.consume_alone(self._queue_name, self._arrive, PREFETCH)
            except ChannelAccessRefused:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._channel = channel
            channel.close_callbacks.add(partial(self._lose_channel, channel))
            return

    async def _arrive(self, incoming: AbstractIncomingMessage) -> None:
        self._arrived += 1
        await self._receive(incoming)

    def _lose_channel(self, channel: Channel, *_: object) -> None:
        """Read again what this process has had: a channel may end alone."""
        if channel is self._channel:
            self._channel = None
            self._lanes.lose_copies()
            self._hold_back()
            self._looked_at = 0.0

    def _hold_back(self) -> None:
        self._is_read.clear()
        self._lanes.begin_gathering()

    def _let_pass(self) -> None:
        self._lanes.end_gathering()
        self._is_read.set()


async def _close(channel: Channel) -> None:
    with suppress_server_errors():
        async with asyncio.timeout(CLOSE_SECONDS):
            await channel.close()
