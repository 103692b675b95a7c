"""Python imports this first in a process that has a clock of its own (tests/chaos/clock.py)."""

import select
import time


def sleep(seconds: float) -> None:
    """Sleep without clock_nanosleep, which fails with EINVAL under libfaketime 0.9.10."""
    select.select([], [], [], seconds)


time.sleep = sleep  # type: ignore[assignment]
