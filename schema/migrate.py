"""Bring the database to the newest schema: roles first, then each service's migrations.

`python -m schema.migrate` applies what is missing; `--dump` then writes `schema/current.sql`.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql
from yoyo import get_backend, read_migrations  # type: ignore[import-untyped]  # yoyo has no types
from yoyo.connections import parse_uri  # type: ignore[import-untyped]  # likewise
from yoyo.migrations import Migration  # type: ignore[import-untyped]  # likewise

from schema.passwords import matches
from schema.snapshot import SnapshotError, write_snapshot

FOLDER = Path(__file__).parent
SERVICES = ("invitations", "tickets", "scheduler")
LOCK_KEY = 0x646F756B69  # "douki"; any number, as long as every migrator takes the same
# Whoever comes behind a waiting ALTER TABLE waits with it: so it waits briefly, and often.
LOCK_TIMEOUT_SECONDS = 1
LOCK_PATIENCE_SECONDS = 60.0
LOCK_PAUSE_SECONDS = 0.5
TURN_TIMEOUT_SECONDS = 120.0
TURN_POLL_SECONDS = 0.2
BOOKKEEPING = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")


class MigrationError(Exception):
    """A mistake an operator can mend, told in one sentence."""


def main() -> None:
    """Migrate the database the environment names, or leave with one sentence and exit code 1."""
    try:
        url = database_url()
        passwords = {name: setting(f"{name.upper()}_DATABASE_PASSWORD") for name in SERVICES}
        if monitoring := os.environ.get("MONITORING_DATABASE_PASSWORD"):
            passwords["monitoring"] = monitoring
        if replication := os.environ.get("REPLICATION_PASSWORD"):
            passwords["doukikai_replicator"] = replication
        migrate(url, passwords)
        if "--dump" in sys.argv[1:]:
            write_snapshot(url, FOLDER / "current.sql")
            print("schema/current.sql written")
    except (MigrationError, SnapshotError) as error:
        sys.exit(str(error))


def database_url() -> str:
    """Give the address of the database, checked to be a URL."""
    url = setting("MIGRATION_DATABASE_URL")
    if not url.startswith(("postgresql://", "postgres://")):
        message = "MIGRATION_DATABASE_URL must look like postgresql://user:password@host:port/name."
        raise MigrationError(message)
    return url


def setting(name: str) -> str:
    """Give an environment variable that must be there."""
    value = os.environ.get(name)
    if not value:
        message = f"{name} is not set; the migration needs it."
        raise MigrationError(message)
    return value


def migrate(url: str, passwords: Mapping[str, str]) -> None:
    """Apply roles, then messaging and own migrations to each service's schema.

    `url` is a superuser's, straight to PostgreSQL; `passwords` maps each role to its own.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            with one_at_a_time(connection):
                patiently(lambda: apply_roles(connection, passwords))
                applied = sum(apply_service(connection, url, service) for service in SERVICES)
            print(f"schema is current: {applied} applied")
    except psycopg.errors.LockNotAvailable as error:
        message = (
            f"Other sessions kept a lock the migration needs for {LOCK_PATIENCE_SECONDS:.0f} s; "
            "the migration under way was undone, run it again when the database is quieter."
        )
        raise MigrationError(message) from error
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        reason = " ".join((error.diag.message_primary or str(error)).split())
        message = f"The database of MIGRATION_DATABASE_URL cannot be used: {reason}"
        raise MigrationError(message) from error


@contextmanager
def one_at_a_time(connection: psycopg.Connection) -> Iterator[None]:
    """Wait for any other migrator of this database to finish, and keep others waiting."""
    deadline = time.monotonic() + TURN_TIMEOUT_SECONDS
    # Asked again and again: a waiting pg_advisory_lock holds a snapshot, and the CREATE INDEX
    # CONCURRENTLY of the migrator ahead would wait for that snapshot for ever.
    while not has_turn(connection):
        if time.monotonic() > deadline:
            message = f"Another migration has been running for {TURN_TIMEOUT_SECONDS:.0f} s."
            raise MigrationError(message)
        time.sleep(TURN_POLL_SECONDS)
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])


def has_turn(connection: psycopg.Connection) -> bool:
    """Try to take the lock every migrator takes."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone()
    return row is not None and bool(row[0])


def apply_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create or correct the roles, their settings and rights, and set their passwords."""
    with connection.transaction():
        connection.execute(
            sql.SQL("SET LOCAL lock_timeout = {}").format(f"{LOCK_TIMEOUT_SECONDS}s")
        )
        connection.execute((FOLDER / "roles.sql").read_bytes())
        for role, password in passwords.items():
            set_password(connection, role, password)
    print("roles and rights are current")


def set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    """Give a role its password, unless it has that one already.

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


def apply_service(connection: psycopg.Connection, url: str, service: str) -> int:
    """Apply to one service's schema what it lacks, and give the number of migrations applied."""
    applied = 0
    with get_backend(owner_url(url, service, LOCK_TIMEOUT_SECONDS)) as backend:
        for folder in ("messaging", service):
            for migration in backend.to_apply(read_migrations(str(FOLDER / folder))):
                print(f"{service}: applying {folder}/{migration.id}")
                migration.load()
                if migration.use_transactions:
                    patiently(partial(backend.apply_one, migration))
                else:
                    apply_beside_writers(url, service, migration)
                applied += 1
    # The owner's default privileges gave the service the bookkeeping too; it has no business there.
    connection.execute(
        sql.SQL("REVOKE ALL ON {} FROM {}").format(
            sql.SQL(", ").join(sql.Identifier(service, table) for table in BOOKKEEPING),
            sql.Identifier(service),
        )
    )
    return applied


def apply_beside_writers(url: str, service: str, migration: Migration) -> None:
    """Apply what runs outside a transaction: it locks nobody out, and so may wait for them."""
    with get_backend(owner_url(url, service, LOCK_PATIENCE_SECONDS)) as backend:
        patiently(partial(backend.apply_one, migration))


def patiently(apply: Callable[[], None]) -> None:
    """Apply something whole, again and again while others keep a lock that it needs."""
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while True:
        try:
            return apply()
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > deadline:
                raise
        print("  others keep a lock that this needs; trying again")
        time.sleep(LOCK_PAUSE_SECONDS)  # for those who waited behind us


def owner_url(url: str, service: str, lock_timeout_seconds: float) -> str:
    """Give yoyo's address of one schema, acting as the owner role and never waiting long."""
    parsed = parse_uri(url)
    options = f"-c role=doukikai_owner -c lock_timeout={lock_timeout_seconds:.0f}s"
    arguments = {**parsed.args, "schema": service, "options": options}
    return str(parsed._replace(scheme="postgresql+psycopg", args=arguments).uri)


if __name__ == "__main__":
    main()
