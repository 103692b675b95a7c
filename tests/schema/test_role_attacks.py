"""An attacker with one role's PostgreSQL password cannot stop the other services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import psycopg
import pytest

from schema.migrate import LOCK_KEY, has_turn
from shared.outbox import TAKE_OLDEST

Connection = asyncpg.Connection
SERVICES = ("invitations", "tickets", "scheduler")
OTHERS = [(role, other) for role in SERVICES for other in SERVICES if role != other]
REFUSED = asyncpg.InsufficientPrivilegeError
FILL = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
VALUES (gen_random_uuid(), 'doukikai.events.x', 'x', '{}')
"""
OWN_SETTINGS = """
SELECT setconfig FROM pg_db_role_setting WHERE setrole = CURRENT_USER::regrole AND setdatabase = 0
"""
IS_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"


@asynccontextmanager
async def session(database: Any, role: str) -> AsyncIterator[Connection]:
    """Log in as a role; all of its work is undone."""
    connection = await asyncpg.connect(database.url(role))
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        connection.terminate()


async def tried(connection: Connection, statement: str) -> str:
    """Run a statement and undo it; return PostgreSQL's code of the refusal, or nothing."""
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)
    return ""


@pytest.mark.parametrize(("role", "other"), OTHERS)
async def test_a_role_reads_changes_and_locks_nothing_of_another_service(
    database: Any, role: str, other: str
) -> None:
    attacks = [
        f"SELECT FROM {other}.outbox",
        f"SELECT FROM {other}.relay_lease FOR UPDATE",
        f"SELECT FROM {other}.relay_lease FOR KEY SHARE",
        f"LOCK TABLE {other}.outbox IN ACCESS SHARE MODE",
        f"LOCK TABLE {other}.relay_lease",
        f"INSERT INTO {other}.member_locks VALUES (1) ON CONFLICT (bucket) DO NOTHING",  # noqa: S608 - as all here: it is the attack
        f"INSERT INTO {other}.outbox DEFAULT VALUES",
        f"DELETE FROM {other}.inbox",  # noqa: S608 - as all here: it is the attack
        f"TRUNCATE {other}.inbox",
        f"SELECT nextval('{other}.outbox_id_seq')",
        f"SET ROLE {other}",
        f"SET SESSION AUTHORIZATION {other}",
        f"ALTER ROLE {other} CONNECTION LIMIT 0",
        f"ALTER ROLE {other} SET statement_timeout = 1",
    ]
    async with session(database, role) as connection:
        assert {each: await tried(connection, each) for each in attacks} == dict.fromkeys(
            attacks, "42501"
        )


@pytest.mark.parametrize("role", SERVICES)
async def test_a_role_ends_and_signals_no_session_of_another(database: Any, role: str) -> None:
    other = SERVICES[SERVICES.index(role) - 1]
    async with session(database, other) as victim, session(database, role) as connection:
        pid = victim.get_server_pid()
        for signal in ("pg_terminate_backend", "pg_cancel_backend"):
            assert await tried(connection, f"SELECT {signal}({pid})") == "42501"
        assert await victim.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("role", SERVICES)
@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT pg_advisory_lock({LOCK_KEY})",
        "SELECT pg_try_advisory_xact_lock(1)",
        "SELECT count(pg_advisory_lock(n)) FROM generate_series(1, 1000000) AS n",
        "SELECT lo_unlink(lo_create(0)) FROM generate_series(1, 1000000)",
        "SELECT lo_put(1, 0, 'x')",
        "SELECT pg_notify('x', repeat('x', 7000))",
        "SELECT pg_export_snapshot()",
        "SET temp_file_limit = -1",
        "ALTER ROLE CURRENT_USER SET temp_file_limit = -1",
        "SET session_replication_role = replica",
        "SET log_min_duration_statement = 0",
        "ALTER SYSTEM SET max_connections = 1",
        "ALTER TABLE outbox DISABLE TRIGGER ALL",
        "CREATE FUNCTION mine() RETURNS void LANGUAGE sql AS ''",
        "COPY outbox TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "CHECKPOINT",
        "DROP DATABASE template1",
    ],
)
async def test_a_role_gets_at_nothing_that_belongs_to_the_whole_server(
    database: Any, role: str, statement: str
) -> None:
    connection = await asyncpg.connect(database.url(role))
    with pytest.raises(REFUSED):
        await connection.execute(statement)
    await connection.close()


SORT = """
SELECT count(*)
  FROM (SELECT repeat('x', 500) || n AS x FROM generate_series(1, 1000000) AS n ORDER BY x) AS a
"""


@pytest.mark.parametrize(
    ("work_mem", "statement", "refusal"),
    [
        ("4MB", SORT, "53400"),
        ("2GB", SORT, "53200"),
        ("4MB", "SELECT string_agg(repeat('x', 999999), '') FROM generate_series(1, 900)", "53200"),
    ],
)
async def test_a_statement_takes_neither_the_memory_nor_the_disk_of_the_others(
    database: Any, work_mem: str, statement: str, refusal: str
) -> None:
    """L9: one statement took 2.9 GB, and PostgreSQL started again."""
    async with session(database, "tickets") as attacker:
        await attacker.execute("ALTER ROLE CURRENT_USER RESET ALL; SET statement_timeout = 0")
        await attacker.execute(f"SET work_mem = '{work_mem}'")
        assert "temp_file_limit=256MB" in await attacker.fetchval(OWN_SETTINGS)
        assert await tried(attacker, statement) == refusal
        assert await attacker.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("role", SERVICES)
