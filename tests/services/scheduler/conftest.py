"""The scheduler's database and its tickers, on real servers."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest

from deploy.local.servers import Servers
from services.scheduler.ticker import Ticker
from shared.database import Pool, open_pool
from shared.settings import DatabaseSettings
from shared.tasks import end


class Surroundings:
    """What the scheduler stands on: a private database and a private vhost of running servers."""

    def __init__(self, servers: Servers, name: str) -> None:
        self.url = servers.database_url("scheduler", name)
        self.direct_url = servers.direct_database_url("scheduler", name)
        self.superuser_url = servers.superuser_url(name)
        self.other_superuser_url = servers.superuser_url("postgres")
        self.name = name
        self.servers = servers

    def rabbitmq_url(self, user: str) -> str:
        return self.servers.rabbitmq_url(user, self.name)


@pytest.fixture(scope="session")
def surroundings(servers: Servers) -> Iterator[Surroundings]:
    name = f"scheduler_test_{secrets.token_hex(4)}"
    servers.create_database(name)
    servers.create_vhost(name)
    yield Surroundings(servers, name)
    servers.drop_vhost(name)
    servers.drop_database(name)


@pytest.fixture
async def pool(surroundings: Surroundings) -> AsyncIterator[Pool]:
    """Give a pool on empty tables."""
    async with opened(surroundings.url) as pool:
        await pool.execute("DELETE FROM deadlines")
        await pool.execute("DELETE FROM outbox")
        await pool.execute("DELETE FROM inbox")
        yield pool


@pytest.fixture
async def superuser(surroundings: Surroundings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(surroundings.superuser_url)
    await connection.execute("SET search_path = scheduler")
    yield connection
    await connection.close()


class Replica:
    """One ticker on its own pool, as a process has it; `kill` cuts its sessions."""

    def __init__(self, pool: Pool, tell: Callable[[], None]) -> None:
        self.pool = pool
        self.ticker = Ticker(pool, tell)
        self.task = asyncio.create_task(self.ticker.run())

    async def kill(self) -> None:
        self.pool.terminate()
        await end(self.task)


class Replicas(list[Replica]):
    """Tickers that run, and the signal that one of them has fired."""

    def __init__(self) -> None:
        super().__init__()
        self._woken = asyncio.Event()

    def tell(self) -> None:
        self._woken.set()

    async def until(self, is_so: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
        """Wait until a condition holds, looking each time something fires.

        And now and then: a replica cut off right after its commit cannot tell.
        """
        async with asyncio.timeout(seconds):
            while not await is_so():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), 0.2)
                self._woken.clear()


@pytest.fixture
async def start_replicas(
    pool: Pool,  # noqa: ARG001 - the tables must be empty before anything ticks
    surroundings: Surroundings,
) -> AsyncIterator[Callable[..., Awaitable[Replicas]]]:
    replicas = Replicas()

    async def start(count: int, url: str = surroundings.url) -> Replicas:
        for _ in range(count):
            replicas.append(Replica(await open_pool(_settings(url)), replicas.tell))
        return replicas

    yield start
    for replica in replicas:
        assert not replica.task.done() or replica.task.cancelled(), replica.task.exception()
        await replica.kill()


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(_settings(url))
    yield pool
    await pool.close()


def _settings(url: str) -> DatabaseSettings:
    return DatabaseSettings(database_url=url, database_connections=4)
