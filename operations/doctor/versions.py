"""The oldest servers that the project has been tried on, and until when a server is repaired."""

import re
from datetime import date, timedelta

from operations.doctor.check import Broken

# PgBouncer tells its version to its administrators alone: the doctor tries what it can do instead.
OLDEST = {"PostgreSQL": (15,), "RabbitMQ": (3, 10), "Redis": (7,)}
# https://www.postgresql.org/support/versioning/: of the others, a newer one needs no step.
LAST_REPAIRS = {
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
}
DUE = timedelta(days=180)


def recent(part: str, version: str) -> str:
    """Give a server's name and version; raises Broken when nobody has tried one so old."""
    if _numbers(version) < OLDEST[part]:
        oldest = ".".join(map(str, OLDEST[part]))
        raise Broken(f"{part} {version} is too old: {oldest} is the oldest that has been tried.")
    return f"{part} {version}"


def due(version: str, today: date) -> str:
    """Say half a year before that a PostgreSQL will not be repaired any more; "" until then."""
    last = LAST_REPAIRS.get(_numbers(version)[0]) if _numbers(version) else None
    if last is None or today < last - DUE:
        return ""
    return f" Its last repairs are of {last}: docs/install.md leads to a newer one."


def _numbers(version: str) -> tuple[int, ...]:
    """Read the numbers that it begins with; "18beta1" begins with 18."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()