@pytest.mark.parametrize("name", ["postgres", "template1"])
async def test_a_role_connects_to_no_other_database(database: Any, role: str, name: str) -> None:
    """There it could fill the server's table of locks."""
    with pytest.raises(REFUSED):
        await asyncpg.connect(database.url(role), database=name)


@pytest.mark.parametrize(("role", "other"), OTHERS)
async def test_a_role_stops_no_relay_and_no_member_of_another_service(
    database: Any, role: str, other: str
) -> None:
    """H5: a join waited 22.6 s while another role held the number of the relay's advisory lock."""
    async with session(database, role) as attacker, session(database, other) as victim:
        await attacker.execute("SELECT FROM relay_lease FOR UPDATE")
        await attacker.execute("INSERT INTO member_locks SELECT generate_series(0, 65535)")
        await attacker.execute("LOCK TABLE outbox, inbox, relay_lease, member_locks")
        await victim.execute(FILL)
        await victim.execute("INSERT INTO member_locks VALUES (1)")
        async with asyncio.timeout(30):
            rows = await victim.fetch(TAKE_OLDEST)
        assert [row["is_ours"] for row in rows] == [True]


async def test_only_one_of_two_relays_takes_the_waiting_messages(database: Any) -> None:
    """The second one neither waits nor takes later messages; it takes over when the first ends."""
    first = await asyncpg.connect(database.url("scheduler"))
    second = await asyncpg.connect(database.url("scheduler"))
    await first.execute(FILL)
    active = first.transaction()
    await active.start()
    [taken] = await first.fetch(TAKE_OLDEST)
    await second.execute(FILL)
    [barred] = await second.fetch(TAKE_OLDEST)
    first.terminate()
    async with asyncio.timeout(30):
        while not (rows := await second.fetch(TAKE_OLDEST))[0]["is_ours"]:
            pass
    assert (taken["is_ours"], barred["is_ours"]) == (True, False)
    assert [row["id"] for row in rows][:1] == [taken["id"]]
    assert len(rows) == 2
    await second.close()


async def test_a_relay_beside_one_of_the_release_before_waits_for_its_batch(database: Any) -> None:
    """That one knows no lease. The rows that it has deleted are locked until it commits."""
    before = await asyncpg.connect(database.url("scheduler"))
    relay = await asyncpg.connect(database.url("scheduler"))
    await before.execute("DELETE FROM outbox")
    await before.execute(FILL)
    async with before.transaction():
        await before.execute("DELETE FROM outbox")
        last = await relay.fetchval(FILL + "RETURNING id")
        taking = asyncio.create_task(relay.fetch(TAKE_OLDEST))
        async with asyncio.timeout(30):
            while not await before.fetchval(IS_WAITING, relay.get_server_pid()):
                pass
    assert [row["id"] for row in await taking] == [last]
    await before.execute("DELETE FROM outbox")
    await before.close()
    await relay.close()


def test_a_service_keeps_no_migration_waiting(database: Any) -> None:
    with (
        psycopg.connect(database.url("tickets")) as attacker,
        psycopg.connect(database.superuser_url, autocommit=True) as migrator,
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        assert has_turn(migrator)


@pytest.mark.parametrize("role", ["invitations", "tickets"])
async def test_a_role_changes_no_audit_entry_and_no_trace_of_an_erasure(
    database: Any, role: str
) -> None:
    attacks = [
        "DELETE FROM audit_log",
        "DELETE FROM erasure_log",
        "TRUNCATE audit_log",
        "TRUNCATE erasure_log",
        "SELECT FROM audit_log FOR UPDATE",
        "UPDATE audit_log SET actor_id = '0'",
        "UPDATE erasure_log SET audit_entries = 0",
        "INSERT INTO erasure_log (member_key, interaction_id, audit_entries) VALUES (1, 1, 0)",
        "ALTER TABLE audit_log OWNER TO CURRENT_USER",
        "ALTER FUNCTION erase_member(text, integer) SECURITY INVOKER",
    ]
    async with session(database, role) as connection:
        assert {each: await tried(connection, each) for each in attacks} == dict.fromkeys(
            attacks, "42501"
        )


async def connect(database: Any, role: str, count: int, stack: AsyncExitStack) -> None:
    """Open sessions that stay until the end of the test."""
    for _ in range(count):
        connection = await asyncpg.connect(database.url(role))
        stack.callback(connection.terminate)


async def test_one_role_that_takes_all_its_connections_leaves_room_for_the_others(
    database: Any,
) -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(asyncpg.TooManyConnectionsError, match='role "tickets"'):
            await connect(database, "tickets", 111, stack)
        for role in ("invitations", "scheduler"):
            await connect(database, role, 20, stack)
        operator = await asyncpg.connect(database.superuser_url)
        assert await operator.fetchval("SELECT 1") == 1
        await operator.close()
