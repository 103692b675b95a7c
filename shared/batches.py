"""Messages that wait for the same rows, handled several in one transaction.

While one batch is in hand those that arrive wait, and become the next one: a press alone waits for
nobody, and of many at once the receipts, commits and round trips are shared.
"""

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import copy_context
from typing import NamedTuple

import structlog

from shared.database import AWAY, HELD_UP, Pool
from shared.dispatch import Handled, Handlers, handle_once, handle_together
from shared.messages.envelope import Envelope, Message

LIMIT = 32  # so that nobody waits for a row longer than some tens of milliseconds

log = structlog.get_logger()


class _Waiting(NamedTuple):
    envelope: Envelope
    row: str
    handled: asyncio.Future[Handled]


class _ApartError(Exception):
    """One of the batch failed, nobody asks which: each is handled by itself."""


class Batches:
    """Handles messages that lock one row together, all others each by itself."""

    def __init__(
        self,
        handlers: Handlers,
        pool: Pool,
        committed: Callable[[], None],
        row_of: Callable[[Message], str | None],
    ) -> None:
        """Take the work, and what tells the one row that a message locks, or None for other work.

        A batch locks its rows in their order, so that two of them never wait for each other.
        """
        self._handlers, self._pool, self._committed = handlers, pool, committed
        self._row_of = row_of
        # Not the one of the message that starts the work: its ids would name those of all others.
        self._context = copy_context()
        self._waiting: list[_Waiting] = []
        self._held_up: set[str] = set()
        self._working: asyncio.Task[None] | None = None

    async def handle(self, envelope: Envelope) -> Handled:
        """Handle a message once, alone or with others; raises what `handle_once` raises."""
        row = self._row_of(envelope.body)
        if row is not None and row not in self._held_up:
            with contextlib.suppress(_ApartError):
                return await self._together(envelope, row)
        handled = await handle_once(envelope, self._handlers, self._pool, self._committed)
        self._held_up.discard(row or "")  # somebody has had it
        return handled

    async def _together(self, envelope: Envelope, row: str) -> Handled:
        mine = _Waiting(envelope, row, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), context=self._context)
        return await mine.handled

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
            # Who was cancelled meanwhile gets the message again.
            batch = [each for each in batch if not each.handled.done()]
            batch.sort(key=lambda each: each.row)
            await self._handle(batch)

    async def _handle(self, batch: list[_Waiting]) -> None:
        envelopes = [each.envelope for each in batch]
        try:
            results = await handle_together(envelopes, self._handlers, self._pool)
        except HELD_UP as error:
            # One row is held, nobody asks which: until it is had again its messages go alone.
            self._held_up |= {each.row for each in batch}
            _part(batch, error)
        except AWAY as error:
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a message stays with it
            _part(batch, error)
        else:
            self._committed()
            for each, handled in zip(batch, results, strict=True):
                if not each.handled.done():
                    each.handled.set_result(handled)
        finally:
            for each in batch:
                each.handled.cancel()  # if the work was


def _part(batch: list[_Waiting], error: Exception) -> None:
    log.info("batch.parted", size=len(batch), reason=type(error).__name__)
    _fail(batch, _ApartError())


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for each in batch:
        if not each.handled.done():
            each.handled.set_exception(error)
