"""The daily dump: written aside, judged, renamed; old ones go only once a newer one is good."""

import hashlib
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from deploy.backup.mistakes import BackupError
from deploy.backup.shell import Shell

KEPT_DAYS = 30
LOCK_SECONDS = 300
SUMS = "SHA256SUMS"
DUMP, ROLES = "database.dump", "roles.sql"
_NAME = "%Y-%m-%dT%H%M%S%z"
_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}[+-]\d{4}")
_TABLE_IN_LIST = re.compile(r" TABLE DATA (\S+ \S+) ")
_ROLE_IN_DUMP = re.compile(r"^CREATE ROLE (\w+);", re.MULTILINE)

_TABLES = """
SELECT relnamespace::regnamespace || ' ' || relname
  FROM pg_class
 WHERE relkind IN ('r', 'p')
   AND relpersistence = 'p'
   AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
"""
_OWN_ROLES = """
SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'
"""


def dump(shell: Shell, folder: Path, now: datetime) -> Path:
    """Dump database and roles into a folder of today, which has its name only once it is good."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in folder.glob("*.new"):
        shutil.rmtree(leftover)
    finished = folder / now.strftime(_NAME)
    aside = finished.with_suffix(".new")
    aside.mkdir(mode=0o700)
    # The tables are asked for first: one made in between is more than was promised.
    tables = {row[0] for row in shell.ask(_TABLES)}
    roles = {row[0] for row in shell.ask(_OWN_ROLES)}
    # Without a limit a dump would wait behind a lock without end, and every later dump behind it.
    patience = f"--lock-wait-timeout={LOCK_SECONDS}s"
    shell.client("pg_dump", "--format=custom", patience, f"--file={aside / DUMP}")
    # With the passwords' verifiers, or nobody could log in after a restore.
    shell.client("pg_dumpall", "--globals-only", patience, f"--file={aside / ROLES}")
    for path in aside.iterdir():
        path.chmod(0o600)
    judge(shell, aside, tables, roles)
    sums = "".join(f"{_sum(aside / name)}  {name}\n" for name in (DUMP, ROLES))
    (aside / SUMS).write_text(sums)
    return aside.rename(finished)


def judge(shell: Shell, folder: Path, tables: set[str], roles: set[str]) -> None:
    """Refuse a dump that cannot be read to its end or lacks a table or a role."""
    listed = shell.client("pg_restore", "--list", str(folder / DUMP))
    lacking = tables - set(_TABLE_IN_LIST.findall(listed))
    # The list stands at the head: it is whole in a file whose rows are cut off.
    shell.client("pg_restore", "--file=/dev/null", str(folder / DUMP))
    lacking |= roles - set(_ROLE_IN_DUMP.findall((folder / ROLES).read_text()))
    if not tables or lacking:
        raise BackupError(f"{folder.name} lacks {', '.join(sorted(lacking)) or 'every table'}")


def is_whole(folder: Path) -> bool:
    """Tell whether a finished dump still is, byte for byte, what was judged good."""
    try:
        lines = (folder / SUMS).read_text().splitlines()
        sums = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
        return sums == {name: _sum(folder / name) for name in (DUMP, ROLES)}
    except (OSError, ValueError):
        return False


def finished_dumps(folder: Path) -> list[Path]:
    """List the dumps, the oldest first."""
    if not folder.exists():
        return []
    # Not glob, which finds nothing in a folder that it may not read, and says nothing.
    # Other files in the folder are not ours.
    found = [path for path in folder.iterdir() if _NAMED.fullmatch(path.name)]
    return sorted(found, key=dumped_at)


def dumped_at(dumped: Path) -> datetime:
    """Return when a dump was made, by its name."""
    return datetime.fromisoformat(dumped.name)


def prune(folder: Path, now: datetime) -> list[Path]:
    """Remove dumps older than thirty days, unless no younger one is whole."""
    limit = now - timedelta(days=KEPT_DAYS)
    dumps = finished_dumps(folder)
    old = [path for path in dumps if dumped_at(path) < limit]
    if not any(is_whole(path) for path in dumps if path not in old):
        return []
    for path in old:
        shutil.rmtree(path)
    return old


def refuse_rotten(folder: Path) -> None:
    """Refuse to be quiet about a kept dump that has changed since it was judged."""
    rotten = [path.name for path in finished_dumps(folder) if not is_whole(path)]
    if rotten:
        raise BackupError(f"these dumps are damaged: {', '.join(rotten)}")


def size_bytes(dumped: Path) -> int:
    """Return how much room a dump takes."""
    return sum(path.stat().st_size for path in dumped.iterdir())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
