"""PostgreSQL that answers, but not as it should; PgBouncer that makes everyone wait."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import psycopg

from deploy.local.postgresql import ROLES, superuser_url
from tests.chaos.faults.scene import Scene

PAUSE_SECONDS = 15.0
STATEMENT_TIMEOUT = "5s"  # as schema/roles.sql has it


@asynccontextmanager
async def _superuser(scene: Scene) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(scene.arena.site.superuser_url)
    try:
        yield connection
    finally:
        await connection.close()


def _console(scene: Scene, statement: str) -> None:
    """Say something on PgBouncer's console; it speaks the simple protocol only."""
    servers = scene.arena.servers
    port = servers.postgresql_ports.pgbouncer
    url = superuser_url(servers.instance, port, "pgbouncer")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


async def read_only(scene: Scene) -> None:
    """Refuse every write with SQLSTATE 25006, as a demoted primary does."""
    async with _superuser(scene) as connection:
        await connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        await connection.execute("SELECT pg_reload_conf()")
        try:
            await asyncio.sleep(scene.draw_seconds())
        finally:
            await connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await connection.execute("SELECT pg_reload_conf()")


async def locked_rows(scene: Scene) -> None:
    """Hold every event's row for longer than the roles' lock_timeout of three seconds."""
    async with _superuser(scene) as connection, connection.transaction():
        await connection.execute("SELECT FROM invitations.invitations FOR UPDATE")
        await asyncio.sleep(3.5 + scene.draw_seconds())


async def statement_timeout(scene: Scene) -> None:
    """Give the services' statements a millisecond each: some fail with SQLSTATE 57014."""
    await _limit_statements(scene, "1ms")
    try:
        await asyncio.sleep(scene.draw_seconds())
    finally:
        await _limit_statements(scene, STATEMENT_TIMEOUT)


async def _limit_statements(scene: Scene, limit: str) -> None:
    async with _superuser(scene) as connection:
        for role in ROLES:
            await connection.execute(f"ALTER ROLE {role} SET statement_timeout = '{limit}'")
    # A role's setting counts for new sessions only.
    await asyncio.to_thread(_console, scene, "RECONNECT")


async def pause(scene: Scene) -> None:
    """Let PgBouncer keep everyone waiting: PAUSE, then RESUME."""
    with contextlib.suppress(TimeoutError):  # a frozen service may keep its transaction open
        async with asyncio.timeout(PAUSE_SECONDS):
            await asyncio.to_thread(_console, scene, "PAUSE")
    await asyncio.sleep(scene.draw_seconds())
    await asyncio.to_thread(_console, scene, "RESUME")
