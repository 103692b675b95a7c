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
from collections.abc import Iterator
from contextvars import copy_context

from shared.deliveries import Delivery
from shared.dispatch import HandleRun
from shared.lane import Lane, lane_of, pressed_at
from shared.lane_worker import LaneWorker, next_run
from shared.retries import Retries
from shared.tasks import end


class Lanes:
    """Handles deliveries, and settles each with what became of it."""

    def __init__(self, handle: HandleRun, retries: Retries, *, is_ordered: bool) -> None:
        """Take what handles messages of one lane in their order, until one of them fails.

        Of an unordered lane at most `limit` messages are in hand.
        """
        self._worker = LaneWorker(handle, retries, is_ordered=is_ordered)
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
                return await self._worker.park(lane, delivery)
            if lane.parked:
                # The lane is recovering, so the message needs no copy: it is its own.
                return await self._take_copy(key, lane, delivery)
            lane.waiting.append(delivery)
            self._start(key, lane)
            return await delivery.outcome
        if lane.in_hand >= (1 if lane.is_failing else self.limit):
            return await self._retries.delay(delivery, lane.failing_seconds)
        lane.in_hand += 1
        try:
            await self._worker.handle_run(lane, [delivery])
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
        await end(*workers)

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
                    await self._worker.handle_parked(lane)
                else:
                    await self._worker.handle_run(lane, run := list(next_run(lane)))
        except Exception as error:  # noqa: BLE001 - each delivery raises it in the consumer
            for delivery in (*run, *lane.waiting, *lane.copies.values()):
                delivery.give_up(error)
            lane.waiting.clear()
            lane.lose_copies()
        finally:
            lane.worker = None
            self._forget(key, lane)

    def _forget(self, key: str, lane: Lane) -> None:
        if lane.is_over and self._lanes.get(key) is lane:
            del self._lanes[key]
