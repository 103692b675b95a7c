"""A replica beside the one PostgreSQL, which a test can pause or kill."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.database import Pool, open_replica_pool
from shared.read_router import ReadRouter
from shared.settings import ReplicaSettings
from tests.conftest import Site


@asynccontextmanager
async def with_replica(site: Site, primary: Pool) -> AsyncIterator[ReadRouter]:
    """Give both databases of a site, the replica found well."""
    site.servers.show_on_replica(site.name)
    replica = await open_replica_pool(
        ReplicaSettings(
            database_url=site.pooled_url("invitations"),
            replica_database_url=site.servers.replica_url("invitations", site.name),
            database_connections=4,
        )
    )
    assert replica is not None
    databases = ReadRouter(primary, replica)
    await caught_up(site)
    await databases.look()
    yield databases
    replica.terminate()


async def caught_up(site: Site) -> None:
    """Wait until the replica has all that the primary has now."""
    primary = await asyncpg.connect(site.superuser_url)
    wanted = await primary.fetchval("SELECT pg_current_wal_insert_lsn()::text")
    await primary.execute("CHECKPOINT")  # sends what no commit has flushed
    await primary.close()
    query = "SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn"
    replica = await asyncpg.connect(site.servers.replica_superuser_url("postgres"))
    async with asyncio.timeout(20):
        while not await replica.fetchval(query, wanted):  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.01)
    await replica.close()


@asynccontextmanager
async def standing_still(site: Site) -> AsyncIterator[None]:
    """Let the replica replay nothing meanwhile."""
    replica = await asyncpg.connect(site.servers.replica_superuser_url("postgres"))
    await replica.execute("SELECT pg_wal_replay_pause()")
    query = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
    async with asyncio.timeout(20):
        while not await replica.fetchval(query):  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.01)
    try:
        yield
    finally:
        await replica.execute("SELECT pg_wal_replay_resume()")
        await replica.close()
