"""Databases of the local PostgreSQL: made, migrated, copied, dropped."""

import os
import subprocess
import sys
from collections.abc import Mapping

import psycopg
from psycopg import sql

from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from deploy.local.postgresql import ROLES


def exists(administration_url: str, name: str) -> bool:
    """Tell whether a database of that name is there."""
    query = "SELECT FROM pg_database WHERE datname = %s"
    with psycopg.connect(administration_url, autocommit=True) as connection:
        return connection.execute(query, (name,)).fetchone() is not None


def create(administration_url: str, name: str) -> None:
    """Make an empty database."""
    with psycopg.connect(administration_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def copy(administration_url: str, template: str, name: str) -> None:
    """Copy a migrated database; who may connect is not part of a copy, so it is said again."""
    database = sql.Identifier(name)
    statements = (
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(template)),
        sql.SQL("ALTER DATABASE {} SET timezone = 'UTC'").format(database),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            database, sql.SQL(", ").join(map(sql.Identifier, ROLES))
        ),
    )
    with psycopg.connect(administration_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def drop(administration_url: str, name: str) -> None:
    """Drop a database and close every connection to it."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(administration_url, autocommit=True) as connection:
        connection.execute(statement)


def migrate(settings: Mapping[str, str], *words: str) -> None:
    """Bring the database that the settings name to the current schema."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "schema.migrate", *words],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason"]
        message = f"The migration failed: {said[-1]}"
        raise OperatorMistake(message)
