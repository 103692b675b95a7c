"""What a fault is, and what it may use."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.chaos.arena import Arena
from tests.chaos.judge import Judge

Seconds: TypeAlias = tuple[float, float]


@dataclass
class Scene:
    """Where faults happen, how long they last, and what they complain of."""

    arena: Arena
    judge: Judge
    random: random.Random
    hold_seconds: Seconds
    outage_seconds: Seconds
    freeze_seconds: float
    forbidden_seconds: float
    complaints: list[str] = field(default_factory=list)
    is_quiet: bool = False  # members wait

    def draw_seconds(self) -> float:
        """Return how long a fault lasts."""
        return self.random.uniform(*self.hold_seconds)


Play: TypeAlias = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    `servers` must be well when it begins, and are not while it lasts. The next fault waits for its
    end unless it `is_beside`. `weight` is its share of the presses.
    """

    play: Play
    servers: tuple[str, ...] = ()
    is_beside: bool = False
    weight: float = 1.0
