"""Each service's role has its settings and changes no structure; its rights: test_rights.py."""

from typing import Any

import asyncpg
import pytest

ROLES = ("invitations", "tickets", "scheduler")
SETTINGS = {
    "TimeZone": "UTC",
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "15s",
    "jit": "off",
}


@pytest.fixture
def sessions(
    invitations: asyncpg.Connection, tickets: asyncpg.Connection, scheduler: asyncpg.Connection
) -> dict[str, asyncpg.Connection]:
    """Give each role's session."""
    return {"invitations": invitations, "tickets": tickets, "scheduler": scheduler}


@pytest.fixture(params=ROLES)
def role(
    request: pytest.FixtureRequest, sessions: dict[str, asyncpg.Connection]
) -> tuple[str, asyncpg.Connection]:
    """Give one role after the other, with its session."""
    return request.param, sessions[request.param]


async def test_settings_arrive_with_the_role(role: tuple[str, asyncpg.Connection]) -> None:
    name, connection = role
    found = {setting: await connection.fetchval(f"SHOW {setting}") for setting in SETTINGS}
    assert found == SETTINGS
    assert await connection.fetchval("SHOW search_path") == name
    if connection.get_server_version() >= (17,):
        assert await connection.fetchval("SHOW transaction_timeout") == "1min"


async def test_the_database_keeps_utc_for_everyone(database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    assert await connection.fetchval("SHOW timezone") == "UTC"
    await connection.close()


async def test_a_role_sends_and_receives(role: tuple[str, asyncpg.Connection]) -> None:
    _, connection = role
    await connection.execute(
        """
        INSERT INTO outbox (message_id, exchange, routing_key, body)
        VALUES (gen_random_uuid(), 'doukikai.events', 'x', '{}')
        """
    )
    await connection.execute(
        "INSERT INTO inbox (message_id, message_name) VALUES (gen_random_uuid(), 'x')"
    )
    assert await connection.fetchval("DELETE FROM outbox RETURNING routing_key") == "x"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "TRUNCATE inbox",
        "DROP TABLE inbox",
        "ALTER TABLE inbox ADD COLUMN mine int",
        "ALTER TABLE inbox DISABLE TRIGGER ALL",
        "SET ROLE doukikai_owner",
        "SET session_replication_role = replica",
    ],
)
async def test_a_role_changes_no_structure(
    role: tuple[str, asyncpg.Connection], statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await role[1].execute(statement)
