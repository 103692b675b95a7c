"""Apply roles and single migrations: each whole and marked, or not at all."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import psycopg
import sqlparse
from psycopg import sql

from schema.errors import MigrationError
from schema.files import Migration
from schema.passwords import matches

FOLDER = Path(__file__).parent
# Sessions queue up behind a waiting ALTER TABLE, so it waits briefly, and often.
LOCK_TIMEOUT_SECONDS = 1
LOCK_PATIENCE_SECONDS = 60.0
LOCK_PAUSE_SECONDS = 0.5
CONTENDED = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

SELECT_MARKS = "SELECT migration, sha256 FROM migrations.applied WHERE service = %s"
INSERT_MARK = "INSERT INTO migrations.applied (service, migration, sha256) VALUES (%s, %s, %s)"
ACT_AS_OWNER = """
SELECT set_config('role', 'doukikai_owner', false),
       set_config('search_path', %s, false),
       set_config('lock_timeout', %s, false)
"""


def apply_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create or correct roles, rights and the table of marks, and set the roles' passwords."""
    with connection.transaction():
        connection.execute(
            sql.SQL("SET LOCAL lock_timeout = {}").format(f"{LOCK_TIMEOUT_SECONDS}s")
        )
        connection.execute((FOLDER / "roles.sql").read_bytes())
        for role, password in passwords.items():
            set_password(connection, role, password)
        connection.execute((FOLDER / "bookkeeping.sql").read_bytes())


def set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Set a role's password, unless it has that one already.

    A new salt for an old password would cut off poolers that keep the old salt's keys.
    """
    row = connection.execute(
        "SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role]
    ).fetchone()
    if row is not None and row[0] is not None and matches(password, row[0]):
        return
    # Hashed here, so the server's log never sees the password itself.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), verifier.decode())
    )


def marks(connection: psycopg.Connection, service: str) -> dict[str, str]:
    """Return the checksum of each migration that was applied to a service's schema, by name."""
    row = connection.execute("SELECT to_regclass('migrations.applied')").fetchone()
    if row is None or row[0] is None:
        return {}
    return dict(connection.execute(SELECT_MARKS, [service]).fetchall())


def mark(connection: psycopg.Connection, service: str, migration: Migration) -> None:
    """Record that a migration was applied."""
    connection.execute(INSERT_MARK, [service, migration.name, migration.sha256])


def apply(connection: psycopg.Connection, service: str, migration: Migration) -> None:
    """Apply one migration as the owner and mark it; the connection acts as the owner afterwards.

    Raises MigrationError, or one of CONTENDED when other sessions kept a lock for too long.
    """
    run = apply_whole if migration.is_transactional else apply_in_steps
    try:
        patiently(partial(run, connection, service, migration))
    except CONTENDED:
        raise
    except psycopg.Error as error:
        kept = "nothing of it is kept" if migration.is_transactional else "it can be repeated"
        if connection.broken:
            kept = "the connection broke; run the migration again, it goes on where it was"
        raise MigrationError(
            f"{migration.name}.sql failed in the schema {service}, {kept}: {reason(error)}"
        ) from error


def apply_whole(connection: psycopg.Connection, service: str, migration: Migration) -> None:
    """Run the file and mark it in one transaction."""
    act_as_owner(connection, service, LOCK_TIMEOUT_SECONDS)
    with connection.transaction():
        connection.execute(migration.text.encode())
        mark(connection, service, migration)


def apply_in_steps(connection: psycopg.Connection, service: str, migration: Migration) -> None:
    """Run each statement by itself, then mark the file, which must bear to be run twice.

    What runs outside a transaction locks nobody out, and so may wait for others.
    """
    act_as_owner(connection, service, LOCK_PATIENCE_SECONDS)
    for statement in sqlparse.split(migration.text):
        connection.execute(statement.encode())
    mark(connection, service, migration)


def act_as_owner(connection: psycopg.Connection, service: str, lock_timeout_seconds: float) -> None:
    """Become the owner of every schema, at home in one."""
    connection.execute(ACT_AS_OWNER, [service, f"{lock_timeout_seconds * 1000:.0f}ms"])


def patiently(attempt: Callable[[], None]) -> None:
    """Run something that is undone as a whole, again and again while others keep its locks."""
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except CONTENDED:
            if time.monotonic() > deadline:
                raise
        print("  others keep a lock that this needs; trying again")
        time.sleep(LOCK_PAUSE_SECONDS)  # for the sessions that queued up behind us


def reason(error: psycopg.Error) -> str:
    """Return PostgreSQL's own words on one line."""
    return " ".join((error.diag.message_primary or str(error)).split())
