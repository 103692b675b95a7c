"""What one night does: dump, copy, check, and on Sundays a whole copy and a rehearsed restore."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from deploy.backup import logical, physical, restore
from deploy.backup.log import TOKYO, Log
from deploy.backup.measures import Measures
from deploy.backup.mistakes import BackupError
from deploy.backup.shell import Shell
from deploy.local.mistakes import OperatorMistake

_HOUR = 2
_SUNDAY = 6
# In Docker the last one is Docker's own disk, with images, logs and every other volume.
_DISKS = {"postgres": Path("/var/lib/postgresql/data"), "system": Path("/")}


def next_night(now: datetime) -> datetime:
    """Return the next 02:00 in Japan after a moment."""
    tonight = now.astimezone(TOKYO).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


class Keeper:
    """Makes backups in one folder, proves them, and says loudly when one is none."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self._shell = shell
        self._dumps = folder / "dumps"
        self._rehearsal = folder / "rehearsal"
        self.measures = Measures(folder / "measures.json", {"backups": folder, **_DISKS})
        self.log = Log()

    def night(self, now: datetime) -> bool:
        """Do all that is due; what fails keeps nothing else from being done."""
        is_sunday = now.astimezone(TOKYO).weekday() == _SUNDAY
        done = [self.logical(now), self.physical("full" if is_sunday else "diff"), self.check()]
        return all([*done, self.drill()] if is_sunday else done)

    def logical(self, now: datetime) -> bool:
        """Make the dump of a day, then remove those past their time."""

        def make() -> None:
            dumped = logical.dump(self._shell, self._dumps, now.astimezone(TOKYO))
            self._succeeded("logical", logical.size_bytes(dumped))
            self.log.say("backup.made", kind="logical", name=dumped.name)
            for old in logical.prune(self._dumps, now):
                self.log.say("backup.pruned", kind="logical", name=old.name)

        return self._attempt("logical", make)

    def physical(self, kind: physical.Kind) -> bool:
        """Make a physical backup; pgBackRest itself removes those past their time."""

        def make() -> None:
            physical.prepare(self._shell)
            physical.back_up(self._shell, kind)
            newest = physical.backups(self._shell)[-1]
            self._succeeded("physical", physical.size_bytes(newest))
            self.log.say("backup.made", kind="physical", name=newest["label"])

        return self._attempt("physical", make)

    def check(self) -> bool:
        """Look for rotten dumps, gaps in the archive and damage in the repository."""
        lanes = [self._attempt("dumps", lambda: logical.refuse_rotten(self._dumps))]
        return all(
            [
                *lanes,
                self._attempt("archive", self._look_for_gaps),
                self._attempt("repository", self._read_back),
            ]
        )

    def drill(self) -> bool:
        """Prove that the newest state can be restored: beside the server, and removed again."""

        def rehearse() -> None:
            started_at = time.monotonic()
            restore.rehearse(self._shell, self._rehearsal)
            seconds = time.monotonic() - started_at
            self.measures.set("restore_drill_recovery_seconds", round(seconds, 1))
            self.measures.set("restore_drill_last_success_timestamp_seconds", time.time())
            self.log.say("restore.proven", seconds=round(seconds, 1))

        return self._attempt("drill", rehearse)

    def fill(self, now: datetime) -> None:
        """Make at once what a new folder or repository lacks, or what a missed night left out."""
        dumps = logical.finished_dumps(self._dumps)
        if not dumps or next_night(logical.dumped_at(dumps[-1])) <= now:
            self.logical(now)
        last = self._last_physical()
        if last is None:
            if self.physical("full"):
                self.drill()
        elif next_night(last) <= now:
            self.physical("diff")

    def _last_physical(self) -> datetime | None:
        try:
            return physical.ended_at(physical.backups(self._shell)[-1])
        except (BackupError, ValueError, LookupError):
            return None  # making one will say why

    def _look_for_gaps(self) -> None:
        missing = physical.missing_segments(self._shell)
        self.measures.set("backup_missing_wal_segments", len(missing))
        if missing:
            raise BackupError(
                f"the archive lacks {len(missing)} segments, the first {missing[0]}: no moment "
                "behind it can be restored; make a full backup now"
            )

    def _read_back(self) -> None:
        physical.check(self._shell)

    def _succeeded(self, kind: str, size: int) -> None:
        self.measures.set("backup_last_success_timestamp_seconds", time.time(), kind)
        self.measures.set("backup_last_size_bytes", size, kind)

    def _attempt(self, kind: str, work: Callable[[], None]) -> bool:
        try:
            work()
        except (BackupError, OperatorMistake, OSError, ValueError, LookupError) as error:
            self.measures.set("backup_failing", 1, kind)
            self.log.say("backup.failed", kind=kind, reason=str(error))
            return False
        self.measures.set("backup_failing", 0, kind)
        return True
