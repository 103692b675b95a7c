"""Each service's role lives in its own schema, within its own limits."""

import itertools
from typing import Any

import asyncpg
import pytest

ROLES = ("invitations", "tickets", "scheduler")
OWN_TABLES = {
    "invitations": (
        "invitations",
        "participants",
        "drafts",
        "reminder_opt_outs",
        "calendars",
        "inbox",
        "outbox",
    ),
    "tickets": ("tickets", "requests", "inbox", "outbox"),
    "scheduler": ("deadlines", "inbox", "outbox"),
}
APPEND_ONLY = {"invitations": "invitations.audit_log", "tickets": "tickets.audit_log"}
FOREIGN = [
    (role, f"{schema}.{table}")
    for role, schema in itertools.permutations(ROLES, 2)
    for table in OWN_TABLES[schema]
] + [(role, log) for role in ROLES for owner, log in APPEND_ONLY.items() if role != owner]
FOREIGN += [(role, "migrations.applied") for role in ROLES]
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


async def test_the_database_keeps_utc_for_everyone(database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    assert await connection.fetchval("SHOW timezone") == "UTC"
    await connection.close()


async def test_a_role_uses_its_own_tables(role: tuple[str, asyncpg.Connection]) -> None:
    name, connection = role
    for table in OWN_TABLES[name]:
        rights = await rights_on(connection, f"{name}.{table}")
        assert rights == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


@pytest.mark.parametrize("name", APPEND_ONLY)
async def test_an_audit_log_can_be_added_to_and_never_changed(
    sessions: dict[str, asyncpg.Connection], owner: asyncpg.Connection, name: str
) -> None:
    assert await rights_on(sessions[name], APPEND_ONLY[name]) == {"SELECT", "INSERT"}
    assert await rights_on(owner, APPEND_ONLY[name]) >= {"UPDATE", "DELETE"}


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


@pytest.mark.parametrize(("name", "table"), FOREIGN)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM {}",
        "INSERT INTO {} DEFAULT VALUES",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "LOCK TABLE {}",
    ],
)
async def test_no_role_touches_anothers_tables(
    sessions: dict[str, asyncpg.Connection], name: str, table: str, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sessions[name].execute(statement.format(table))


async def test_no_role_has_a_right_outside_its_schema(
    role: tuple[str, asyncpg.Connection],
) -> None:
    """Of every relation and function there is, also of those that no list here names yet."""
    name, connection = role
    reached = await connection.fetch(
        """
        SELECT oid::regclass::text AS what
          FROM pg_class
         WHERE relnamespace::regnamespace::text = ANY ($1)
           AND CASE relkind
                 WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE')
                 WHEN 'i' THEN false
                 ELSE has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
               END
        UNION ALL
        SELECT oid::regprocedure::text
          FROM pg_proc
         WHERE pronamespace::regnamespace::text = ANY ($1)
           AND has_function_privilege(oid, 'EXECUTE')
        UNION ALL
        SELECT nspname
          FROM pg_namespace
         WHERE nspname = ANY ($1) AND has_schema_privilege(oid, 'USAGE, CREATE')
        """,
        [*({*ROLES} - {name}), "public", "migrations"],
    )
    assert [row["what"] for row in reached] == []


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


async def test_public_has_no_right_anywhere(owner: asyncpg.Connection) -> None:
    granted = await owner.fetch(
        """
        SELECT nspname FROM pg_namespace, aclexplode(nspacl) AS acl
        WHERE acl.grantee = 0 AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
        UNION ALL
        SELECT relname FROM pg_class, aclexplode(relacl) AS acl
        WHERE acl.grantee = 0 AND relnamespace::regnamespace::text = ANY ($1)
        UNION ALL
        SELECT proname FROM pg_proc,
          aclexplode(COALESCE(proacl, acldefault('f', proowner))) AS acl
        WHERE acl.grantee = 0 AND pronamespace::regnamespace::text = ANY ($1)
        UNION ALL
        SELECT datname FROM pg_database, aclexplode(datacl) AS acl
        WHERE acl.grantee = 0 AND datname = current_database()
        """,
        list(ROLES),
    )
    assert [row[0] for row in granted] == []


async def test_everything_belongs_to_an_owner_nobody_logs_in_as(owner: asyncpg.Connection) -> None:
    owners = await owner.fetch(
        """
        SELECT DISTINCT rolname, rolcanlogin, rolsuper
        FROM pg_class JOIN pg_roles r ON r.oid = relowner
        WHERE relnamespace::regnamespace::text = ANY ($1)
        """,
        list(ROLES),
    )
    assert [tuple(row) for row in owners] == [("doukikai_owner", False, False)]


async def rights_on(connection: asyncpg.Connection, table: str) -> set[str]:
    """Give the rights the session has on a table."""
    rows = await connection.fetch(
        """
        SELECT unnest FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
          'REFERENCES', 'TRIGGER']) WHERE has_table_privilege($1, unnest)
        """,
        table,
    )
    return {row["unnest"] for row in rows}


async def test_who_watches_reads_figures_and_no_row(database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("SET ROLE monitoring")
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_stat_activity")
        assert await connection.fetchval("SELECT count(*) FROM pg_ls_waldir()")
        for schema in OWN_TABLES:
            query = "SELECT has_schema_privilege($1, 'USAGE')"
            assert not await connection.fetchval(query, schema), schema
    finally:
        await connection.close()
