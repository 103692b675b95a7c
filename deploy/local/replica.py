"""A streaming replica of the local PostgreSQL, copied again at each start."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.instance import Instance
from deploy.local.mistakes import OperatorMistake
from deploy.local.postgresql import PostgresqlPorts, server, superuser_url
from deploy.local.programs import postgresql_program
from deploy.local.server import Server

NAME = "postgresql-replica"
ROLE = "doukikai_replicator"
SLOT = "replica"


def replica(instance: Instance, ports: PostgresqlPorts, *, forgetful: bool) -> Server:
    """Describe a replica on a new copy of the running primary."""
    forget(instance, ports)
    _let_in(instance, ports)
    folder = instance.data / NAME
    _copy(instance, ports, folder)
    return server(instance, NAME, folder, ports.replica, forgetful=forgetful)


def forget(instance: Instance, ports: PostgresqlPorts) -> None:
    """Throw a copy away that nobody runs, and let the primary keep nothing for it."""
    shutil.rmtree(instance.data / NAME, ignore_errors=True)
    url = superuser_url(instance, ports.postgresql, "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = %s",
            (SLOT,),
        )


def _let_in(instance: Instance, ports: PostgresqlPorts) -> None:
    role, password = sql.Identifier(ROLE), sql.Literal(instance.secret("replication"))
    url = superuser_url(instance, ports.postgresql, "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        query = "SELECT FROM pg_roles WHERE rolname = %s"
        if connection.execute(query, (ROLE,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        words = sql.SQL("ALTER ROLE {} LOGIN REPLICATION PASSWORD {}")
        connection.execute(words.format(role, password))


def _copy(instance: Instance, ports: PostgresqlPorts, folder: Path) -> None:
    # With -R the copy knows its slot and where to stream from, the password included.
    words = ["--pgdata", str(folder), "--checkpoint", "fast", "--no-sync", "--wal-method", "stream"]
    words += ["--create-slot", "--slot", SLOT, "--write-recovery-conf"]
    words += ["--host", "127.0.0.1", "--port", str(ports.postgresql), "--username", ROLE]
    made = subprocess.run(  # noqa: S603 - our own words
        [*instance.as_user(), postgresql_program("pg_basebackup"), *words],
        check=False,
        cwd=instance.data,
        env={**os.environ, "PGPASSWORD": instance.secret("replication")},
        capture_output=True,
        text=True,
    )
    if made.returncode:
        reason = (made.stderr.splitlines() or ["no reason"])[-1]
        message = f"pg_basebackup could not copy the database: {reason}"
        raise OperatorMistake(message)
