"""The metrics of the backups, in a file that the service and a command by hand both write."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

HELP = {
    "backup_last_success_timestamp_seconds": "When the last good backup ended.",
    "backup_last_size_bytes": "How much room the last good backup takes.",
    "backup_failing": "1 while the last backup, check or drill of a kind has failed.",
    "backup_missing_wal_segments": "Gaps in the archive of WAL, by the last check.",
    "restore_drill_last_success_timestamp_seconds": "When a restore was proven last.",
    "restore_drill_recovery_seconds": "How long that restore took, until it had been judged.",
    "host_disk_free_bytes": "Room left on the disk of a folder.",
    "host_disk_size_bytes": "Size of the disk of a folder.",
    "host_cpu_seconds_total": "Time of the machine's processors, by what it went to.",
    "host_memory_available_bytes": "Memory of the machine that programs can still get.",
    "host_memory_size_bytes": "Memory of the machine.",
    "process_start_time_seconds": "When this process began.",
}
MEMORY = Path("/proc/meminfo")
PROCESSORS = Path("/proc/stat")
# The first line's columns; the last one is what a virtual machine waits for its host.
MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")


class Measures:
    """The gauges, each under its name with its labels."""

    def __init__(self, path: Path, disks: Mapping[str, Path] | None = None) -> None:
        """Take the file, and the folders whose disks are watched, by their names."""
        self._path = path
        self._disks = disks or {}
        self._began = time.time()

    def set(self, name: str, value: float, kind: str | None = None) -> None:
        """Set a gauge in the file, which nobody else changes meanwhile."""
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = {**self._known(), f'{name}{{kind="{kind}"}}' if kind else name: value}
            aside = self._path.with_suffix(".new")
            aside.write_text(json.dumps(known, indent=2))
            aside.replace(self._path)

    def exposition(self) -> str:
        """Write all as Prometheus reads it."""
        known = {**self._known(), **dict(self._host())}
        lines = []
        for name, words in HELP.items():
            samples = {one: at for one, at in known.items() if one.split("{")[0] == name}
            if samples:
                lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind_of(name)}"]
                lines += [f"{one} {value}" for one, value in sorted(samples.items())]
        return "\n".join([*lines, ""])

    def _known(self) -> dict[str, float]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _host(self) -> Iterator[tuple[str, float]]:
        for name, folder in self._disks.items():
            if folder.is_dir():
                usage = shutil.disk_usage(folder)
                yield f'host_disk_free_bytes{{folder="{name}"}}', usage.free
                yield f'host_disk_size_bytes{{folder="{name}"}}', usage.total
        memory = dict(line.split(":") for line in MEMORY.read_text().splitlines())
        for name, field in (("available", "MemAvailable"), ("size", "MemTotal")):
            yield f"host_memory_{name}_bytes", int(memory[field].split()[0]) * 1024
        _, *ticks = PROCESSORS.read_text().splitlines()[0].split()
        for mode, spent in zip(MODES, ticks, strict=False):  # behind them stand parts of others
            yield f'host_cpu_seconds_total{{mode="{mode}"}}', int(spent) / os.sysconf("SC_CLK_TCK")
        yield "process_start_time_seconds", self._began


def kind_of(name: str) -> str:
    """Give the type of a metric by its name."""
    return "counter" if name.endswith("_total") else "gauge"
