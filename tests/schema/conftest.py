"""Connections to the migrated database, as the roles that use it."""

import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from schema.files import SERVICES
from schema.migrate import migrate


@pytest.fixture(scope="module")
def database(database: Any) -> Any:
    """Give the module's database as the migration leaves it.

    A copy of a migrated database lacks what hangs on its name: time zone and rights to connect.
    """
    migrate(database.superuser_url, passwords_of(database))
    return database


@pytest.fixture
async def owner(database: Any) -> AsyncIterator[asyncpg.Connection]:
    """Give the owner, all of whose work is undone."""
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("SET ROLE doukikai_owner; SET search_path = invitations")
    async with undone(connection):
        yield connection


@pytest.fixture
async def invitations(database: Any) -> AsyncIterator[asyncpg.Connection]:
    """Give the invitations service's role, all of whose work is undone."""
    async with undone(await asyncpg.connect(database.url("invitations"))) as connection:
        yield connection


@pytest.fixture
async def tickets(database: Any) -> AsyncIterator[asyncpg.Connection]:
    """Give the tickets service's role, all of whose work is undone."""
    async with undone(await asyncpg.connect(database.url("tickets"))) as connection:
        yield connection


@pytest.fixture
async def scheduler(database: Any) -> AsyncIterator[asyncpg.Connection]:
    """Give the scheduler service's role, all of whose work is undone."""
    async with undone(await asyncpg.connect(database.url("scheduler"))) as connection:
        yield connection


@pytest.fixture
async def pair(database: Any) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Connection]]:
    """Give two sessions of the invitations service, whose commits are removed afterwards."""
    first = await asyncpg.connect(database.url("invitations"))
    second = await asyncpg.connect(database.url("invitations"))
    try:
        yield first, second
    finally:
        first.terminate()
        second.terminate()
        await remove_all(database.superuser_url)


@pytest.fixture
async def crowd(database: Any) -> AsyncIterator[asyncpg.Pool]:
    """Give twenty sessions of the invitations service, whose commits are removed afterwards."""
    async with asyncpg.create_pool(database.url("invitations"), min_size=20, max_size=20) as pool:
        yield pool
    await remove_all(database.superuser_url)


@pytest.fixture
async def empty_database(database: Any) -> AsyncIterator[str]:
    """Give a superuser's URL of a database without a schema, on the same server."""
    name = f"schema_test_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(database.superuser_url)._replace(path=f"/{name}"))
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def passwords(database: Any) -> dict[str, str]:
    """Give the passwords the server's roles already have: roles are shared by its databases."""
    return passwords_of(database)


def passwords_of(database: Any) -> dict[str, str]:
    """Give each role's password from its address."""
    return {name: urlsplit(database.url(name)).password or "unused" for name in SERVICES}


class undone:  # noqa: N801 - reads as the verb it is
    """Open a transaction on a connection, undo it at the end, and close the connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def __aenter__(self) -> asyncpg.Connection:
        self.transaction = self.connection.transaction()
        await self.transaction.start()
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        await self.transaction.rollback()
        await self.connection.close()


async def remove_all(superuser_url: str) -> None:
    """Remove what a test committed, final rows included."""
    connection = await asyncpg.connect(superuser_url)
    await connection.execute("SET ROLE doukikai_owner; DELETE FROM invitations.invitations")
    await connection.close()
