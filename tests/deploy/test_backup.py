"""An incomplete backup is reported: on a real server with a real repository."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from deploy.backup import logical, physical, restore
from deploy.backup.days import Keeper, next_night
from deploy.backup.mistakes import BackupError
from deploy.backup.shell import Shell
from deploy.local.archive import Archive, make_database
from deploy.local.instance import PROJECT, free_ports, passing_instance
from deploy.local.postgresql import DATABASE, make_cluster
from deploy.local.programs import postgresql_program

ARCHIVE_TO = """
ALTER SYSTEM SET archive_command = 'pgbackrest --stanza=doukikai --repo1-path={} archive-push %p'
"""
NOISE = """
CREATE TABLE tickets.noise AS SELECT random()::text AS sound FROM generate_series(1, 100000)
"""


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    """Give a migrated server that archives, with one physical backup."""
    with passing_instance("test") as instance:
        archive = Archive(instance, free_ports(1)[0], timeout_seconds=50)
        make_cluster(instance)
        server = archive.server(archive.first_folder)
        server.launch()
        try:
            server.await_ready()
            make_database(archive)
            physical.prepare(archive.shell(archive.first_folder))
            physical.back_up(archive.shell(archive.first_folder), "full")
            yield archive
        finally:
            server.end()


@pytest.fixture
def shell(archive: Archive) -> Shell:
    """Give what runs programs for that server."""
    return archive.shell(archive.first_folder)


@pytest.fixture
def folder(archive: Archive) -> Path:
    """Give a folder of the test's own that the servers' user can enter."""
    return archive.instance.make_folder(archive.instance.data / f"kept-{secrets.token_hex(4)}")


@pytest.fixture
def keeper(shell: Shell, folder: Path) -> Keeper:
    return Keeper(shell, folder)


def run(shell: Shell, folder: Path, task: str) -> subprocess.CompletedProcess[str]:
    """Run the command as the container does, with locks of our own user's."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "deploy.backup", task],
        cwd=PROJECT,
        env={
            **os.environ,
            **shell.environment,
            "BACKUP_FOLDER": str(folder),
            "PGBACKREST_LOCK_PATH": str(folder / "locks"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def said(output: str) -> list[tuple[str, str]]:
    """Give what was logged: the event and which kind of thing it is about."""
    lines = [json.loads(line) for line in output.splitlines()]
    return [(line["event"], line["kind"]) for line in lines if "kind" in line]


def damage(path: Path) -> None:
    """Turn one byte in the middle of a file."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0xFF]))


def file_of(archive: Archive, segment: str) -> Path:
    """Find an archived segment in the repository."""
    (path,) = archive.repository.rglob(f"{segment}-*")
    return path


@contextmanager
def taken_away(archive: Archive, segment: str, folder: Path) -> Iterator[None]:
    """Let the archive lack a segment for a while."""
    path = file_of(archive, segment)
    aside = path.rename(folder / path.name)
    yield
    aside.rename(path)


@contextmanager
def damaged_for_now(archive: Archive, segment: str) -> Iterator[None]:
    """Let a segment of the archive be damaged for a while."""
    path = file_of(archive, segment)
    whole = path.read_bytes()
    damage(path)
    yield
    path.write_bytes(whole)


def test_a_dump_holds_every_table_and_role_and_only_its_owner_reads_it(
    shell: Shell, folder: Path
) -> None:
    made = logical.dump(shell, folder, datetime.now(UTC))
    assert logical.is_whole(made)
    assert {
        oct(path.stat().st_mode)[-3:] for path in (made / logical.DUMP, made / logical.ROLES)
    } == {"600"}
    assert "ALTER ROLE invitations WITH" in (made / logical.ROLES).read_text()
    listed = shell.client("pg_restore", "--list", str(made / logical.DUMP))
    assert "TABLE DATA invitations participants" in listed


def test_a_dump_whose_rows_are_cut_off_is_refused_though_its_list_is_whole(
    archive: Archive, shell: Shell, folder: Path
) -> None:
    with psycopg.connect(archive.url(DATABASE)) as connection:
        connection.execute(NOISE)
    made = logical.dump(shell, folder, datetime.now(UTC))
    dump = made / logical.DUMP
    os.truncate(dump, dump.stat().st_size // 2)
    shell.client("pg_restore", "--list", str(dump))
    with pytest.raises(BackupError, match="pg_restore failed"):
        logical.judge(shell, made, {"tickets noise"}, {"invitations"})


def test_a_dump_that_lacks_a_table_or_a_role_is_refused(shell: Shell, folder: Path) -> None:
    made = logical.dump(shell, folder, datetime.now(UTC))
    with pytest.raises(BackupError, match="lacks tickets moods, writer"):
        logical.judge(shell, made, {"tickets tickets", "tickets moods"}, {"invitations", "writer"})


def test_a_failed_dump_leaves_nothing_and_prunes_nothing(
    shell: Shell, keeper: Keeper, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert keeper.logical(datetime(2026, 1, 1, tzinfo=UTC))
    (before,) = logical.finished_dumps(folder / "dumps")
    nowhere = Shell({**shell.environment, "PGPORT": str(free_ports(1)[0])}, shell.prefix)
    keeper = Keeper(nowhere, folder)
    assert not keeper.logical(datetime.now(UTC))
    assert logical.finished_dumps(folder / "dumps") == [before]
    keeper.log.output.stop()
    assert said(capfd.readouterr().out)[-1] == ("backup.failed", "logical")


def test_a_dump_behind_a_lock_is_given_up(
    archive: Archive, shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logical, "LOCK_SECONDS", 1)
    with psycopg.connect(archive.url(DATABASE)) as holder:
        holder.execute("LOCK TABLE tickets.tickets IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(BackupError, match="pg_dump failed"):
            logical.dump(shell, folder, datetime.now(UTC))
    assert logical.finished_dumps(folder) == []


def test_a_check_names_a_rotten_dump_a_missing_and_a_damaged_segment_and_ends_with_one(
    archive: Archive, shell: Shell, keeper: Keeper, folder: Path
) -> None:
    assert keeper.logical(datetime.now(UTC))
    assert keeper.check()
    (dumped,) = logical.finished_dumps(folder / "dumps")
    damage(dumped / logical.DUMP)
    missing, damaged = sorted(physical.archived_segments(shell))[-2:]
    with taken_away(archive, missing, folder), damaged_for_now(archive, damaged):
        done = run(shell, folder, "check")
    assert done.returncode == 1
    assert said(done.stdout) == [
        ("backup.failed", kind) for kind in ("dumps", "archive", "repository")
    ]
    assert f"the first {missing}" in done.stdout
    measures = json.loads((folder / "measures.json").read_text())
    assert measures["backup_missing_wal_segments"] == 1
    assert measures['backup_failing{kind="archive"}'] == 1
    assert measures['backup_failing{kind="logical"}'] == 0


def test_an_empty_repository_is_filled_and_proven_at_once_although_there_are_dumps(
    archive: Archive, shell: Shell, folder: Path
) -> None:
    """As after a change of the repository to S3: the next night would be a day away."""
    elsewhere = archive.instance.make_folder(folder / "elsewhere")
    moved = replace(
        shell, environment={**shell.environment, "PGBACKREST_REPO1_PATH": str(elsewhere)}
    )
    keeper = Keeper(moved, folder)
    assert keeper.logical(datetime.now(UTC))
    with psycopg.connect(archive.url(DATABASE), autocommit=True) as connection:
        connection.execute(ARCHIVE_TO.format(elsewhere))
        connection.execute("SELECT pg_reload_conf()")
        keeper.fill(datetime.now(UTC))
        keeper.fill(datetime.now(UTC))
        keeper.fill(next_night(datetime.now(UTC)))  # the machine was off then
        connection.execute("ALTER SYSTEM RESET archive_command")
        connection.execute("SELECT pg_reload_conf()")
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
    assert [made["type"] for made in physical.backups(moved)] == ["full", "diff"]
    assert len(logical.finished_dumps(folder / "dumps")) == 2
    assert "restore_drill_last_success_timestamp_seconds" in keeper.measures.exposition()
    assert not (folder / "rehearsal").exists()


def test_a_replica_of_a_restored_primary_streams_from_it(archive: Archive, folder: Path) -> None:
    """A restore leaves its settings in the primary, and a copy would stop at their moment."""
    with psycopg.connect(archive.url("postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE doukikai_replicator PASSWORD 'replicated'")
        connection.execute("ALTER SYSTEM SET restore_command = 'false'")
        connection.execute("ALTER SYSTEM SET recovery_target_time = '2026-11-23 14:29:59+09'")
        copy = archive.instance.make_folder(folder / "replica")
        try:
            make_replica(archive, copy)
            make_replica(archive, copy)  # a restart, which copies nothing
            (copy / "copy" / "standby.signal").unlink()
            make_replica(archive, copy)
            kept = (copy / "copy" / "postgresql.auto.conf").read_text()
        finally:
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_drop_replication_slot('replica')")
    assert "primary_conninfo" in kept
    assert "restore_command" not in kept
    assert "recovery_target" not in kept


def make_replica(archive: Archive, folder: Path) -> None:
    """Run the script of the container, but for the server that it becomes."""
    changes = {
        "/var/lib/postgresql/data": str(folder),
        "/run/doukikai": str(folder),
        "-h postgres": f"-h 127.0.0.1 -p {archive.port}",
        "host=postgres": f"host=127.0.0.1 port={archive.port}",
        "exec postgres ": "echo ",
    }
    script = (PROJECT / "deploy" / "postgres" / "replica.sh").read_text()
    for here, there in changes.items():
        assert here in script
        script = script.replace(here, there)
    (folder / "password").write_text("replicated")
    bin_folder = Path(postgresql_program("pg_basebackup")).parent
    command = [*archive.instance.as_user(), "bash", "-c", script]
    subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
        check=True,
    )


def test_a_restore_that_lacks_a_segment_gives_up_instead_of_stopping_short(
    archive: Archive, shell: Shell, folder: Path
) -> None:
    with psycopg.connect(archive.url(DATABASE), autocommit=True) as connection:
        connection.execute("CREATE TABLE tickets.late (number int)")
        (lacking,) = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ()
        target_at = datetime.now(UTC)
        connection.execute("INSERT INTO tickets.late VALUES (1)")
    physical.check(shell)
    restored = archive.instance.make_folder(folder / "restored")
    restore.fetch(shell, restored, target_at)
    with (
        taken_away(archive, lacking, folder),
        pytest.raises(BackupError, match="before configured recovery target was reached"),
        restore.rehearsal(shell, restored),
    ):
        pass
