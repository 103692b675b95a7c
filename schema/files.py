"""The migrations as their files have them, compared with what a database says was applied."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("invitations", "tickets", "scheduler")
SHARED = "messaging"  # applied in every service's schema, before the service's own
OUTSIDE_TRANSACTION = "-- transactional: false\n"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file; `name` is its folder and stem, such as `tickets/0002_requests`."""

    name: str
    text: str

    @property
    def is_transactional(self) -> bool:
        """Whether its statements run in one transaction, as all do that do not say otherwise."""
        return not self.text.startswith(OUTSIDE_TRANSACTION)

    @property
    def sha256(self) -> str:
        """The checksum of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(folder: Path, service: str) -> list[Migration]:
    """Return what one service's schema is made of, in order; raises OSError or UnicodeError."""
    paths = [path for part in (SHARED, service) for path in sorted((folder / part).glob("*.sql"))]
    # read_text turns every line ending into \n, so a checkout on Windows has the same checksums.
    return [Migration(f"{path.parent.name}/{path.stem}", path.read_text("utf-8")) for path in paths]


def altered(marks: Mapping[str, str], migrations: Sequence[Migration]) -> list[str]:
    """Say which applied files were changed or are missing; `marks` maps names to checksums."""
    files = {migration.name: migration.sha256 for migration in migrations}
    missing = [f"{name}.sql was applied and is missing" for name in marks if name not in files]
    changed = [
        f"{name}.sql was changed after it was applied"
        for name, checksum in marks.items()
        if files.get(name, checksum) != checksum
    ]
    return sorted(missing + changed)
