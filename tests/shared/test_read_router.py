"""However many read, a command need not wait for them."""

import asyncio

import asyncpg
import pytest

from shared.database import Connection, Pool, Reader
from shared.read_router import ReadRouter
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
    databases = ReadRouter(pool, pool)
    for replayed, now, is_asked in ((10, 20, True), (1000, 500, False), (600, 600, True)):
        databases._judge(replayed, now)  # noqa: SLF001 - no server goes back in time for a test
        assert databases._is_well is is_asked  # noqa: SLF001 - as above
    await pool.close()


async def test_a_command_finds_a_connection_beside_any_number_of_reads(site: Site) -> None:
    # As the superuser, whose reads no timeout ends.
    pool = await asyncpg.create_pool(site.superuser_url, min_size=4, max_size=4)
    other = await asyncpg.create_pool(site.superuser_url, min_size=1, max_size=1)
    reading = ReadRouter(pool).session()
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


async def one(reader: Reader) -> object:
    row = await reader.fetchrow("SELECT 1 AS one")
    return row and row["one"]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def all_at_once(databases: ReadRouter) -> None:
    async with asyncio.timeout(20):
        found = await asyncio.gather(*(databases.ask(one, None) for _ in range(9)))
    assert found == [(1, None)] * 9


async def test_a_read_that_is_given_up_leaves_its_connection_to_the_next(pool: Pool) -> None:
    databases, gate = ReadRouter(pool), asyncio.Event()
    waiting: list[asyncio.Task[tuple[object, int | None]]] = []

    async def hold(reader: Reader) -> object:
        await gate.wait()
        found = await one(reader)
        # In the very moment in which the turn of the next has come.
        asyncio.get_running_loop().call_soon(waiting[1].cancel)
        return found

    at_once = max(1, pool.get_max_size() * 3 // 4)
    first = [asyncio.create_task(databases.ask(hold, None)) for _ in range(at_once)]
    await settle()
    waiting += [asyncio.create_task(databases.ask(one, None)) for _ in range(4)]
    await settle()
    waiting[0].cancel()
    await settle()
    gate.set()
    assert await asyncio.gather(*first) == [(1, None)] * at_once
    async with asyncio.timeout(20):
        assert await asyncio.gather(*waiting[2:]) == [(1, None)] * 2
    assert waiting[0].cancelled()
    await all_at_once(databases)


async def test_a_lost_connection_is_given_to_no_other_read(pool: Pool) -> None:
    databases = ReadRouter(pool)

    async def fail(reader: Reader) -> None:
        await one(reader)
        reader.terminate()  # type: ignore[attr-defined]  # of a connection, which it is
        raise ConnectionError

    async with asyncio.timeout(20):
        found = await asyncio.gather(
            *(databases.ask(each, None) for _ in range(5) for each in (fail, one)),
            return_exceptions=True,
        )
    assert [each if isinstance(each, tuple) else type(each) for each in found] == [
        ConnectionError,
        (1, None),
    ] * 5
    await all_at_once(databases)


async def test_a_pool_that_gives_no_connection_holds_up_no_later_read(pool: Pool) -> None:
    databases = ReadRouter(pool)
    await pool.close()
    for _ in range(pool.get_max_size()):
        with pytest.raises(Exception, match="closed"):
            await databases.ask(one, None)
