"""Joins and leaves of one moment, handled together in one transaction.

While one batch is in hand those that arrive wait, and become the next one: a press alone waits for
nothing, and many at once share receipts, commits and round trips.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import copy_context
from itertools import groupby
from typing import NamedTuple, TypeAlias

import structlog

from shared.database import Pool
from shared.dispatch import Handled, Handlers, handle_once, handle_together, one_by_one
from shared.errors import Kind, classify, is_slow
from shared.limits import Limit
from shared.messages.envelope import Envelope, Message
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation

LIMIT = 32  # so that nobody waits for a row longer than some tens of milliseconds

Result: TypeAlias = tuple[Sequence[Handled], Exception | None]

log = structlog.get_logger()


class _Run(NamedTuple):
    """Messages of one row in their order, and what becomes of them."""

    row: str
    envelopes: Sequence[Envelope]
    handled: "asyncio.Future[Sequence[Handled]]"


class _ApartError(Exception):
    """One of the batch failed, and which is not known: each is handled by itself."""


class Batches:
    """Handles joins and leaves together, all other messages each by itself."""

    def __init__(
        self,
        handlers: Handlers,
        pool: Pool,
        on_commit: Callable[[], None],
        presses_limit: Limit | None = None,
    ) -> None:
        self._handlers, self._pool, self._on_commit = handlers, pool, on_commit
        self._presses_limit = presses_limit
        # The log context of the message that starts the worker would name it for all others.
        self._context = copy_context()
        self._waiting: list[_Run] = []
        self._contended: set[str] = set()
        self._working: asyncio.Task[None] | None = None
        self._one_by_one = one_by_one(self._alone)

    async def handle(self, envelopes: Sequence[Envelope]) -> Result:
        """Handle messages in their order until one fails; returns the results and the error."""
        results: list[Handled] = []
        for row, run in groupby(envelopes, lambda envelope: _lock_key(envelope.body)):
            handled, error = await self._handle_run(row, list(run))
            results += handled
            if error is not None:
                return results, error
        return results, None

    async def _handle_run(self, row: str | None, envelopes: Sequence[Envelope]) -> Result:
        if row is not None and row not in self._contended:
            try:
                return await self._with_others(row, envelopes), None
            except _ApartError:
                pass
            except Exception as error:  # noqa: BLE001 - the caller decides by its kind
                return (), error
        result = await self._one_by_one(envelopes)
        if result[1] is None:
            self._contended.discard(row or "")
        return result

    async def _alone(self, envelope: Envelope) -> Handled:
        return await handle_once(
            envelope, self._handlers, self._pool, self._on_commit, self._presses_limit
        )

    async def _with_others(self, row: str, envelopes: Sequence[Envelope]) -> Sequence[Handled]:
        run = _Run(row, envelopes, asyncio.get_running_loop().create_future())
        self._waiting.append(run)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), context=self._context)
        return await run.handled

    async def _work(self) -> None:
        while batch := self._next():
            await self._handle_batch(batch)

    def _next(self) -> list[_Run]:
        """Take the runs that wait longest, up to LIMIT messages, without those given up.

        In the order of their rows, so that two batches never wait for each other's locks.
        """
        batch: list[_Run] = []
        while self._waiting and sum(len(run.envelopes) for run in batch) < LIMIT:
            run = self._waiting.pop(0)
            if not run.handled.done():
                batch.append(run)
        return sorted(batch, key=lambda run: run.row)

    async def _handle_batch(self, batch: list[_Run]) -> None:
        envelopes = [envelope for run in batch for envelope in run.envelopes]
        try:
            results = iter(
                await handle_together(envelopes, self._handlers, self._pool, self._presses_limit)
            )
        except Exception as error:  # noqa: BLE001 - each message is judged by its own error
            if classify(error) is Kind.TRANSIENT:
                _fail(batch, error)
                return
            if _waited_for_a_row(error):
                # Until such a row is free its messages go alone, and hold up no other row.
                self._contended |= {run.row for run in batch}
            log.info("batch.parted", size=len(envelopes), reason=type(error).__name__)
            _fail(batch, _ApartError())
        else:
            self._on_commit()
            for run in batch:
                handled = [next(results) for _ in run.envelopes]
                if not run.handled.done():
                    run.handled.set_result(handled)
        finally:
            for run in batch:
                run.handled.cancel()  # if the work was


def _lock_key(body: Message) -> str | None:
    """Return the invitation that a join or leave locks; None for any other message."""
    return body.invitation_id if isinstance(body, JoinInvitation | LeaveInvitation) else None


def _waited_for_a_row(error: Exception) -> bool:
    return classify(error) is Kind.CONTENDED or is_slow(error)


def _fail(batch: list[_Run], error: Exception) -> None:
    for run in batch:
        if not run.handled.done():
            run.handled.set_exception(error)
