"""What a bench writes down of each contender."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bench.cpu import Spent
from tests.tables import table


@dataclass(frozen=True)
class Row:
    """One line of the table: presses a second, CPU of everything, and milliseconds of each."""

    name: str
    rate: float
    cpu: Spent
    milliseconds: tuple[float, float] | None = None  # p50 and p99


def median(turns: Sequence[Row]) -> Row:
    """Take the median of each figure."""
    programs = set().union(*(turn.cpu for turn in turns))
    cpu = {each: statistics.median(turn.cpu.get(each, 0.0) for turn in turns) for each in programs}
    timed = [turn.milliseconds for turn in turns if turn.milliseconds]
    p50, p99 = (statistics.median(each) for each in zip(*timed, strict=True)) if timed else (0, 0)
    rate = statistics.median(turn.rate for turn in turns)
    return Row(turns[0].name, rate, cpu, (p50, p99) if timed else None)


def row_of(
    name: str, presses: int, seconds: float, cpu: Spent, milliseconds: Sequence[float] = ()
) -> Row:
    """Sum up what was found."""
    cuts = statistics.quantiles(milliseconds, n=100) if milliseconds else None
    rate = presses / seconds
    print(f"  {name}: {rate:,.0f} presses a second", flush=True)
    return Row(name, rate, cpu, (cuts[49], cuts[98]) if cuts else None)


def compared(rows: Sequence[Row]) -> str:
    """Give the table of all rows, each beside the first."""
    return table(
        ("", "presses/s", "ratio", "CPU ms", "p50 ms", "p99 ms"),
        [
            (
                row.name,
                f"{row.rate:,.0f}",
                f"{row.rate / rows[0].rate:.2f}",
                f"{sum(row.cpu.values()):.1f}",
                *([f"{each:.1f}" for each in row.milliseconds] if row.milliseconds else "––"),
            )
            for row in rows
        ],
    )
