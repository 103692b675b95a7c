"""Sends reads to a replica, once it has replayed what the reader must see.

The position is the LSN of the write-ahead log as a number. A replica that is a little behind is
waited for; one that is far behind, or away, is not asked.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import asyncpg
import structlog

from shared.database import DATABASE_ERRORS, Pool, Reader
from shared.metrics import REPLICA_LAG_BYTES, REPLICA_READS
from shared.single_flight import SingleFlight
from shared.tasks import forever

PATIENCE_SECONDS = 0.05
PAUSE_SECONDS = 0.001  # twice as long each time
HANG_SECONDS = 0.25
LOOK_SECONDS = 1.0

ResultT = TypeVar("ResultT")
Question: TypeAlias = Callable[[Reader], Awaitable[ResultT]]

# With synchronous_commit on, a commit is visible once it is flushed: the flush LSN. With it off a
# commit is visible before, so the insert LSN.
SELECT_POSITION = """
SELECT (
         CASE current_setting('synchronous_commit')
           WHEN 'off' THEN pg_current_wal_insert_lsn()
           ELSE pg_current_wal_flush_lsn()
         END - '0/0'
       )::bigint
"""

# None on what is no replica, or not any more: its log has gone a way of its own.
SELECT_REPLAYED = """
SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::bigint END
"""

log = structlog.get_logger()


async def wal_lsn(pool: Pool) -> int:
    """Return the LSN that covers everything seen on the primary until now."""
    found: int = await pool.fetchval(SELECT_POSITION)
    return found


class ReadRouter:
    """The primary and, where there is one, a replica to spare it reads."""

    def __init__(self, primary: Pool, replica: "Pool | None" = None) -> None:
        """Take the pools; the replica is asked once `watch` has found it well."""
        self._primary = primary
        self._replica = replica
        # In the pool's own queue commands wait behind all reads. A quarter of the pool is for
        # commands and the relay alone.
        self._reads = asyncio.Semaphore(max(1, primary.get_max_size() * 3 // 4))
        self._lsns: SingleFlight[None, int] = SingleFlight(self._wal_lsn)
        self._is_well = False
        self._due = 0  # what the primary had at the last look

    def session(self, at_least: int | None = None) -> "ReadSession":
        """Return a session that reads what is there now, or at a position or later."""
        return ReadSession(self, at_least)

    async def ask(
        self, question: Question[ResultT], at_least: int | None
    ) -> tuple[ResultT, int | None]:
        """Run a read; with `at_least`, return the position that covers its result, too."""
        if self._is_well:
            needed = at_least
            if needed is None:
                needed = await self._lsns.run(None)
            found = await self._ask_replica(question, needed, tells=at_least is not None)
            if found is not None:
                REPLICA_READS.labels("replica").inc()
                return found
        if self._replica is not None:
            REPLICA_READS.labels("primary").inc()
        async with self._reads, self._primary.acquire() as connection:
            result = await question(connection)
        return result, None if at_least is None else await self._lsns.run(None)

    async def watch(self) -> None:
        """Look at the replica until cancelled; without one, end at once."""
        if self._replica is not None:
            await forever("replica", self.look, every_seconds=LOOK_SECONDS)

    async def look(self) -> None:
        """Judge the replica well if it answers, and has what the primary had a look ago."""
        try:
            async with asyncio.timeout(HANG_SECONDS):
                found = await self._once(_replayed, 0, tells=False)
        except DATABASE_ERRORS as error:
            self._lose(type(error).__name__)
            return
        # The primary's absence says nothing of the replica.
        with contextlib.suppress(*DATABASE_ERRORS):
            self._judge(found[0] if found else None, await self._lsns.run(None))

    def _judge(self, replayed: int | None, now: int) -> None:
        if replayed is None:
            self._lose("no replica")
        elif replayed < self._due:
            self._lose("behind")
        elif replayed > now:  # read before `now`: the primary was restored to an earlier moment
            self._lose("ahead")
        elif not self._is_well:
            self._is_well = True
            log.info("replica.found")
        REPLICA_LAG_BYTES.set(max(0, now - (replayed or 0)))
        self._due = now

    async def _ask_replica(
        self, question: Question[ResultT], needed: int, *, tells: bool
    ) -> tuple[ResultT, int | None] | None:
        """Ask until it has replayed so far; None when that takes too long, or it fails."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        pause = PAUSE_SECONDS
        try:
            while self._is_well:
                async with asyncio.timeout(HANG_SECONDS):
                    found = await self._once(question, needed, tells=tells)
                if found is not None or time.monotonic() + pause > give_up_at:
                    return found
                await asyncio.sleep(pause)
                pause *= 2
        except DATABASE_ERRORS as error:
            self._lose(type(error).__name__)
        return None

    async def _once(
        self, question: Question[ResultT], needed: int, *, tells: bool
    ) -> tuple[ResultT, int | None] | None:
        """Ask the replica if it has replayed so far.

        In one transaction, because the pooler may know two servers, and as two statements: a
        snapshot taken before the position is known can be older than that.
        """
        assert self._replica is not None  # noqa: S101 - nobody asks where there is none
        connection = await self._replica.acquire()
        try:
            await connection.execute("BEGIN READ ONLY")
            replayed = await _replayed(connection)
            found = None
            if replayed is not None and replayed >= needed:
                result = await question(connection)
                found = result, await _replayed(connection) if tells else None
            await connection.execute("COMMIT")
        except BaseException:
            connection.terminate()  # a polite end would wait for a server that hangs
            raise
        finally:
            await self._replica.release(connection)
        return found

    async def _wal_lsn(self, _: None) -> int:
        return await wal_lsn(self._primary)

    def _lose(self, reason: str) -> None:
        if self._is_well:
            log.warning("replica.lost", reason=reason)
        self._is_well = False


class ReadSession:
    """The reads of one request; `position` covers everything they have returned."""

    def __init__(self, router: ReadRouter, at_least: int | None) -> None:
        self._router = router
        self._at_least = at_least
        self.position = at_least

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        """Read rows."""
        return await self._ask(lambda reader: reader.fetch(query, *values))

    async def fetchrow(self, query: str, *values: object) -> asyncpg.Record | None:
        """Read one row."""
        return await self._ask(lambda reader: reader.fetchrow(query, *values))

    async def _ask(self, question: Question[ResultT]) -> ResultT:
        result, self.position = await self._router.ask(question, self._at_least)
        return result


async def _replayed(reader: Reader) -> int | None:
    row = await reader.fetchrow(SELECT_REPLAYED)
    return row[0] if row else None
