"""Bring the database to the newest schema: roles first, then each service's migrations.

`python -m schema.migrate` applies what is missing. `--dump` then writes `schema/current.sql`, and
`--release 0.1.0` writes that release's snapshot too.
"""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from schema import runner
from schema.adoption import adopt
from schema.errors import MigrationError
from schema.files import SERVICES, Migration, altered, read
from schema.pooler import reconnect
from schema.snapshot import SnapshotError, write_release, write_snapshot

FOLDER = Path(__file__).parent
LOCK_KEY = 0x646F756B69  # "douki"; any number, as long as every migrator takes the same
TURN_TIMEOUT_SECONDS = 120.0
TURN_POLL_SECONDS = 0.2


def main() -> None:
    """Migrate the database the environment names, or leave with one sentence and exit code 1."""
    arguments = parsed()
    try:
        url = database_url()
        passwords = {name: setting(f"{name.upper()}_DATABASE_PASSWORD") for name in SERVICES}
        if monitoring := os.environ.get("MONITORING_DATABASE_PASSWORD"):
            passwords["monitoring"] = monitoring
        if replication := os.environ.get("REPLICATION_PASSWORD"):
            passwords["doukikai_replicator"] = replication
        migrate(url, passwords, os.environ.get("PGBOUNCER_ADMIN_URL"))
        if arguments.dump or arguments.release:
            write_snapshot(url, FOLDER / "current.sql")
        if arguments.release:
            write_release(url, FOLDER / "releases", arguments.release)
    except (MigrationError, SnapshotError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted; run the migration again, it goes on where it was.")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m schema.migrate")
    parser.add_argument("--dump", action="store_true", help="write schema/current.sql as well")
    parser.add_argument("--release", metavar="VERSION", help="write schema/releases/VERSION.sql")
    return parser.parse_args()


def database_url() -> str:
    """Return the address of the database, checked to be a URL."""
    url = setting("MIGRATION_DATABASE_URL")
    if not url.startswith(("postgresql://", "postgres://")):
        message = "MIGRATION_DATABASE_URL must look like postgresql://user:password@host:port/name."
        raise MigrationError(message)
    return url


def setting(name: str) -> str:
    """Return an environment variable that must be there."""
    value = os.environ.get(name)
    if not value:
        message = f"{name} is not set; the migration needs it."
        raise MigrationError(message)
    return value


def migrate(url: str, passwords: Mapping[str, str], console_url: str | None = None) -> None:
    """Apply roles, then messaging and own migrations to each service's schema.

    `url` is a superuser's, straight to PostgreSQL; `passwords` maps each role to its own;
    `console_url` is PgBouncer's console as one of its administrators.
    """
    wanted = files()
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            wait_for_turn(connection)
            applied = bring_up_to_date(connection, url, passwords, console_url, wanted)
    except runner.CONTENDED as error:
        raise MigrationError(
            "Other sessions kept a lock the migration needs for "
            f"{runner.LOCK_PATIENCE_SECONDS:.0f} s; what was finished is kept, run it again when "
            "the database is quieter."
        ) from error
    except psycopg.Error as error:
        raise MigrationError(
            f"The database of MIGRATION_DATABASE_URL cannot be used: {runner.reason(error)}"
        ) from error
    print(f"schema is current: {applied} applied")


def files() -> dict[str, list[Migration]]:
    """Read every service's migrations."""
    try:
        return {service: read(FOLDER, service) for service in SERVICES}
    except (OSError, UnicodeError) as error:
        raise MigrationError(f"The migrations cannot be read: {error}") from error


def wait_for_turn(connection: psycopg.Connection) -> None:
    """Wait for any other migrator of this database; the turn lasts as long as the connection.

    The same connection does the work. When its process is killed, the next migrator's turn comes
    only after the server has ended the last statement.
    """
    # A killed process is noticed during a statement too, not only after it.
    connection.execute("SET client_connection_check_interval = '1s'")
    deadline = time.monotonic() + TURN_TIMEOUT_SECONDS
    # Asked again and again: a waiting pg_advisory_lock holds a snapshot, and the CREATE INDEX
    # CONCURRENTLY of the migrator ahead would wait for that snapshot without end.
    while not has_turn(connection):
        if time.monotonic() > deadline:
            message = f"Another migration has been running for {TURN_TIMEOUT_SECONDS:.0f} s."
            raise MigrationError(message)
        time.sleep(TURN_POLL_SECONDS)


def has_turn(connection: psycopg.Connection) -> bool:
    """Try to take the lock that every migrator takes."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone()
    return row is not None and bool(row[0])


def bring_up_to_date(
    connection: psycopg.Connection,
    url: str,
    passwords: Mapping[str, str],
    console_url: str | None,
    wanted: Mapping[str, Sequence[Migration]],
) -> int:
    """Apply what is missing; return how many migrations that were."""
    for service, migrations in wanted.items():
        refuse_altered(runner.marks(connection, service), migrations)
    if console_url:
        # First of all: a run that was killed may have changed the schema without saying so, and a
        # console that cannot be reached is found before anything changes.
        reconnect(console_url)
    runner.patiently(lambda: runner.apply_roles(connection, passwords))
    print("roles and rights are current")
    adopt(connection, url, wanted)
    applied = 0
    for service, migrations in wanted.items():
        marks = runner.marks(connection, service)
        for migration in migrations:
            if migration.name not in marks:
                print(f"{service}: applying {migration.name}", flush=True)
                runner.apply(connection, service, migration)
                applied += 1
                if console_url:
                    reconnect(console_url)
    if applied and not console_url:
        print(
            "PGBOUNCER_ADMIN_URL is not set: if PgBouncer is running, give its console the command "
            "RECONNECT, or services may keep statements that no longer fit the schema."
        )
    return applied


def refuse_altered(marks: Mapping[str, str], migrations: Sequence[Migration]) -> None:
    """Raise MigrationError when an applied file was changed or is missing."""
    if complaints := altered(marks, migrations):
        raise MigrationError(
            f"Nothing was migrated: {', '.join(complaints)}. "
            "Put the file back as it was; a change belongs in a new file."
        )


if __name__ == "__main__":
    main()
