"""Keeps the order of messages that concern one thing, and bounds what one failing thing costs.

A lane is everything that waits for one invitation, ticket or member. In an ordered lane a message
starts when the one before it has ended; an unordered lane handles its messages side by side. A
message whose server is away stays in hand for some seconds, so that a short outage costs no detour.
Then the lane parks: a copy of each message goes into the queue of parked messages
(shared/parking.py), and its place of the prefetch is free. The worker keeps trying from memory, in
order, and a copy is acknowledged when its message is handled. So a process that is killed loses
nothing, and the next one reads the copies in their order. In an unordered lane the copy goes into
a delay queue and comes back as if it were new.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextvars import copy_context
from itertools import islice
from typing import Any

import structlog

from shared.deliveries import Delivery
from shared.dispatch import Handled, HandleRun, log_context
from shared.errors import Kind, classify
from shared.lane import Lane, lane_of, pressed_at
from shared.messages.envelope import Envelope
from shared.retries import Retries

RUN = 32  # messages of one lane that are handled together, so that a lane waits some tens of ms
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)
HOLD_SECONDS = 5.0
HOLD_AGAIN_SECONDS = 1.0  # in an unordered lane that was failing before
ATTEMPT_SECONDS = 60.0  # a call that hangs for longer is broken off and tried again
MOST_PARKED = 1_000  # messages of one lane in memory; more of them wait in the queue

log = structlog.get_logger()


class Lanes:
    """Handles deliveries, and settles each with what became of it."""

    def __init__(self, handle: HandleRun, retries: Retries, *, is_ordered: bool) -> None:
        """Take what handles messages of one lane in their order, until one of them fails.

        Of an unordered lane at most `limit` messages are in hand.
        """
        self._handle = handle
        self._retries = retries
        self._is_ordered = is_ordered
        self.limit = 1
        self.is_gathering = False
        self._lanes: dict[str, Lane] = {}
        # A worker outlives the message that starts it, whose ids would name the others in the log.
        self._context = copy_context()

    async def handle(self, delivery: Delivery) -> str:
        """Handle a message when its turn comes; returns what became of it."""
        key = lane_of(delivery.envelope)
        lane = self._lanes.setdefault(key, Lane())
        if self._is_ordered:
            if delivery.is_copy:
                return await self._take_copy(key, lane, delivery)
            if lane.is_closed:
                return await self._park(lane, delivery)
            if lane.parked:
                # The lane is recovering, so the message needs no copy: it is its own.
                return await self._take_copy(key, lane, delivery)
            lane.waiting.append(delivery)
            self._start(key, lane)
            return await delivery.outcome
        if lane.in_hand >= (1 if lane.is_failing else self.limit):
            return await self._retries.delay(delivery)
        lane.in_hand += 1
        try:
            await self._handle_run(lane, [delivery])
            return await delivery.outcome
        finally:
            lane.in_hand -= 1
            self._forget(key, lane)

    async def _take_copy(self, key: str, lane: Lane, delivery: Delivery) -> str:
        """Let a delivery be settled with its parked message."""
        lane.unread.discard(delivery.id)
        if (outcome := lane.handled.pop(delivery.id, None)) is not None:
            self._forget(key, lane)
            if isinstance(outcome, Exception):
                return await self._retries.fail(delivery, outcome)
            return outcome
        if delivery.id in lane.copies:
            return "repeated"  # one delivery is enough to keep the message
        lane.copies[delivery.id] = delivery
        lane.parked.setdefault(delivery.id, delivery.envelope)
        self._start(key, lane)
        return await delivery.outcome

    @property
    def held(self) -> int:
        """Return how many messages wait for a server, in hand or parked."""
        return sum(max(1, len(lane.parked) + len(lane.unread)) for lane in self._failing())

    @property
    def failing_seconds(self) -> float:
        """Return for how long the lane that waits longest has been failing; 0 if none is."""
        now = time.monotonic()
        return max((now - (lane.failing_since or now) for lane in self._failing()), default=0.0)

    def _failing(self) -> Iterator[Lane]:
        return (lane for lane in list(self._lanes.values()) if lane.is_failing)

    async def stop(self) -> None:
        """End what is left; the broker delivers its messages again."""
        workers = [lane.worker for lane in self._lanes.values() if lane.worker is not None]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def begin_gathering(self) -> None:
        """Handle nothing of an ordered lane until what another process has parked is here."""
        self.is_gathering = True

    def end_gathering(self) -> None:
        """Handle what was gathered, in the order in which it was pressed."""
        self.is_gathering = False
        for key, lane in self._lanes.items():
            lane.parked = dict(sorted(lane.parked.items(), key=lambda each: pressed_at(each[1])))
            self._start(key, lane)

    def _start(self, key: str, lane: Lane) -> None:
        if self.is_gathering or lane.worker is not None:
            return
        if lane.waiting or lane.parked:
            lane.worker = asyncio.create_task(self._work(key, lane), context=self._context)

    def lose_copies(self) -> None:
        """Forget what is parked: its queue delivers it again, perhaps to another process."""
        for lane in self._lanes.values():
            lane.lose_copies()

    def sweep(self) -> None:
        """Forget lanes whose copies went to another process."""
        for key, lane in list(self._lanes.items()):
            lane.forget_copies()
            self._forget(key, lane)

    async def _work(self, key: str, lane: Lane) -> None:
        run: list[Delivery] = []
        try:
            while (lane.parked or lane.waiting) and not self.is_gathering:
                if lane.parked:
                    await self._handle_parked(lane)
                else:
                    await self._handle_run(lane, run := list(_next(lane)))
        except Exception as error:  # noqa: BLE001 - each delivery raises it in the consumer
            for delivery in (*run, *lane.waiting, *lane.copies.values()):
                delivery.give_up(error)
            lane.waiting.clear()
            lane.lose_copies()
        finally:
            lane.worker = None
            self._forget(key, lane)

    async def _handle_run(self, lane: Lane, run: list[Delivery]) -> None:
        """Handle messages in hand in their order, each to its end, or park them."""
        hold_seconds = HOLD_AGAIN_SECONDS if lane.is_failing else HOLD_SECONDS
        failing_since, attempt = time.monotonic(), 0
        while run:
            handled, error = await self._attempt(lane, [delivery.envelope for delivery in run])
            for delivery, result in zip(run, handled, strict=False):
                self._settle(lane, delivery, result)
            run = run[len(handled) :]
            if error is None:
                return
            if handled:
                failing_since, attempt = time.monotonic(), 0
            if classify(error) is Kind.PERMANENT:
                first, *run = run
                self._settle(lane, first, await self._retries.fail(first, error))
                continue
            # A delivery is cancelled with its channel, and comes again.
            run = [delivery for delivery in run if not delivery.outcome.done()]
            if not run:
                return
            lane.fail()
            if time.monotonic() - failing_since >= hold_seconds:
                self._park_all(lane, run)
                return
            with log_context(run[0].envelope):
                log.warning("message.held", reason=type(error).__name__, messages=len(run))
                await asyncio.sleep(PAUSE_SECONDS[min(attempt, len(PAUSE_SECONDS) - 1)])
            attempt += 1

    async def _handle_parked(self, lane: Lane) -> None:
        """Handle parked messages from memory, once; after a failure wait a moment."""
        run = list(islice(lane.parked.values(), RUN))
        handled, error = await self._attempt(lane, run)
        for envelope, outcome in zip(run, handled, strict=False):
            self._take_out(lane, envelope, outcome)
        if error is None or not lane.parked:
            return
        failed = run[len(handled)]
        if classify(error) is Kind.PERMANENT:
            self._take_out(lane, failed, error)
            return
        lane.fail()
        for delivery in [each for each in lane.copies.values() if not each.is_copy]:
            del lane.copies[delivery.id]
            delivery.settle_by(self._retries.park(delivery))
        self._park_waiting(lane)
        with log_context(failed):
            log.warning("message.held", reason=type(error).__name__, messages=len(lane.parked))
        await asyncio.sleep(PAUSE_SECONDS[-1])

    def _take_out(self, lane: Lane, envelope: Envelope, outcome: str | Exception) -> None:
        """Settle the copy of a parked message, now or when it arrives."""
        lane.failing_since = None
        lane.parked.pop(envelope.id, None)
        copy = lane.copies.pop(envelope.id, None)
        if copy is None:
            lane.handled[envelope.id] = outcome
        elif isinstance(outcome, Exception):
            copy.settle_by(self._retries.fail(copy, outcome))
        else:
            copy.settle(outcome)

    async def _attempt(
        self, lane: Lane, run: Sequence[Envelope]
    ) -> tuple[Sequence[Handled], Exception | None]:
        stall = asyncio.get_running_loop().call_later(HOLD_SECONDS, self._stall, lane)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await self._handle(run)
        except TimeoutError as error:
            return (), error
        finally:
            stall.cancel()
            lane.is_stalled = False

    def _stall(self, lane: Lane) -> None:
        """Give back the places of those behind a call that hangs."""
        lane.fail()
        lane.is_stalled = True
        self._park_waiting(lane)

    def _settle(self, lane: Lane, delivery: Delivery, outcome: str) -> None:
        lane.failing_since = None
        delivery.settle(outcome)

    def _park_all(self, lane: Lane, run: Sequence[Delivery]) -> None:
        """Park those in hand, in front of what is parked already."""
        behind = [each for each in (*run, *lane.waiting) if not each.outcome.done()]
        lane.waiting.clear()
        if self._is_ordered:
            lane.parked = {each.id: each.envelope for each in behind} | lane.parked
            lane.parked_at = time.monotonic()
        park = self._retries.park if self._is_ordered else self._retries.delay
        for delivery in behind:
            delivery.settle_by(park(delivery))

    def _park_waiting(self, lane: Lane) -> None:
        behind = list(lane.waiting)
        lane.waiting.clear()
        for delivery in behind:
            delivery.settle_by(self._park(lane, delivery))

    def _park(self, lane: Lane, delivery: Delivery) -> Coroutine[Any, Any, str]:
        """Remember a message behind those that are parked, and park its copy."""
        lane.parked_at = time.monotonic()
        if lane.unread or len(lane.parked) >= MOST_PARKED:
            lane.unread.add(delivery.id)
        else:
            lane.parked.setdefault(delivery.id, delivery.envelope)
        return self._retries.park(delivery)

    def _forget(self, key: str, lane: Lane) -> None:
        if lane.is_over and self._lanes.get(key) is lane:
            del self._lanes[key]


def _next(lane: Lane) -> Iterator[Delivery]:
    """Yield the messages that wait longest; one that was cancelled meanwhile comes again."""
    taken = 0
    while lane.waiting and taken < RUN:
        delivery = lane.waiting.popleft()
        if not delivery.outcome.done():
            taken += 1
            yield delivery
