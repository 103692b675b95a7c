"""What a seed decides."""

import random

import pytest

from tests.chaos.faults.processes import SERVERS, SERVICES
from tests.chaos.plan import DISTURBANCES, FULL, OUTAGES, QUICK, TROUBLES, Measure, plan


def names(measure: Measure, seed: int = 1) -> list[str]:
    return [act.name for act in plan(measure, random.Random(seed))]  # noqa: S311 - a seed repeats it


@pytest.mark.parametrize("measure", [FULL, FULL.scaled(1_000)])
def test_a_full_run_and_each_part_of_it_has_every_fault(measure: Measure) -> None:
    wanted = {"consumers cancelled", *TROUBLES, *OUTAGES}
    wanted |= {f"kill {each}" for each in (*SERVICES, *SERVERS)}
    assert wanted <= set(names(measure))


def test_a_full_run_has_every_disturbance() -> None:
    assert set(DISTURBANCES) <= set(names(FULL))


def test_a_quick_run_has_every_trouble() -> None:
    assert set(TROUBLES) <= set(names(QUICK))


def test_a_seed_repeats_its_plan_and_another_has_another() -> None:
    assert names(FULL, 1) == names(FULL, 1) != names(FULL, 2)


@pytest.mark.parametrize("seed", range(5))
def test_consumers_are_cancelled_before_all_else(seed: int) -> None:
    assert names(QUICK, seed)[0] == "consumers cancelled"
