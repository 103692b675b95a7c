"""What was measured, against what the design demands of it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from benchmarks.load.users import Sample
from tests.tables import table

PEAK_GOAL_MILLISECONDS = 20


@dataclass(frozen=True)
class Check:
    """A figure, and what it must be below, or for a share that is good, at least."""

    name: str
    value: float
    limit: float
    unit: str
    is_at_least: bool = False

    @property
    def passes(self) -> bool:
        """Tell whether the limit is kept."""
        return self.value >= self.limit if self.is_at_least else self.value < self.limit

    def row(self) -> tuple[str, str, str, str]:
        """Write it as a row of a table."""
        limit = f"{'≥' if self.is_at_least else '<'} {self.limit:g} {self.unit}"
        verdict = "passed" if self.passes else "**MISSED**"
        return self.name, f"{self.value:.2f} {self.unit}", limit, verdict


@dataclass(frozen=True)
class Second:
    """What was met in one second of a run."""

    at: int
    reads: int
    p50: float
    p99: float
    wrong: int


def checks(
    samples: Sequence[Sample], at_peak: Sequence[Sample], lookups: Mapping[str, float]
) -> list[Check]:
    """Judge a run by the design's thresholds and by our own."""
    milliseconds = [each.milliseconds for each in samples]
    wrong = sum(not each.is_right for each in samples)
    hits = 100 * lookups.get("hit", 0) / max(1, sum(lookups.values()))
    return [
        Check("p50", percentile(milliseconds, 50), 20, "ms"),
        Check("p95", percentile(milliseconds, 95), 100, "ms"),
        Check("p99", percentile(milliseconds, 99), 200, "ms"),
        Check("errors", 100 * wrong / max(1, len(samples)), 0.1, "%"),
        Check("cache hits", hits, 80, "%", is_at_least=True),
        Check(
            "p99 at 200 users",
            percentile([each.milliseconds for each in at_peak], 99),
            PEAK_GOAL_MILLISECONDS,
            "ms",
        ),
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """Give the value that so many in a hundred do not exceed; none have taken no time."""
    if len(values) < 2:
        return sum(values)
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def by_second(samples: Sequence[Sample]) -> list[Second]:
    """Sum up a run second by second."""
    ordered = sorted(samples)
    return [
        Second(
            at,
            len(found := list(group)),
            percentile([each.milliseconds for each in found], 50),
            percentile([each.milliseconds for each in found], 99),
            sum(not each.is_right for each in found),
        )
        for at, group in groupby(ordered, key=lambda each: int(each.at))
    ]


def report(found: Sequence[Check]) -> str:
    """Write the table of a run."""
    return table(("", "measured", "limit", ""), [each.row() for each in found])
