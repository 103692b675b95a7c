"""Real servers for the whole run, and private databases and vhosts on them."""

import os
import pickle
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pytest

from deploy.local.instance import free_ports
from deploy.local.server import Server
from deploy.local.servers import Servers, passing_servers
from shared.database import Pool, open_pool
from shared.settings import DatabaseSettings
from tests.caches import own_cache_url
from tests.composed import IS_COMPOSED, Composition, composition
from tests.keys import command_keys
from tests.lifted import LIFTED
from tests.slow import SLOW

STARTED: list[Server] = []
"""The servers of this worker."""

# Without its triggers, which let nobody delete what is final, nor the rows that relays lock.
EMPTY = """
DO $$
DECLARE
    written text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR written IN
        SELECT relid::regclass FROM pg_stat_user_tables
         WHERE schemaname <> 'migrations' AND relname NOT IN ('relay_lease', 'feed_head')
    LOOP
        EXECUTE 'DELETE FROM ' || written;
    END LOOP;
END
$$
"""


def pytest_xdist_auto_num_workers() -> int:
    """Run a worker more than there are cores: many tests wait for a server most of their time."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True)
class Site:
    """A migrated database, and a vhost with the whole topology: of the same name if not said."""

    servers: Servers
    name: str
    own_vhost: str = ""

    @property
    def vhost(self) -> str:
        """Name the vhost."""
        return self.own_vhost or self.name

    @property
    def superuser_url(self) -> str:
        """Give the superuser's address, straight to PostgreSQL."""
        return self.servers.superuser_url(self.name)

    def url(self, role: str) -> str:
        """Give a role's address straight to PostgreSQL, for what needs a session."""
        return self.servers.direct_database_url(role, self.name)

    def pooled_url(self, role: str) -> str:
        """Give a role's address through PgBouncer, as the services have it."""
        return self.servers.database_url(role, self.name)

    def rabbitmq_url(self, user: str) -> str:
        """Give a user's address of the private vhost."""
        return self.servers.rabbitmq_url(user, self.vhost)

    def environment(self, service: str) -> dict[str, str]:
        """Return the settings of a service on this site; its HTTP port comes from the caller."""
        return {
            "DATABASE_URL": self.pooled_url(service),
            "RABBITMQ_URL": self.rabbitmq_url(service),
            "REDIS_URL": own_cache_url(self.servers),
            "API_PORT": str(free_ports(1)[0]),
            **LIFTED,
            **command_keys(service),
        }

    async def empty(self) -> None:
        """Delete every row of every service."""
        superuser = await asyncpg.connect(self.superuser_url)
        await superuser.execute(EMPTY)
        await superuser.close()

    async def pool(self, role: str = "invitations", connections: int = 8) -> Pool:
        """Open a pool as a service does."""
        return await open_pool(
            DatabaseSettings(
                database_url=self.pooled_url(role),
                database_connections=connections,
            )
        )


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers | Composition]:
    """Run PostgreSQL, PgBouncer, RabbitMQ, Redis and Prometheus for all tests."""
    if IS_COMPOSED:
        with composition() as running:
            yield running
        return
    if address := os.environ.get("RUNNING_SERVERS"):
        # Those of `make mutants`, which stay up while its tests run again and again.
        yield pickle.loads(Path(address).read_bytes())  # noqa: S301 - written by our parent
        return
    with passing_servers("test") as running:
        STARTED.extend(running.processes)
        yield running


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what tests/slow.py lists, before -m chooses."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")


def pytest_runtest_setup() -> None:
    """Start PgBouncer again before the next test, as Docker does.

    Debian 12's version 1.18 can end by itself while cancel requests are under way:
    https://github.com/pgbouncer/pgbouncer/pull/846.
    """
    for server in STARTED:
        if server.name == "pgbouncer" and not server.running():
            server.launch_again()
            server.await_ready()


@pytest.fixture(scope="module")
def replica(servers: Servers) -> Iterator[Server]:
    """Run a replica of PostgreSQL beside a module's tests."""
    server = servers.start_replica(forgetful=True)
    yield server
    servers.stop_replica(server)


@pytest.fixture(scope="module")
def database(servers: Servers) -> Iterator[Site]:
    """Give a migrated database that a module's tests share."""
    site = Site(servers, f"test_{secrets.token_hex(6)}")
    servers.create_database(site.name)
    yield site
    servers.drop_database(site.name)


@pytest.fixture(scope="session")
def tables(servers: Servers) -> Iterator[Site]:
    """Give a migrated database for one test after the other: each finds it empty."""
    site = Site(servers, f"test_{secrets.token_hex(6)}")
    servers.create_database(site.name)
    yield site
    servers.drop_database(site.name)


@pytest.fixture
async def site(servers: Servers, tables: Site) -> AsyncIterator[Site]:
    """Give empty tables and a vhost of the test's own."""
    await tables.empty()
    site = replace(tables, own_vhost=f"test_{secrets.token_hex(6)}")
    servers.create_vhost(site.vhost)
    yield site
    servers.drop_vhost(site.vhost)


@pytest.fixture
async def pool(tables: Site) -> AsyncIterator[Pool]:
    """Give the invitations service's pool on empty tables, through PgBouncer."""
    await tables.empty()
    pool = await tables.pool(connections=20)
    yield pool
    await pool.close()
