"""Looks at what would bring data back: backups, the archive of WAL, the replica."""

import re
import time
from collections.abc import Mapping

import asyncpg

from operations.doctor.asking import read
from operations.doctor.check import Absent, Away, Broken
from operations.doctor.mending import Mending
from operations.settings import Settings
from shared.database import DATABASE_ERRORS

OLDEST_HOURS = 26
FIGURE = re.compile(r'^(\w+)\{kind="(\w+)"\} (\S+)$', re.MULTILINE)
TASKS = {"logical": "logical", "physical": "full", "archive": "full"}  # what mends each kind

SELECT_ARCHIVE = """
SELECT current_setting('archive_mode') AS mode, archived_count,
       COALESCE(last_failed_time > COALESCE(last_archived_time, '-infinity'), false) AS is_failing,
       extract(epoch FROM now() - last_archived_time) AS seconds
  FROM pg_stat_archiver
"""
SELECT_STREAM = """
SELECT pg_is_in_recovery() AS is_replica,
       EXISTS (SELECT FROM pg_stat_wal_receiver) AS is_fed
"""


async def backups(settings: Settings) -> str:
    """See that each kind of backup has succeeded within a day, and that none has failed since."""
    if settings.backup_url is None:
        raise Absent("BACKUP_URL is not set; the demo makes no backups.")
    mending = Mending(settings)
    _, text = await read(f"{settings.backup_url}/metrics", named="The container backup")
    found: dict[str, dict[str, float]] = {}
    for name, kind, value in FIGURE.findall(text):
        found.setdefault(name, {})[kind] = float(value)
    if failing := [kind for kind, value in found.get("backup_failing", {}).items() if value]:
        raise Broken(
            f"The last {', '.join(failing)} failed: docker compose logs backup | grep failed"
            f" says why. Then: {mending.backup(TASKS.get(failing[0], 'check'))}"
        )
    made = found.get("backup_last_success_timestamp_seconds", {})
    if missing := [kind for kind in ("logical", "physical") if kind not in made]:
        raise Broken(f"There is no {missing[0]} one yet: {mending.backup(TASKS[missing[0]])}")
    ages = {kind: (time.time() - at) / 3600 for kind, at in made.items()}
    kind, age = max(ages.items(), key=lambda each: each[1])
    if age > OLDEST_HOURS:
        raise Broken(f"The last {kind} one is {age:.0f} h old: {mending.backup(TASKS[kind])}")
    return f"The last of each kind is {age:.0f} h old at most."


async def archive(settings: Settings) -> str:
    """See that PostgreSQL can put away what it writes."""
    row = await _ask(settings.migration_database_url, SELECT_ARCHIVE)
    if row["mode"] == "off":
        raise Absent("archive_mode is off: a restore goes back to the last dump.")
    if row["is_failing"]:
        raise Broken(f"It fails, and WAL piles up on the disk.{Mending(settings).log('postgres')}")
    if row["seconds"] is None:
        return "Nothing had to be archived yet."
    return f"The last segment was archived {row['seconds']:.0f} s ago."


async def replica(settings: Settings) -> str:
    """See that the replica streams from the primary and may be read."""
    if settings.replica_database_url is None:
        raise Absent("None is switched on.")
    row = await _ask(settings.replica_database_url, SELECT_STREAM)
    if not row["is_replica"]:
        raise Broken("REPLICA_DATABASE_URL leads to the primary.")
    if not row["is_fed"]:
        raise Broken(
            "It gets nothing from the primary, so it is not read."
            + Mending(settings).of("replica", hangs=True)
        )
    return "It streams from the primary."


async def _ask(url: str | None, statement: str) -> Mapping[str, object]:
    if url is None:
        raise Absent("MIGRATION_DATABASE_URL is not set; nobody else may see it.")
    try:
        connection = await asyncpg.connect(url, timeout=5, statement_cache_size=0)
    except (*DATABASE_ERRORS, ValueError) as error:
        raise Away(f"It cannot be reached ({type(error).__name__}).", error) from None
    try:
        [row] = await connection.fetch(statement)
    finally:
        await connection.close()
    return dict(row)
