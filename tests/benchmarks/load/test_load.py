"""The load test itself counts and judges as the design's does."""

from itertools import pairwise

import pytest

from benchmarks.load.figures import by_second, checks
from benchmarks.load.stages import DESIGN, shift, users_at, whole_seconds
from benchmarks.load.users import Sample

FAST = [Sample(at / 10, 1.0, is_right=True) for at in range(10_000)]
HITS = {"hit": 80.0, "miss": 20.0}


@pytest.mark.parametrize(
    ("at", "users"), [(0, 0), (30, 25), (60, 50), (210, 125), (359.9, 200), (390, 100), (420, 0)]
)
def test_users_come_and_go_as_the_design_says(at: float, users: int) -> None:
    assert users_at(DESIGN, at) == pytest.approx(users, abs=1)


def test_the_first_user_to_arrive_stays_longest() -> None:
    shifts = [shift(DESIGN, user) for user in range(200)]
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(shifts))
    assert (shifts[0][0], max(ends_at for _, ends_at in shifts)) == (0, whole_seconds(DESIGN))


def failed(samples: list[Sample], lookups: dict[str, float]) -> set[str]:
    return {check.name for check in checks(samples, samples, lookups) if not check.passes}


def test_every_threshold_can_be_missed() -> None:
    """One wrong answer in ten is seen, and so are slow ones, each by the percentile they reach."""
    assert failed(FAST, HITS) == set()
    assert failed(FAST, {"hit": 79.0, "miss": 20.0, "away": 1.0}) == {"cache hits"}
    wrong = [each._replace(is_right=number % 10 > 0) for number, each in enumerate(FAST)]
    assert failed(wrong, HITS) == {"errors"}
    slow = [each._replace(milliseconds=300.0) for each in FAST]
    assert failed([*FAST[150:], *slow[:150]], HITS) == {"p99", "p99 at 200 users"}
    assert failed(slow, HITS) == {"p50", "p95", "p99", "p99 at 200 users"}


def test_seconds_are_summed_up_apart() -> None:
    [first, second] = by_second([Sample(0.2, 5.0, is_right=True), Sample(1.9, 7.0, is_right=False)])
    assert (first.at, first.reads, first.p50, first.wrong) == (0, 1, 5.0, 0)
    assert (second.at, second.reads, second.p99, second.wrong) == (1, 1, 7.0, 1)
