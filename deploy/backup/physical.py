"""pgBackRest: physical backups, and the archive of WAL from one to any second after it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from deploy.backup.mistakes import BackupError
from deploy.backup.shell import Shell

Kind: TypeAlias = Literal["full", "diff"]

STANZA = "doukikai"
_SEGMENTS_PER_FILE_ID = 256  # of 16 MB each: pgBackRest's and PostgreSQL's default
_SEGMENT = re.compile(r"(?:^|/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$")

_LAST_ARCHIVED = """
SELECT last_archived_wal FROM pg_stat_archiver WHERE last_archived_wal IS NOT NULL
"""


def prepare(shell: Shell) -> None:
    """Make the repository's place for this database, unless it is there."""
    shell.pgbackrest("stanza-create")


def back_up(shell: Shell, kind: Kind) -> None:
    """Copy the whole cluster, or what changed since the last whole copy; the first is whole."""
    shell.pgbackrest("backup", f"--type={kind}")


def backups(shell: Shell) -> list[Mapping[str, Any]]:
    """List the backups in the repository, the oldest first."""
    (stanza,) = json.loads(shell.pgbackrest("info", f"--stanza={STANZA}", "--output=json"))
    listed: list[Mapping[str, Any]] = stanza["backup"]
    return listed


def ended_at(backup: Mapping[str, Any]) -> datetime:
    """Return when a backup ended."""
    return datetime.fromtimestamp(backup["timestamp"]["stop"], UTC)


def size_bytes(backup: Mapping[str, Any]) -> int:
    """Return how much room in the repository a restore of this backup reads."""
    return int(backup["info"]["repository"]["size"])


def check(shell: Shell) -> None:
    """See one segment travel into the archive, and every byte of the repository read back."""
    shell.pgbackrest("check")
    # It leaves with 0 and an empty answer when all is well, with 0 and words when not.
    found = shell.pgbackrest("verify", "--output=text")
    if "error" in found:
        raise BackupError(f"the repository is damaged: {' '.join(found.split())}")


def missing_segments(shell: Shell) -> list[str]:
    """Name what the archive lacks between the oldest backup and the segment archived last.

    pgBackRest's own `verify` passes over a gap: it looks at what is there.
    """
    found = archived_segments(shell)
    wanted = {backup["archive"]["start"] for backup in backups(shell)}
    wanted |= {row[0][:24] for row in shell.ask(_LAST_ARCHIVED) if ".history" not in row[0]}
    oldest = min(wanted, default="")
    return gaps([name for name in found if name >= oldest], wanted)


def archived_segments(shell: Shell) -> set[str]:
    """Name every segment in the archive."""
    listed = json.loads(
        shell.pgbackrest("repo-ls", f"archive/{STANZA}", "--recurse", "--output=json")
    )
    return {match[1] for path in listed if (match := _SEGMENT.search(path))}


def gaps(found: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Name the segments missing among those found, timeline by timeline, up to those wanted."""
    present = set(found)
    timelines: dict[str, list[int]] = defaultdict(list)
    for name in present | set(wanted):
        timelines[name[:8]].append(_number(name))
    return [
        name
        for timeline, numbers in sorted(timelines.items())
        for number in range(min(numbers), max(numbers) + 1)
        if (name := _name(timeline, number)) not in present
    ]


def _number(name: str) -> int:
    return int(name[8:16], 16) * _SEGMENTS_PER_FILE_ID + int(name[16:], 16)


def _name(timeline: str, number: int) -> str:
    file_id, segment = divmod(number, _SEGMENTS_PER_FILE_ID)
    return f"{timeline}{file_id:08X}{segment:08X}"
