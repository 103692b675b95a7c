"""The oldest servers that the project has been tried on; an older one is named."""

import re

from operations.doctor.check import Broken

# PgBouncer tells its version to its administrators alone: the doctor tries what it can do instead.
OLDEST = {"PostgreSQL": (15,), "RabbitMQ": (3, 10), "Redis": (7,)}


def recent(part: str, version: str) -> str:
    """Give a server's name and version; raises Broken when nobody has tried one so old."""
    if _numbers(version) < OLDEST[part]:
        oldest = ".".join(map(str, OLDEST[part]))
        raise Broken(f"{part} {version} is too old: {oldest} is the oldest that has been tried.")
    return f"{part} {version}"


def _numbers(version: str) -> tuple[int, ...]:
    """Read the numbers that it begins with; "18beta1" begins with 18."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()
