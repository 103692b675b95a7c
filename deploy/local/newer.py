"""A database moves to the next major version of PostgreSQL, by the steps of docs/install.md."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import psycopg

from deploy.backup import logical, physical, restore
from deploy.backup.mistakes import BackupError
from deploy.local import databases
from deploy.local.archive import Archive, make_database
from deploy.local.instance import Instance, free_ports
from deploy.local.postgresql import DATABASE, make_cluster
from deploy.local.steps import step
from deploy.local.writer import Promise, Writer, contradictions, kept

_WRITES = 300


def move(instance: Instance, old: str, new: str) -> str:
    """Fill a database of one version, bring it to another, and say what it took."""
    archive = Archive(instance, free_ports(1)[0], timeout_seconds=50, major=old)
    shell, folder = archive.shell(archive.first_folder), archive.first_folder
    with step(f"a database of PostgreSQL {old}, with backups"):
        make_cluster(instance, old)
        with _serving(archive):
            make_database(archive)
            physical.prepare(shell)
            writer = Writer(archive.url(DATABASE), 0)
            writer.start()
            writer.await_promises(_WRITES)
            physical.back_up(shell, "full")
            writer.end()
            began_at = time.monotonic()
            dumped = logical.dump(shell, instance.data / "dumps", datetime.now(UTC))
    folder.rename(folder.with_name(f"postgresql-{old}"))
    with step(f"its dump in PostgreSQL {new} and in the archive"):
        newer = replace(archive, major=new)
        make_cluster(instance, new)
        with _serving(newer):
            make_database(newer)  # as `make up` does
            databases.drop(newer.url("postgres"), DATABASE)
            databases.create(newer.url("postgres"), DATABASE)
            dump = str(dumped / logical.DUMP)
            shell = newer.shell(folder)
            shell.client("pg_restore", "--exit-on-error", f"--dbname={DATABASE}", dump)
            make_database(newer)
            _judge(newer, writer.promises)
            away = time.monotonic() - began_at
            shell.pgbackrest("stanza-upgrade")
            physical.back_up(shell, "full")
            physical.check(shell)
            restore.rehearse(shell, instance.data / "rehearsal")
    return f"PostgreSQL {old} to {new}: RTO {away:.1f} s, all {len(writer.promises)} writes kept"


@contextmanager
def _serving(archive: Archive) -> Iterator[None]:
    server = archive.server(archive.first_folder)
    try:
        server.launch()
        server.await_ready()
        yield
    finally:
        server.end()


def _judge(archive: Archive, promises: list[Promise]) -> None:
    restore.judge(archive.shell(archive.first_folder), DATABASE)
    with psycopg.connect(archive.url(DATABASE)) as connection:
        if kept(connection, promises) != len(promises) or contradictions(connection):
            raise BackupError("What came over is not what was there.")
