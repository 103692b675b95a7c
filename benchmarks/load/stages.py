"""How many virtual users there are at which moment: the stages of the design's k6 script."""

from collections.abc import Sequence
from typing import NamedTuple


class Stage(NamedTuple):
    """So many seconds in which the number of users moves evenly to a new one."""

    seconds: float
    users: int


DESIGN = (Stage(60, 50), Stage(300, 200), Stage(60, 0))
QUICK = (Stage(10, 50), Stage(40, 200), Stage(10, 0))


def shift(stages: Sequence[Stage], user: int) -> tuple[float, float]:
    """Tell from when to when the user of this number is there, in seconds from the start."""
    begins_at = ends_at = None
    now, before = 0.0, 0
    for seconds, after in stages:
        if before <= user < after:
            begins_at = now + seconds * (user - before) / (after - before)
        if after <= user < before:
            ends_at = now + seconds * (before - user) / (before - after)
        now, before = now + seconds, after
    assert begins_at is not None
    return begins_at, now if ends_at is None else ends_at


def users_at(stages: Sequence[Stage], at: float) -> int:
    """Count the users who are there at a moment."""
    shifts = (shift(stages, user) for user in range(most(stages)))
    return sum(begins_at <= at < ends_at for begins_at, ends_at in shifts)


def most(stages: Sequence[Stage]) -> int:
    """Tell how many users there are at the peak."""
    return max(stage.users for stage in stages)


def whole_seconds(stages: Sequence[Stage]) -> float:
    """Tell how long it all takes."""
    return sum(stage.seconds for stage in stages)
