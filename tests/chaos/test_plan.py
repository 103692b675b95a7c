"""A seed decides the faults and their order."""

import random

import pytest

from tests.chaos.faults.processes import SERVERS, SERVICES
from tests.chaos.plan import (
    DISTURBANCES,
    FULL,
    OUTAGES,
    QUICK,
    RABBITMQ_STOPS,
    TROUBLES,
    VANDALISM,
    Measure,
    plan,
)


def names(measure: Measure, seed: int = 1) -> list[str]:
    return [act.name for act in plan(measure, random.Random(seed))]  # noqa: S311 - a seed repeats it


@pytest.mark.parametrize("measure", [FULL, FULL.scaled(1_000)])
def test_a_full_run_and_each_part_of_it_has_every_fault(measure: Measure) -> None:
    wanted = {"consumers cancelled", *TROUBLES, *VANDALISM, *OUTAGES}
    wanted |= {f"kill {each}" for each in (*SERVICES, *SERVERS)}
    assert wanted <= set(names(measure))


def test_a_full_run_has_every_disturbance() -> None:
    assert set(DISTURBANCES) <= set(names(FULL))


def test_a_quick_run_has_every_trouble() -> None:
    assert set(TROUBLES | VANDALISM) <= set(names(QUICK))


def test_a_seed_repeats_its_plan_and_another_has_another() -> None:
    assert names(FULL, 1) == names(FULL, 1) != names(FULL, 2)


@pytest.mark.parametrize("seed", range(5))
def test_rabbitmq_is_not_stopped_after_its_consumers_were_cancelled(seed: int) -> None:
    acts = names(QUICK, seed)
    after = acts[acts.index("consumers cancelled") + 1 :]
    assert after
    assert not set(RABBITMQ_STOPS) & set(after)
