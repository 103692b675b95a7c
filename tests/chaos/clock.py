"""A clock of its own for one replica, which a fault may set: Debian's libfaketime."""

from pathlib import Path

from deploy.local.mistakes import OperatorMistake

SHARED = Path("/dev/shm")  # noqa: S108 - where libfaketime keeps a process's state


class Clock:
    """The wall clock of every process that stands in one place, one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.step(0)

    def step(self, seconds: float) -> None:
        """Set the clock this far ahead of the machine's, from now on."""
        aside = self._path.with_suffix(".new")
        aside.write_text(f"{seconds:+.3f}\n")
        aside.rename(self._path)

    @property
    def environment(self) -> dict[str, str]:
        """Return what lets a process see this clock; its monotonic clock stays as it is."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(Path(__file__).with_name("faketime")),
        }


def forget(pid: int) -> None:
    """Delete what a killed process left in shared memory."""
    for path in SHARED.glob(f"*faketime_s*_{pid}"):
        path.unlink(missing_ok=True)


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        raise OperatorMistake("libfaketime is missing: run deploy/local/install.sh test.")
    return found[0]
