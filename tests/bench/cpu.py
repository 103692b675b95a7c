"""What all processes of a measurement take of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class _Process(NamedTuple):
    number: int
    program: str
    parent: int
    seconds: float


def spent() -> float:
    """Give the CPU seconds of this process and all below it, also of those they have waited for."""
    return sum(each.seconds for each in _ours())


def family() -> Iterator[tuple[int, str]]:
    """Give number and program of every process below this one."""
    return ((each.number, each.program) for each in _ours() if each.number != os.getpid())


def _ours() -> Iterator[_Process]:
    found = {each.number: each for each in _processes()}
    for process in found.values():
        number = process.number
        while number in found and number != os.getpid():
            number = found[number].parent
        if number == os.getpid():
            yield process


def _processes() -> Iterator[_Process]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = Path(folder, "stat").read_text()
            except OSError:  # it has just ended
                continue
            named, _, rest = text.rpartition(")")
            # Fields 4, 14 to 17 of proc_pid_stat(5), counted behind the name.
            fields = rest.split()
            seconds = sum(map(int, fields[11:15])) / TICKS
            yield _Process(int(folder.name), named.partition("(")[2], int(fields[1]), seconds)
