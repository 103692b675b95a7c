"""Renew the pooler's connections to PostgreSQL after the schema has changed."""

import psycopg

from schema.errors import MigrationError

CONNECT_TIMEOUT_SECONDS = 10


def reconnect(console_url: str) -> None:
    """Let PgBouncer replace each connection to PostgreSQL as soon as it is free.

    From 1.21 on they keep prepared statements by name. After a column has changed its type such a
    statement fails for every client, until its connection is closed.
    """
    try:
        with psycopg.connect(
            console_url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
        ) as console:
            console.execute("RECONNECT")
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise MigrationError(
            "PgBouncer's console at PGBOUNCER_ADMIN_URL cannot be used, and without its RECONNECT "
            "services could keep statements that no longer fit the schema; correct the setting or "
            f"start PgBouncer, then migrate again: {reason}"
        ) from error
