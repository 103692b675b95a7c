"""However many read, a command need not wait for them."""

import asyncio

import asyncpg

from shared.database import Connection
from shared.replica import Databases
from tests.conftest import Site

LOCK = "SELECT pg_advisory_xact_lock(1)"
READ = "SELECT 1 AS one FROM (SELECT pg_advisory_xact_lock_shared(1)) AS lock"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def come_to_wait(watcher: Connection, count: int) -> None:
    """Return once so many reads wait for the lock in the database."""
    async with asyncio.timeout(30):
        while await watcher.fetchval(WAITING) < count:
            pass


async def test_a_replica_that_is_ahead_of_its_primary_is_not_asked(site: Site) -> None:
    """The primary was restored to an earlier moment: the replica shows what was undone."""
    pool = await site.pool()
    databases = Databases(pool, pool)
    for replayed, now, is_asked in ((10, 20, True), (1000, 500, False), (600, 600, True)):
        databases._judge(replayed, now)  # noqa: SLF001 - no server goes back in time for a test
        assert databases._is_well is is_asked  # noqa: SLF001 - as above
    await pool.close()


async def test_a_command_finds_a_connection_beside_any_number_of_reads(site: Site) -> None:
    # As the superuser, whose reads no timeout ends.
    pool = await asyncpg.create_pool(site.superuser_url, min_size=4, max_size=4)
    other = await asyncpg.create_pool(site.superuser_url, min_size=1, max_size=1)
    reading = Databases(pool).reading()
    async with other.acquire() as holder, holder.transaction():
        await holder.execute(LOCK)
        reads = [asyncio.create_task(reading.fetchrow(READ)) for _ in range(10)]
        await come_to_wait(holder, 3)
        async with asyncio.timeout(30):
            assert await pool.fetchval("SELECT 2") == 2
        assert await holder.fetchval(WAITING) == 3
        assert not any(read.done() for read in reads)
    rows = await asyncio.gather(*reads)
    assert [row and row["one"] for row in rows] == [1] * 10
    assert len(await reading.fetch(READ)) == 1
    await pool.close()
    await other.close()
