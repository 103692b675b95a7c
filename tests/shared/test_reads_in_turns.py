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
    async with asyncio.timeout(10):
        while await watcher.fetchval(WAITING) < count:
            pass


async def test_a_command_finds_a_connection_beside_any_number_of_reads(site: Site) -> None:
    # As the superuser, whose reads no timeout ends.
    pool = await asyncpg.create_pool(site.superuser_url, min_size=4, max_size=4)
    other = await asyncpg.create_pool(site.superuser_url, min_size=1, max_size=1)
    reading = Databases(pool).reading()
    async with other.acquire() as holder, holder.transaction():
        await holder.execute(LOCK)
        reads = [asyncio.create_task(reading.fetchrow(READ)) for _ in range(10)]
        await come_to_wait(holder, 3)
        async with asyncio.timeout(5):
            assert await pool.fetchval("SELECT 2") == 2
        assert await holder.fetchval(WAITING) == 3
        assert not any(read.done() for read in reads)
    rows = await asyncio.gather(*reads)
    assert [row and row["one"] for row in rows] == [1] * 10
    assert len(await reading.fetch(READ)) == 1
    await pool.close()
    await other.close()
