"""As many reads as it takes: wrk asks again as soon as it is answered."""

import re
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.load.users import PATH
from deploy.local.programs import program

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Saturation:
    """Reads a second, milliseconds from question to answer, and answers that were none."""

    rate: float
    p50: float
    p99: float
    wrong: int


def saturate(url: str, connections: int, seconds: int, *before: str) -> Saturation:
    """Ask by wrk; `before` are words before its command."""
    said = subprocess.run(  # noqa: S603 - our own words
        [
            *before,
            program("wrk"),
            *("-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "--latency"),
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return Saturation(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50=_milliseconds(r"50%\s+([\d.]+)(us|ms|s)", said),
        p99=_milliseconds(r"99%\s+([\d.]+)(us|ms|s)", said),
        wrong=_wrong(said),
    )


def list_url(base_url: str) -> str:
    """Give the address of the list as wrk wants it."""
    return base_url + quote(PATH, safe="/?&=")


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    assert found, said
    return found[1]


def _milliseconds(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    assert found, said
    return float(found[1]) * UNITS[found[2]]


def _wrong(said: str) -> int:
    """Add up answers other than 2xx and 3xx, and connections that failed."""
    numbers = re.findall(r"(?:responses: |connect |read |write |timeout )(\d+)", said)
    return sum(map(int, numbers))
