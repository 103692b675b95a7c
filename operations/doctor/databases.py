"""Looks at PostgreSQL as each role, at the pooler between, and at the migrations."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from operations import databases
from operations.doctor.check import Absent, Away, Broken
from operations.doctor.versions import due, recent
from operations.screen import short
from operations.settings import ROLES, Settings
from schema.files import altered, read
from shared.database import DATABASE_ERRORS
from shared.statements import keeps_statements

SCHEMA = Path(__file__).parents[2] / "schema"
OUTBOX_SECONDS = 60.0
TRIES = 20
PID = "SELECT pg_backend_pid()"

SELECT_ROLE = """
SELECT current_user AS role,
       current_setting('search_path') AS path,
       current_setting('server_version') AS version
"""


SELECT_VERSION = "SELECT current_setting('server_version')"
SELECT_MARKS = "SELECT service, migration, sha256 FROM migrations.applied"


async def server(settings: Settings) -> str:
    """Log in as the superuser, straight to PostgreSQL."""
    if settings.migration_database_url is None:
        raise Absent("MIGRATION_DATABASE_URL is not set; it is seen through PgBouncer only.")
    try:
        connection = await asyncpg.connect(settings.migration_database_url, timeout=5)
    except (asyncpg.InvalidAuthorizationSpecificationError, ValueError):
        raise Broken("MIGRATION_DATABASE_URL is wrong: it is refused.") from None
    except DATABASE_ERRORS as error:
        raise Away(f"It cannot be reached ({type(error).__name__}).", error) from None
    try:
        version = await connection.fetchval(SELECT_VERSION)
        today = datetime.now(UTC).date()
        return f"{recent('PostgreSQL', version)} answers.{due(version, today)}"
    finally:
        await connection.close()


async def role(settings: Settings, name: str) -> str:
    """Log in as a role, which must find its own tables and nobody else's."""
    async with databases.pool_of(settings, name) as pool:
        row = await pool.fetchrow(SELECT_ROLE)
        if row is None or (row["role"], row["path"]) != (name, name):
            found = row["role"] if row else "nobody"
            raise Broken(f"{name.upper()}_DATABASE_URL logs in as {found}, not as {name}.")
        version = recent("PostgreSQL", row["version"])
        try:
            await pool.fetchval("SELECT count(*) FROM inbox WHERE false")
        except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
            raise Broken(f"The tables of {name} are missing: make migrate") from None
        for other in ROLES:
            if other == name:
                continue
            try:
                await pool.fetchval(f"SELECT count(*) FROM {other}.inbox WHERE false")  # noqa: S608 - names of our own
            except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedTableError):
                continue
            raise Broken(f"The role {name} may read the tables of {other}.")
    return f"{version}: it finds its own tables and is refused all others."


async def pooler(settings: Settings) -> str:
    """See two clients take turns on one connection, and whether it keeps prepared statements."""
    url = settings.needed("invitations_database_url")
    try:
        one, other = [
            await asyncpg.connect(url, timeout=5, statement_cache_size=0) for _ in range(2)
        ]
    except (*DATABASE_ERRORS, ValueError) as error:
        raise Away(f"It cannot be reached ({type(error).__name__}).", error) from None
    try:
        if not await _share(one, other):
            raise Broken(
                "PgBouncer gives each client a connection of its own: pool_mode is not transaction."
            )
        keeps = await keeps_statements(one)
    finally:
        await one.close()
        await other.close()
    kept = "keeps prepared statements" if keeps else "is spared prepared statements"
    return f"It pools transactions and {kept}."


async def _share(one: asyncpg.Connection, other: asyncpg.Connection) -> bool:
    # Others take connections meanwhile, so that it needs not be the first time.
    for _ in range(TRIES):
        taken = await one.fetchval(PID)
        async with other.transaction():
            if await other.fetchval(PID) == taken:
                return True
    return False


async def migrations(settings: Settings) -> str:
    """Compare what is applied with the files of this version."""
    if settings.migration_database_url is None or not SCHEMA.is_dir():
        raise Absent("MIGRATION_DATABASE_URL is not set; nobody else may see what is applied.")
    connection = await asyncpg.connect(settings.migration_database_url, timeout=5)
    try:
        marks = await _marks(connection)
    finally:
        await connection.close()
    pending, complaints = [], []
    for name in ROLES:
        files = read(SCHEMA, name)
        complaints += altered(marks[name], files)
        pending += [f"{file.name} in {name}" for file in files if file.name not in marks[name]]
    if complaints:
        raise Broken(f"The files are not those that were applied: {', '.join(complaints)}.")
    if pending:
        raise Broken(f"Not applied: {', '.join(pending)}: make migrate")
    return "All are applied, by the files as they are."


async def _marks(connection: asyncpg.Connection) -> dict[str, dict[str, str]]:
    """Return the checksum of each applied migration, by service and name."""
    marks: dict[str, dict[str, str]] = {name: {} for name in ROLES}
    try:
        rows = await connection.fetch(SELECT_MARKS)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return marks
    for row in rows:
        marks[row["service"]][row["migration"]] = row["sha256"]
    return marks


async def outbox(settings: Settings, name: str) -> str:
    """See that a service tells what it has done."""
    found = await databases.outbox(settings, name)
    if found.oldest and found.oldest.total_seconds() > OUTBOX_SECONDS:
        raise Broken(
            f"{found.waiting} messages of {name} wait to be published, for {short(found.oldest)}."
        )
    if not found.waiting:
        return "Nothing waits to be published."
    return f"{found.waiting} wait, for a moment."
