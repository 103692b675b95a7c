"""`python -m deploy.local drill`: break a private database in three ways, and bring it back."""

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg

from deploy.backup import logical, physical, restore
from deploy.backup.mistakes import BackupError
from deploy.local import databases
from deploy.local.archive import Archive, make_database
from deploy.local.box import boxed
from deploy.local.instance import Instance, free_ports, passing_instance
from deploy.local.newer import move
from deploy.local.postgresql import DATABASE, make_cluster
from deploy.local.programs import postgresql_majors
from deploy.local.steps import step
from deploy.local.writer import INVITATIONS, Promise, Writer, contradictions, kept

MOST_SECONDS_LOST = 60.0
ARCHIVE_TIMEOUT_SECONDS = 50  # production's: deploy/postgres/postgresql.conf
_WRITES_BEFORE, _WRITES_AFTER = 200, 50
_PATIENCE_SECONDS = 60.0
_COPY = "restored_from_dump"

_DELETE_BY_HAND = """
DELETE FROM invitations.participants
"""
_ARCHIVED = """
SELECT archived_count FROM pg_stat_archiver
"""


@dataclass(frozen=True)
class Outcome:
    """What a loss cost: how much was lost, how long nobody could write."""

    what: str
    kept: int
    lost: int
    lost_seconds: float
    away_seconds: float

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.what:<24} RPO {self.lost_seconds:5.1f} s   RTO {self.away_seconds:5.1f} s   "
            f"writes kept {self.kept}, lost {self.lost}"
        )


def drill(archive_timeout_seconds: int = ARCHIVE_TIMEOUT_SECONDS) -> None:
    """Play it all and say what it cost; too much, or a broken rule, is exit code 1."""
    try:
        with passing_instance("drill") as instance:
            outcomes = list(Drill(instance, archive_timeout_seconds).play())
        moved = [*_moves()] or ["only one PostgreSQL is installed: no move to a newer one"]
    except BackupError as error:
        sys.exit(str(error))
    print(boxed([*map(str, outcomes), *moved]))
    if any(outcome.lost_seconds > MOST_SECONDS_LOST for outcome in outcomes):
        sys.exit(f"More than {MOST_SECONDS_LOST:.0f} s were lost.")


def _moves() -> Iterator[str]:
    """Bring a database from each version of PostgreSQL that is installed to the next one."""
    for old, new in pairwise(postgresql_majors()):
        with passing_instance("newer") as instance:
            yield move(instance, old, new)


