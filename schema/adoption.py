"""Take over databases that yoyo migrated, as unreleased versions before 0.1.0 did.

yoyo kept no checksums, so the schema itself is compared with what the files make today.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import conninfo, sql

from schema import catalogue
from schema.errors import MigrationError
from schema.files import SERVICES, Migration
from schema.runner import apply, apply_roles, mark, marks

TABLES = ("_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock")
ADVICE = (
    "An unreleased version of Doukikai migrated this database, and {}; "
    'docs/migrations.md, "Databases older than 0.1.0", says how its data is kept.'
)


def adopt(
    connection: psycopg.Connection, url: str, wanted: Mapping[str, Sequence[Migration]]
) -> None:
    """Replace yoyo's marks by ours, or raise MigrationError when the schema is another one."""
    tables = [
        sql.Identifier(service, table)
        for service in SERVICES
        for table in TABLES
        if exists(connection, f"{service}.{table}")
    ]
    if not tables:
        return
    applied = {service: marked(connection, service, wanted[service]) for service in SERVICES}
    if any(marks(connection, service) for service in SERVICES):
        applied = {}  # taken over before; an old version has since made its tables again
    else:
        compare(connection, url, applied)
    with connection.transaction():
        for service, migrations in applied.items():
            for migration in migrations:
                mark(connection, service, migration)
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.SQL(", ").join(tables)))
    print("the marks of yoyo were taken over")


def exists(connection: psycopg.Connection, table: str) -> bool:
    """Tell whether a table is there."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return row is not None and bool(row[0])


def marked(
    connection: psycopg.Connection, service: str, migrations: Sequence[Migration]
) -> list[Migration]:
    """Return the migrations that yoyo marked in a service's schema; it knew only their stems."""
    if not exists(connection, f"{service}._yoyo_migration"):
        return []
    query = sql.SQL("SELECT migration_id FROM {}").format(
        sql.Identifier(service, "_yoyo_migration")
    )
    stems = {str(row[0]) for row in connection.execute(query)}
    found = [each for each in migrations if each.name.rpartition("/")[2] in stems]
    if unknown := stems - {each.name.rpartition("/")[2] for each in found}:
        raise MigrationError(ADVICE.format(f"its migration {min(unknown)} is unknown here"))
    return found


def compare(
    connection: psycopg.Connection, url: str, applied: Mapping[str, Sequence[Migration]]
) -> None:
    """Make the same migrations in a database of their own, and compare the two catalogues."""
    with scratch(connection, url) as fresh:
        apply_roles(fresh, {})
        for service, migrations in applied.items():
            for migration in migrations:
                apply(fresh, service, migration)
        fresh.execute("RESET search_path")
        differences = catalogue.lines(connection) ^ catalogue.lines(fresh)
    if differences:
        first = " ".join(min(differences).split())[:150]
        raise MigrationError(
            ADVICE.format(
                f"its schema differs in {len(differences)} objects from the files, as in “{first}”"
            )
        )


@contextmanager
def scratch(connection: psycopg.Connection, url: str) -> Iterator[psycopg.Connection]:
    """Give an empty database beside this one, dropped afterwards and before it is made."""
    name = f"{connection.info.dbname[:50]}_adoption"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    connection.execute(drop)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    )
    try:
        with psycopg.connect(conninfo.make_conninfo(url, dbname=name), autocommit=True) as fresh:
            yield fresh
    finally:
        connection.execute(drop)
