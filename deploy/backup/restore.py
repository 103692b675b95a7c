"""A restore beside the running database: fetched from the repository, started, judged."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from deploy.backup.mistakes import BackupError
from deploy.backup.shell import Shell

DATABASE = "vrc_discord_bot"
PATIENCE_SECONDS = 3600
_POLL_SECONDS = 0.2

# What a rehearsal beside the real server must not do: archive, listen, take its memory.
_REHEARSAL = {
    "archive_mode": "off",
    "hot_standby": "off",  # so that it answers only once all is replayed
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "wal_level": "replica",
}

# Each finds what breaks a rule; a sound database answers none with a row.
INVARIANTS = {
    "seats and queue are counted": """
SELECT id FROM invitations.invitations
 WHERE (joined_count, waitlisted_count) <> (
   SELECT count(*) FILTER (WHERE participants.status = 'joined'),
          count(*) FILTER (WHERE participants.status = 'waitlisted')
     FROM invitations.participants WHERE invitation_id = invitations.id)
""",
    "no event is over-booked": """
SELECT id FROM invitations.invitations WHERE joined_count > max_participants
""",
    "nobody waits beside a free seat": """
SELECT id FROM invitations.invitations WHERE status = 'recruiting' AND waitlisted_count > 0
""",
    "every index and every constraint is valid": """
SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
 UNION ALL
SELECT conname FROM pg_constraint WHERE NOT convalidated
""",
}


def fetch(shell: Shell, folder: Path, target_at: datetime | None = None) -> None:
    """Restore the newest fitting backup into a folder; it replays to `target_at` or to the end."""
    words = [f"--pg1-path={folder}"]
    if target_at is not None:
        # With its zone: without one the server's own would be guessed.
        words += ["--type=time", f"--target={target_at.isoformat(sep=' ')}"]
        words += ["--target-action=promote"]
    shell.pgbackrest("restore", *words)


def judge(shell: Shell, database: str = DATABASE) -> None:
    """Refuse a restored database with a damaged page or a broken rule."""
    shell.client("pg_amcheck", "--install-missing", "--heapallindexed", database)
    words = f"--dbname={database}"
    broken = [name for name, statement in INVARIANTS.items() if shell.ask(statement, words)]
    if broken:
        raise BackupError(f"restored, but it does not hold that {'; '.join(broken)}")


@contextmanager
def rehearsal(shell: Shell, folder: Path) -> Iterator[Shell]:
    """Run a fetched copy on a socket that only its user reaches, and give what asks it."""
    hba, log = folder / "rehearsal_hba.conf", folder / "rehearsal.log"
    hba.write_text("local all all trust\n")
    hba.chmod(0o644)
    settings = {**_REHEARSAL, "hba_file": str(hba), "unix_socket_directories": str(folder)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    # A log file, because the server would hold a pipe open and we would wait for its end.
    waiting = ("--wait", f"--timeout={PATIENCE_SECONDS}", f"--log={log}", f"--options={options}")
    try:
        asked = replace(shell, environment={**shell.environment, "PGHOST": str(folder)})
        try:
            shell.pg_ctl("start", f"--pgdata={folder}", *waiting)
            await_service(asked, folder)
        except BackupError as error:
            raise BackupError(f"the restored server gave up: {last_words(log)}") from error
        yield asked
    finally:
        with suppress(BackupError):  # it gave up by itself
            shell.pg_ctl("stop", f"--pgdata={folder}", "--mode=immediate")


def await_service(shell: Shell, folder: Path) -> None:
    """Wait until all is replayed: without hot standby, pg_ctl's own waiting ends before that."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(BackupError):
            shell.ask("SELECT", "--dbname=postgres")
            return
        shell.pg_ctl("status", f"--pgdata={folder}")
        time.sleep(_POLL_SECONDS)
    raise BackupError("it still replays")


def last_words(log: Path) -> str:
    """Return why a server ended."""
    lines = log.read_text().splitlines()
    reasons = [line for line in lines if "not accepting" not in line and "starting up" not in line]
    fatal = [line for line in reasons if "FATAL:" in line or "PANIC:" in line]
    return next(iter(fatal), "no reason in its log")


def rehearse(shell: Shell, folder: Path) -> None:
    """Restore the newest state into a folder of its own, judge it, and remove it."""
    if folder.exists():
        shutil.rmtree(folder)
    shell.beside_the_cluster("mkdir", "--mode=700", str(folder))
    try:
        fetch(shell, folder)
        with rehearsal(shell, folder) as asked:
            judge(asked)
    finally:
        shutil.rmtree(folder)
