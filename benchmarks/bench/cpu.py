"""What all processes of a measurement take of the machine."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tests.tables import table

TICKS = os.sysconf("SC_CLK_TCK")
LOAD = "the load itself"
LEAST = 0.1  # milliseconds that are worth a line
# What Linux calls a program, and what people do.
NAMES = {
    "beam.smp": "RabbitMQ",
    "direct_bot": "the bot",
    "epmd": "RabbitMQ",
    "erl_child_setup": "RabbitMQ",
    "inet_gethost": "RabbitMQ",
    "pgbouncer": "PgBouncer",
    "postgres": "PostgreSQL",
    "prometheus": "Prometheus",
    "redis-server": "Redis",
    "sh": "RabbitMQ",
    "unpromised": "FastStream",
}


class _Process(NamedTuple):
    number: int
    program: str
    parent: int
    seconds: float


Spent: TypeAlias = Mapping[str, float]


def spent() -> Spent:
    """Give the CPU seconds of this process and all below it by program, also of those that ended.

    What a process took that has ended counts as its parent's, once that has waited for it.
    """
    seconds: dict[str, float] = defaultdict(float)
    for each in _ours():
        seconds[LOAD if each.number == os.getpid() else _name(each)] += each.seconds
    return seconds


def since(before: Spent, presses: int) -> Spent:
    """Give the CPU milliseconds of each of so many presses by program."""
    return {
        name: 1000 * (seconds - before.get(name, 0.0)) / presses
        for name, seconds in spent().items()
    }


def shares(columns: Mapping[str, Spent]) -> str:
    """Return a table of the processor time of each process, the greatest first."""
    names = set().union(*columns.values())
    most = {name: max(each.get(name, 0.0) for each in columns.values()) for name in names}
    seen = sorted((name for name in names if most[name] >= LEAST), key=lambda name: -most[name])
    figures = {name: [each.get(name, 0.0) for each in columns.values()] for name in seen}
    whole = [sum(each.values()) for each in columns.values()]
    others = [all_of - sum(part) for all_of, *part in zip(whole, *figures.values(), strict=True)]
    rows = {**figures, "others": others, "all": whole}
    head = ("CPU ms a press", *columns)
    return table(
        head,
        [(name, *(f"{each:.1f}" if each >= 0.05 else "–" for each in rows[name])) for name in rows],
    )


def family() -> Iterator[tuple[int, str]]:
    """Give number and name of every process below this one."""
    return ((each.number, _name(each)) for each in _ours() if each.number != os.getpid())


def _name(process: _Process) -> str:
    """Name a program, Python's by the module that it runs: `-m services.gateway` is gateway."""
    name = process.program
    if name.startswith("python"):
        try:
            words = Path(f"/proc/{process.number}/cmdline").read_text().split("\0")
        except OSError:  # it has just ended
            words = []
        if "-m" in words:
            name = words[words.index("-m") + 1].rpartition(".")[2]
    return NAMES.get(name, name)


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
