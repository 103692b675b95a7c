"""The local stack runs production's configuration, on the loopback only."""

import asyncio
import json
from functools import partial
from signal import SIGKILL
from typing import Any

import aiohttp
import asyncpg
import psutil
import psycopg
import pytest
import redis.asyncio

from deploy.local import rabbitmq
from deploy.local.instance import free_ports
from deploy.local.postgresql import DATABASE, ROLES, SOCKET, PostgresqlPorts
from deploy.local.programs import program
from deploy.local.server import Server, accepts
from tests.watching import running

# Long enough that all of them ask at the same time.
SELECT_TAKEN = """
SELECT count(*)
  FROM pg_stat_activity, pg_sleep(0.3)
 WHERE datname = 'vrc_discord_bot' AND usename IS NOT NULL -- autovacuum is no user
"""


@pytest.fixture(scope="module")
def settings(servers: Any) -> dict[str, str]:
    """Give PostgreSQL's settings as they are in force."""
    with psycopg.connect(servers.superuser_url("postgres")) as connection:
        return dict(connection.execute("SELECT name, current_setting(name) FROM pg_settings"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_connections", "200"),
        ("wal_level", "replica"),
        ("max_wal_senders", "10"),
        ("TimeZone", "UTC"),
        ("password_encryption", "scram-sha-256"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length", "0"),
    ],
)
def test_postgresql_runs_with_the_designs_settings(
    settings: dict[str, str], name: str, value: str
) -> None:
    assert settings[name] == value


def test_a_message_in_a_retry_queue_does_not_wait_minutes_after_rabbitmq_was_killed(
    servers: Any,
) -> None:
    asked = "application:get_env(rabbit, dead_letter_worker_publisher_confirm_timeout)."
    assert rabbitmq.evaluate(servers.instance, servers.rabbitmq_ports, asked) == "{ok,10000}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pool_mode", "transaction"),
        ("max_client_conn", "1000"),
        ("default_pool_size", "100"),
        ("reserve_pool_size", "10"),
        ("max_db_connections", "100"),
        ("server_idle_timeout", "600"),
    ],
)
def test_pgbouncer_runs_with_the_designs_numbers(servers: Any, name: str, value: str) -> None:
    port = servers.postgresql_ports
    console = servers.superuser_url("pgbouncer").replace(
        f":{port.postgresql}/", f":{port.pgbouncer}/"
    )
    with psycopg.connect(console, autocommit=True) as connection:
        shown = {row[0]: row[1] for row in connection.execute("SHOW CONFIG")}
    assert shown[name] == value


async def test_a_thousand_clients_of_all_roles_at_once_share_a_hundred_connections(
    servers: Any,
) -> None:
    """G7: each role had a pool of its own, and 960 clients of three took more than there are."""
    servers.migrate()
    clients: list[asyncpg.Connection] = []
    turns = asyncio.Semaphore(50)
    with running(
        trusting_pooler(servers.instance, servers.postgresql_ports, port := free_ports(1)[0])
    ):

        async def connect(role: str) -> None:
            async with turns:
                url = f"postgresql://{role}@127.0.0.1:{port}/{DATABASE}"
                clients.append(await asyncpg.connect(url, statement_cache_size=0, timeout=60))

        try:
            await asyncio.gather(*(connect(ROLES[number % 3]) for number in range(1000)))
            taken = await asyncio.gather(*(each.fetchval(SELECT_TAKEN) for each in clients))
        finally:
            for each in clients:
                each.terminate()
    assert len(taken) == 1000
    assert 50 < max(taken) <= 100


def trusting_pooler(instance: Any, ports: PostgresqlPorts, port: int) -> Server:
    """Describe a PgBouncer with production's numbers that asks for no password, for speed."""
    lines = [
        f"%include {instance.copy('pgbouncer/pgbouncer.ini')}",
        f"listen_port = {port}",
        "auth_type = trust",
        f"auth_file = {instance.data / 'configuration' / 'pgbouncer' / 'userlist.txt'}",
        "[databases]",
        f"{DATABASE} = host={SOCKET} port={ports.postgresql}",
    ]
    path = instance.write("pgbouncer/trusting.ini", "\n".join(lines) + "\n")
    command = [program("pgbouncer"), str(path)]
    ready = partial(accepts, port)
    return Server(instance, "trusting-pooler", command, ready=ready, stop_signal=SIGKILL)


