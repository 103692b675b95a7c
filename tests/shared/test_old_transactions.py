"""A hostile service keeps no transaction open: the others end it."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.database import DATABASE_ERRORS
from shared.service import Service
from shared.settings import DatabaseSettings, ServiceSettings
from tests.conftest import Site

SERVICES = ("invitations", "tickets", "scheduler")
# What a thief of a password does first.
SWITCH_OFF = """
SET idle_in_transaction_session_timeout = 0;
SET statement_timeout = 0;
SET lock_timeout = 0;
"""
LONGEST = """
CREATE OR REPLACE FUNCTION {}.longest_transaction() RETURNS interval
LANGUAGE sql IMMUTABLE
RETURN INTERVAL '{}'
"""
HELD_BACK = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND backend_xmin IS NOT NULL"


@pytest.fixture
async def superuser(database: Site) -> AsyncIterator[asyncpg.Connection]:
    """Give the superuser; until the end of the test every transaction is an old one."""
    connection = await asyncpg.connect(database.superuser_url)
    for service in SERVICES:
        await connection.execute(LONGEST.format(service, "0"))
    yield connection
    for service in SERVICES:
        await connection.execute(LONGEST.format(service, "1 minute"))
    await connection.close()


async def open_transaction(url: str) -> asyncpg.Connection:
    """Switch the role's timeouts off and begin a transaction that holds dead rows back."""
    connection = await asyncpg.connect(url)
    await connection.execute(SWITCH_OFF)
    if connection.get_server_version() >= (17,):
        await connection.execute("SET transaction_timeout = 0")
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM outbox")
    return connection


async def is_ended(connection: asyncpg.Connection) -> bool:
    try:
        await connection.fetchval("SELECT 1")
    except DATABASE_ERRORS:
        return True
    return False


@pytest.mark.parametrize("role", SERVICES)
async def test_a_service_ends_the_open_transaction_of_a_hostile_one(
    database: Site, superuser: asyncpg.Connection, role: str
) -> None:
    """L5: such a transaction kept the dead rows of all tables until an operator came."""
    attacker = await open_transaction(database.url(role))
    held = await superuser.fetchval(HELD_BACK, attacker.get_server_pid())
    other = SERVICES[SERVICES.index(role) - 1]
    settings = DatabaseSettings(database_url=database.pooled_url(other), database_connections=2)
    process = ServiceSettings(rabbitmq_url="amqp://x", http_port=1)
    async with asyncio.timeout(60), Service(other, process) as service:
        await service.database(settings)
        while not await is_ended(attacker):  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.05)
    assert held == 1
    assert await superuser.fetchval(HELD_BACK, attacker.get_server_pid()) == 0


async def test_what_a_hostile_service_runs_for_long_is_ended_too(
    database: Site, superuser: asyncpg.Connection
) -> None:
    attacker = await open_transaction(database.url("tickets"))
    sleeping = asyncio.create_task(attacker.execute("SELECT pg_sleep(3600)"))
    async with asyncio.timeout(60):
        while not sleeping.done():
            await superuser.execute("SELECT scheduler.end_old_transactions()")
            await asyncio.sleep(0.05)
    assert "administrator command" in str(sleeping.exception())


async def test_no_service_ends_the_transaction_of_an_operator(
    database: Site, superuser: asyncpg.Connection
) -> None:
    service = await asyncpg.connect(database.url("invitations"))
    async with superuser.transaction():
        await superuser.execute("SELECT count(*) FROM tickets.outbox")
        assert await service.fetchval("SELECT end_old_transactions()") == 0
        assert await superuser.fetchval("SELECT 1") == 1
    await service.close()


async def test_a_transaction_younger_than_a_minute_goes_on(database: Site) -> None:
    working = await open_transaction(database.url("tickets"))
    caller = await asyncpg.connect(database.url("scheduler"))
    assert await caller.fetchval("SELECT end_old_transactions()") == 0
    assert not await is_ended(working)
    await working.close()
    await caller.close()