class Drill:
    """A private database that is written to, broken and restored."""

    def __init__(self, instance: Instance, archive_timeout_seconds: int) -> None:
        self._instance = instance
        self._archive = Archive(instance, free_ports(1)[0], archive_timeout_seconds)
        self._folder = self._archive.first_folder
        self._server = self._archive.server(self._folder)
        self._survivors: list[Promise] = []  # of the losses so far; none may be lost again
        self._writers = 0

    def play(self) -> Iterator[Outcome]:
        """Lose data in each way, restore it, and tell what it cost."""
        try:
            with step("a database of its own, copied while it is written to"):
                self._prepare()
            yield self._delete_by_hand()
            yield self._lose_the_machine()
            yield self._load_a_dump()
        finally:
            self._server.end()

    def _prepare(self) -> None:
        make_cluster(self._instance)
        self._serve()
        make_database(self._archive)
        physical.prepare(self._archive.shell(self._folder))
        writer = self._new_writer()
        physical.back_up(self._archive.shell(self._folder), "full")
        writer.end()
        self._survivors = writer.promises

    def _delete_by_hand(self) -> Outcome:
        writer = self._new_writer()
        with step("DELETE FROM participants, without a WHERE"):
            writer.await_promises(_WRITES_BEFORE)
            with psycopg.connect(self._archive.url(DATABASE)) as connection:
                mistaken_at = datetime.now(UTC)
                connection.execute(_DELETE_BY_HAND)
            writer.await_promises(len(writer.promises) + _WRITES_AFTER)
            writer.end()
            self._server.end()  # a clean stop archives the rest
        with step("back to the second before it"):
            away = self._restore("before-the-mistake", mistaken_at - timedelta(seconds=1))
        return self._outcome("a DELETE without WHERE", writer.promises, mistaken_at, away)

    def _lose_the_machine(self) -> Outcome:
        writer = self._new_writer()
        with step("the machine and its disk are gone"):
            self._await_archiving()
            time.sleep(
                self._archive.timeout_seconds * 0.9
            )  # just before the next: the worst moment
            lost_at = datetime.now(UTC)
            self._server.kill()
            writer.end()
            shutil.rmtree(self._folder)
        with step("back to all that was archived"):
            away = self._restore("elsewhere")
        return self._outcome("a machine and its disk", writer.promises, lost_at, away)

    def _load_a_dump(self) -> Outcome:
        writer = self._new_writer()
        writer.await_promises(_WRITES_AFTER)
        with step("a dump, loaded into an empty database"):
            shell = self._archive.shell(self._folder)
            dumped = logical.dump(shell, self._instance.data / "dumps", datetime.now(UTC))
            lost_at = datetime.now(UTC)
            writer.end()
            began_at = time.monotonic()
            databases.create(self._archive.url("postgres"), _COPY)
            dump = str(dumped / logical.DUMP)
            shell.client("pg_restore", "--exit-on-error", f"--dbname={_COPY}", dump)
            self._judge(_COPY)
        away = time.monotonic() - began_at
        return self._outcome("all but the dump", writer.promises, lost_at, away, _COPY)

    def _restore(self, name: str, target_at: datetime | None = None) -> float:
        """Restore into a new folder, serve from there, and return how long nobody could write."""
        began_at = time.monotonic()
        self._folder = self._instance.make_folder(self._instance.data / name)
        restore.fetch(self._archive.shell(self._folder), self._folder, target_at)
        self._serve()
        self._judge(DATABASE)
        away = time.monotonic() - began_at
        # As the runbook says. Without a checkpoint of its own a restored server may leave
        # archive_timeout unheeded for up to checkpoint_timeout: it fell asleep while it replayed.
        physical.back_up(self._archive.shell(self._folder), "diff")
        return away

    def _judge(self, database: str) -> None:
        restore.judge(self._archive.shell(self._folder), database)
        with psycopg.connect(self._archive.url(database)) as connection:
            torn = contradictions(connection)
        if torn:
            raise BackupError(f"Version, seats and messages contradict each other: {torn}.")

    def _outcome(
        self,
        what: str,
        promises: Sequence[Promise],
        lost_at: datetime,
        away: float,
        database: str = DATABASE,
    ) -> Outcome:
        """Hold what is there against what was promised before the loss."""
        everything = [*self._survivors, *promises]
        with psycopg.connect(self._archive.url(database)) as connection:
            count = kept(connection, everything)
        before = sum(one.confirmed_at <= lost_at.timestamp() for one in everything)
        if count is None or not len(self._survivors) < count <= before:
            raise BackupError(f"{what}: what came back is not what was promised ({count}).")
        self._survivors = everything[:count]
        lost_seconds = lost_at.timestamp() - self._survivors[-1].confirmed_at
        return Outcome(what, count, len(everything) - count, lost_seconds, away)

    def _new_writer(self) -> Writer:
        self._writers += 1
        writer = Writer(self._archive.url(DATABASE), self._writers * INVITATIONS)
        writer.start()
        return writer

    def _await_archiving(self) -> None:
        with psycopg.connect(self._archive.url("postgres"), autocommit=True) as connection:
            before = connection.execute(_ARCHIVED).fetchone()
            deadline = time.monotonic() + self._archive.timeout_seconds + _PATIENCE_SECONDS
            while connection.execute(_ARCHIVED).fetchone() == before:
                if time.monotonic() > deadline:
                    raise BackupError("Nothing is archived any more.")
                time.sleep(0.05)

    def _serve(self) -> None:
        self._server = self._archive.server(self._folder)
        self._server.launch()
        self._server.await_ready()