def test_a_private_database_lets_only_the_services_in(servers: Any, database: Any) -> None:
    with psycopg.connect(servers.database_url("invitations", database.name)) as connection:
        assert connection.execute("SELECT current_user, current_schema()").fetchone() == (
            "invitations",
            "invitations",
        )
    query = "SELECT datacl::text FROM pg_database WHERE datname = %s"
    with psycopg.connect(servers.superuser_url("postgres")) as connection:
        (rights,) = connection.execute(query, (database.name,)).fetchone()
    assert "{=" not in rights
    assert ",=" not in rights


async def test_redis_is_a_cache_that_keeps_its_generations(servers: Any) -> None:
    async with redis.asyncio.from_url(servers.redis_url()) as cache:
        assert (await cache.config_get("maxmemory-policy"))["maxmemory-policy"] == "volatile-lru"
        assert (await cache.config_get("save"))["save"] == ""


async def test_redis_asks_for_its_password(servers: Any) -> None:
    async with redis.asyncio.from_url(f"redis://127.0.0.1:{servers.redis_port}/0") as stranger:
        with pytest.raises(redis.exceptions.AuthenticationError):
            await stranger.ping()


async def test_prometheus_watches_rabbitmq_and_each_queue(servers: Any) -> None:
    targets = {target["labels"]["job"]: target for target in await _targets(servers)}
    assert {"rabbitmq", "rabbitmq-queues", "prometheus"} <= set(targets)
    wanted = (
        'rabbitmq_detailed_queue_messages_ready{vhost="doukikai",queue="doukikai.dead"}',
        'queue_consumers{vhost="doukikai",queue="gateway.events"}',
    )
    async with asyncio.timeout(60):
        metrics = ""
        while not all(each in metrics for each in wanted):  # RabbitMQ counts every five seconds
            metrics = await _read(targets["rabbitmq-queues"]["scrapeUrl"])


async def test_prometheus_notices_new_services_by_itself(servers: Any) -> None:
    servers.scrape({"gateway": [1, 2]})
    async with asyncio.timeout(30):
        while await _gateways(servers) != {"127.0.0.1:1", "127.0.0.1:2"}:  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.1)
    servers.scrape({})


@pytest.mark.parametrize("path", ["/api/v1/query?query=up", "/api/v1/targets"])
async def test_no_web_page_of_another_origin_reads_prometheus(servers: Any, path: str) -> None:
    """L3: it sent every origin the header by which a browser shows the answer to the page."""
    for origin in ("https://evil.example", "http://localhost:8080", "null"):
        async with (
            aiohttp.ClientSession(headers={"Origin": origin}) as browser,
            browser.get(f"{servers.prometheus_url}{path}") as response,
        ):
            assert response.status == 200
            assert "Access-Control-Allow-Origin" not in response.headers, origin


def test_every_server_listens_on_the_loopback_only(servers: Any) -> None:
    listening = [
        connection.laddr.ip
        for server in servers.processes
        for process in _family(server.process.pid)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 9
    assert set(listening) <= {"127.0.0.1", "::1"}


def test_no_server_runs_as_root(servers: Any) -> None:
    owners = {
        process.uids().real
        for server in servers.processes
        for process in _family(server.process.pid)
    }
    assert 0 not in owners


def test_secrets_are_for_the_owner_alone(servers: Any) -> None:
    folder = servers.instance.folder / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    secrets = list(folder.iterdir())
    assert secrets
    assert all(secret.stat().st_mode & 0o777 == 0o600 for secret in secrets)
    written = servers.instance.data / "configuration"
    assert all(path.stat().st_mode & 0o077 == 0 for path in written.rglob("*"))


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


async def _gateways(servers: Any) -> set[str]:
    return {
        target["labels"]["instance"]
        for target in await _targets(servers)
        if target["labels"].get("service") == "gateway"
    }


async def _targets(servers: Any) -> list[dict[str, Any]]:
    answer = json.loads(await _read(f"{servers.prometheus_url}/api/v1/targets"))
    return answer["data"]["activeTargets"]


async def _read(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.text()
