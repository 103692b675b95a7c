"""The metrics of the backups; kept in a file, so that a restart loses none."""

import json
from pathlib import Path

HELP = {
    "backup_last_success_timestamp_seconds": "When the last good backup ended.",
    "backup_last_size_bytes": "How much room the last good backup takes.",
    "backup_failing": "1 while the last backup, check or drill of a kind has failed.",
    "backup_missing_wal_segments": "Gaps in the archive of WAL, by the last check.",
    "restore_drill_last_success_timestamp_seconds": "When a restore was proven last.",
    "restore_drill_recovery_seconds": "How long that restore took, until it had been judged.",
}


class Measures:
    """The gauges, each under its name with its labels."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}

    def set(self, name: str, value: float, kind: str | None = None) -> None:
        """Set a gauge and write the file."""
        self._known[f'{name}{{kind="{kind}"}}' if kind else name] = value
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps(self._known, indent=2))
        aside.replace(self._path)

    def exposition(self) -> str:
        """Write all as Prometheus reads it."""
        lines = []
        for name, words in HELP.items():
            samples = {one: at for one, at in self._known.items() if one.split("{")[0] == name}
            if samples:
                lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
                lines += [f"{one} {value}" for one, value in sorted(samples.items())]
        return "\n".join([*lines, ""])
