"""Handles the messages of one lane, and parks them while a server is away."""

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Iterator, Sequence
from itertools import islice
from typing import Any

import structlog

from shared.deliveries import Delivery
from shared.dispatch import Handled, HandleRun, log_context
from shared.errors import Kind, classify, is_slow
from shared.lane import Lane
from shared.messages.envelope import Envelope
from shared.retries import Retries

RUN = 32  # messages of one lane that are handled together, so that a lane waits some tens of ms
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)
LONGEST_PAUSE_SECONDS = 15.0
HOLD_SECONDS = 5.0
HOLD_AGAIN_SECONDS = 1.0  # in an unordered lane that was failing before
ATTEMPT_SECONDS = 60.0  # a call that hangs for longer is broken off and tried again
SLOW_SECONDS = 60.0
MOST_PARKED = 1_000  # messages of one lane in memory; more of them wait in the queue

log = structlog.get_logger()


class LaneWorker:
    """Handles messages in their order, each to its end."""

    def __init__(self, handle: HandleRun, retries: Retries, *, is_ordered: bool) -> None:
        self._handle, self._retries = handle, retries
        self._is_ordered = is_ordered
        self._has_recovered = asyncio.Event()

    async def handle_run(self, lane: Lane, run: list[Delivery]) -> None:
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
            if _is_final(lane, error):
                first, *run = run
                first.settle(await self._retries.fail(first, error))
                if not is_slow(error):
                    self._recover(lane)
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

    async def handle_parked(self, lane: Lane) -> None:
        """Handle parked messages from memory, once; after a failure wait a moment."""
        run = list(islice(lane.parked.values(), RUN))
        handled, error = await self._attempt(lane, run)
        for envelope, outcome in zip(run, handled, strict=False):
            self._take_out(lane, envelope, outcome)
        if error is None or not lane.parked:
            return
        failed = run[len(handled)]
        if _is_final(lane, error):
            self._take_out(lane, failed, error)
            return
        lane.fail()
        for delivery in [each for each in lane.copies.values() if not each.is_copy]:
            del lane.copies[delivery.id]
            delivery.settle_by(self._retries.park(delivery))
        self._park_waiting(lane)
        with log_context(failed):
            log.warning("message.held", reason=type(error).__name__, messages=len(lane.parked))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_seconds(lane.failing_seconds)):
                await self._has_recovered.wait()

    def _recover(self, lane: Lane) -> None:
        """Note a success; if the lane was failing, let the others that wait try at once."""
        if lane.failing_since is not None:
            lane.failing_since = None
            self._has_recovered.set()
            self._has_recovered.clear()

    def _take_out(self, lane: Lane, envelope: Envelope, outcome: str | Exception) -> None:
        """Settle the copy of a parked message, now or when it arrives."""
        if isinstance(outcome, str) or not is_slow(outcome):
            self._recover(lane)
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
        self._recover(lane)
        delivery.settle(outcome)

    def _park_all(self, lane: Lane, run: Sequence[Delivery]) -> None:
        """Park those in hand, in front of what is parked already."""
        behind = [each for each in (*run, *lane.waiting) if not each.outcome.done()]
        lane.waiting.clear()
        if self._is_ordered:
            lane.parked = {each.id: each.envelope for each in behind} | lane.parked
            lane.parked_at = time.monotonic()
        for delivery in behind:
            delivery.settle_by(
                self._retries.park(delivery)
                if self._is_ordered
                else self._retries.delay(delivery, lane.failing_seconds)
            )

    def _park_waiting(self, lane: Lane) -> None:
        behind = list(lane.waiting)
        lane.waiting.clear()
        for delivery in behind:
            delivery.settle_by(self.park(lane, delivery))

    def park(self, lane: Lane, delivery: Delivery) -> Coroutine[Any, Any, str]:
        """Remember a message behind those that are parked, and park its copy."""
        lane.parked_at = time.monotonic()
        if lane.unread or len(lane.parked) >= MOST_PARKED:
            lane.unread.add(delivery.id)
        else:
            lane.parked.setdefault(delivery.id, delivery.envelope)
        return self._retries.park(delivery)


def _is_final(lane: Lane, error: Exception) -> bool:
    """Return whether a message leaves its lane, and its place in the order, for the ladder.

    A lane whose statements have been taking too long for SLOW_SECONDS tries each message once.
    """
    if is_slow(error):
        return lane.failing_seconds > SLOW_SECONDS
    return classify(error) is Kind.PERMANENT


def pause_seconds(failing_seconds: float) -> float:
    """Return when a parked lane tries again: the longer it has been failing, the later."""
    return min(max(PAUSE_SECONDS[-1], failing_seconds / 4), LONGEST_PAUSE_SECONDS)


def next_run(lane: Lane) -> Iterator[Delivery]:
    """Yield the messages that wait longest; one that was cancelled meanwhile comes again."""
    taken = 0
    while lane.waiting and taken < RUN:
        delivery = lane.waiting.popleft()
        if not delivery.outcome.done():
            taken += 1
            yield delivery
