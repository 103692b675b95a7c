"""The relay publishes the outbox, in order, and forgets what the broker has confirmed.

One relay is active per schema: the one that has locked the row of `relay_lease`. It is woken after
each commit in its own process, and looks by itself now and then: for what another process left that
ended before its relay was woken.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import asyncpg
import structlog
from aio_pika.exceptions import PublishError

from shared import outbox
from shared.broker import Broker
from shared.database import Connection, Pool
from shared.errors import is_server_error, suppress_server_errors
from shared.exchanges import DEAD, EVENTS, POSITION, SEQUENCE
from shared.failpoints import failpoint
from shared.metrics import OUTBOX_AGE_SECONDS, OUTBOX_REFUSED
from shared.publishing import Headers, MessageRefused, Outgoing

LOOK_SECONDS = 1.0
# The active one may have read the outbox before our message was in it. Twice as long each time: it
# may be waiting for a broker that confirms nothing.
BARRED_SECONDS = 0.02
PAUSE_SECONDS = 0.5

log = structlog.get_logger()

BeforeTelling: TypeAlias = Callable[[Sequence[str]], Awaitable[None]]
NumberEvents: TypeAlias = Callable[
    [Pool, Sequence[asyncpg.Record]], Awaitable[Mapping[int, Headers]]
]
Sent: TypeAlias = tuple[asyncpg.Record, Outgoing, Exception | None]


async def ready_as_it_is(_bodies: Sequence[str]) -> None:
    """Do nothing before messages are published."""


class Relay:
    """Move messages from the outbox to the broker until the process stops."""

    def __init__(
        self,
        pool: Pool,
        broker: Broker,
        before: BeforeTelling = ready_as_it_is,
        number: NumberEvents | None = None,
    ) -> None:
        """`before` is called with the bodies of messages before they are published.

        `number` gives numbers to events, and commits them, before RabbitMQ gets them; it returns
        their headers, of which one is the number. Replies do not wait for it: they are what members
        wait for.
        """
        self._pool = pool
        self._broker = broker
        self._before = before
        self._number = number
        self._wake = asyncio.Event()
        self._barred_seconds = BARRED_SECONDS
        self._has_more = False

    def wake(self) -> None:
        """Say that a transaction has just filled the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Publish until cancelled; a server that is away costs a pause, never a message."""
        seconds = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):  # wait_for can lose a cancel
                    await self._wake.wait()
            try:
                seconds = await self._turn()
            except Exception as error:
                if not is_server_error(error):
                    raise
                log.warning("relay.paused", reason=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)
                seconds = 0.0

    async def _turn(self) -> float:
        """Publish what waits; gives the seconds until something may wait that wakes nobody."""
        is_awake = self._wake.is_set()
        self._wake.clear()
        barred_seconds, self._barred_seconds = self._barred_seconds, BARRED_SECONDS
        if not is_awake and not await self._look():
            return LOOK_SECONDS
        number = await self.publish_batch()
        if number is None:
            self._barred_seconds = min(2 * barred_seconds, LOOK_SECONDS)
            return barred_seconds
        return 0.0 if self._has_more else LOOK_SECONDS

    async def _look(self) -> bool:
        """Tell whether anything waits: one statement, where a turn for nothing would take three."""
        age, refused = await outbox.state(self._pool)
        OUTBOX_AGE_SECONDS.set(age or 0.0)
        OUTBOX_REFUSED.set(refused)
        return age is not None

    async def drain(self) -> None:
        """Publish what is left before the process ends; what cannot go stays for the next one."""
        with suppress_server_errors():
            while await self.publish_batch():
                pass

    async def publish_batch(self) -> int | None:
        """Publish the oldest messages in one transaction; gives how many, None if another does."""
        async with self._pool.acquire(timeout=5) as connection, connection.transaction():
            rows = await outbox.take_oldest(connection)
            if rows is None:
                return None
            OUTBOX_AGE_SECONDS.set(rows[0]["age_seconds"] if rows else 0.0)
            self._has_more = outbox.is_full(rows)
            for row in rows:
                if row["is_too_large"]:
                    _log_refused(row, outbox.TOO_LARGE)
            if fitting := [row for row in rows if not row["is_too_large"]]:
                await self._publish(fitting, connection)
        return len(rows)

    async def _publish(self, rows: list[asyncpg.Record], connection: Connection) -> None:
        await self._before([row["body"] for row in rows])
        failpoint("relay.publishing")
        # All of them end before the transaction does: one id must never be in flight twice.
        results = await asyncio.gather(
            self._send([row for row in rows if not self._is_numbered(row)]),
            self._send_numbered([row for row in rows if self._is_numbered(row)]),
            return_exceptions=True,
        )
        for sent in results:
            if isinstance(sent, BaseException):
                raise sent
            for row, message, failure in sent:
                if isinstance(failure, MessageRefused):
                    await outbox.set_aside(connection, row, str(failure))
                    _log_refused(row, str(failure))
                elif failure is not None:
                    await self._bury(message)
        failpoint("relay.published")

    def _is_numbered(self, row: asyncpg.Record) -> bool:
        return self._number is not None and row["exchange"] == EVENTS

    async def _send_numbered(self, rows: list[asyncpg.Record]) -> list[Sent]:
        """Publish events in the order of their numbers: some may have got theirs before a crash."""
        if self._number is None or not rows:
            return []
        headers = await self._number(self._pool, rows)
        failpoint("relay.numbered")
        ordered = sorted(rows, key=lambda row: headers[row["id"]][SEQUENCE])
        return await self._send(ordered, headers)

    async def _send(
        self, rows: list[asyncpg.Record], headers: Mapping[int, Headers] | None = None
    ) -> list[Sent]:
        """Publish messages; raises the first failure that may end by itself."""
        messages = [_outgoing(row, (headers or {}).get(row["id"], {})) for row in rows]
        failures = await self._broker.publish_all(messages)
        for failure in failures:
            if failure is not None and not isinstance(failure, PublishError | MessageRefused):
                raise failure
        return list(zip(rows, messages, failures, strict=True))

    async def _bury(self, message: Outgoing) -> None:
        """Let those pass that are behind a message for which no queue is there.

        A queue that is full says so by a nack, and is waited for.
        """
        log.error("message.unroutable", message=message.name)
        [failure] = await self._broker.publish_all([message._replace(exchange=DEAD)])
        if failure is not None:
            raise failure


def _log_refused(row: asyncpg.Record, reason: str) -> None:
    log.error(
        "message.refused",
        message=row["routing_key"],
        message_id=str(row["message_id"]),
        reason=reason,
    )


def _outgoing(row: asyncpg.Record, more: Headers) -> Outgoing:
    key = row["routing_key"]
    headers = {POSITION: row["position"], **more}
    return Outgoing(
        row["exchange"], key, row["body"].encode(), str(row["message_id"]), key, headers
    )
