"""Commands at a steady rate, whether or not the answers keep up: how long each waits."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.bench.gateway import Press, commands_for, gateway
from benchmarks.bench.presses import CONNECTIONS
from benchmarks.load.service import serving
from deploy.local.steps import step
from shared.database import Pool
from shared.messages.envelope import Envelope
from tests.conftest import Site
from tests.tables import table

IDLE, GOAL_RATE, P99_GOAL = 10.0, 1000.0, 20.0
STEPS = (50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0, 700.0)
# A rate is held when 99 of 100 answers come within a second: beyond, they pile up.
HELD_MILLISECONDS = 1000.0
# What comes too fast piles up for so long only; the rest of the machine has to work it off.
BEYOND_SECONDS = 3.0
TRIES = 2


@dataclass(frozen=True)
class Steady:
    """What came of one rate."""

    rate: float
    seconds: float
    milliseconds: Sequence[float]
    remark: str = ""

    @property
    def cuts(self) -> tuple[float, float]:
        """Give p50 and p99."""
        cuts = statistics.quantiles(self.milliseconds, n=100, method="inclusive")
        return cuts[49], cuts[98]

    @property
    def is_held(self) -> bool:
        """Tell whether the answers kept up."""
        return self.cuts[1] <= HELD_MILLISECONDS

    def row(self) -> tuple[str, ...]:
        """Write a line of the table."""
        p50, p99 = self.cuts
        longest = f"{max(self.milliseconds):,.0f}"
        name = f"{self.rate:,.0f} a second{self.remark}"
        held = "yes" if self.is_held else "no"
        return name, f"{self.seconds:g}", f"{p50:,.1f}", f"{p99:,.1f}", longest, held


async def climbed(site: Site, most: float, seconds: float) -> list[Steady]:
    """Press faster and faster until the answers pile up, and at last at the goal's rate."""
    pool = await site.pool(connections=CONNECTIONS)
    found: list[Steady] = []
    remarks = {IDLE: ", idle", most / 2: ", half of the most"}
    with serving(site):
        async with gateway(site) as press:
            await pressed(pool, press, IDLE, 3)  # pools, caches and plans are there afterwards
            for rate in sorted({*remarks, *STEPS, GOAL_RATE}):
                keeps_up = not found or found[-1].is_held
                if keeps_up or rate == GOAL_RATE:
                    lasts = seconds if keeps_up else BEYOND_SECONDS
                    tries = TRIES if rate < GOAL_RATE else 1
                    each = await _tried(pool, press, rate, lasts, tries)
                    found.append(replace(each, remark=remarks.get(rate, "")))
    await pool.close()
    return found


async def _tried(pool: Pool, press: Press, rate: float, seconds: float, tries: int) -> Steady:
    """Press at a rate, once more if the rate was not held: the machine may have been busy."""
    for _ in range(tries):
        with step(f"{rate:,.0f} a second for {seconds:g} s"):
            found = Steady(rate, seconds, await pressed(pool, press, rate, seconds))
        if found.is_held:
            break
    return found


async def pressed(pool: Pool, press: Press, rate: float, seconds: float) -> list[float]:
    """Press by the clock; gives the milliseconds from each press to its answer."""
    milliseconds: list[float] = []

    async def one(command: Envelope) -> None:
        started_at = time.perf_counter()
        await press(command)
        milliseconds.append((time.perf_counter() - started_at) * 1000)

    commands = await commands_for(pool, round(rate * seconds))
    started_at = time.perf_counter()
    async with asyncio.TaskGroup() as presses:
        for number, command in enumerate(commands):
            due = started_at + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))  # the rate is the measure
            presses.create_task(one(command))
    return milliseconds


def climbing(found: Sequence[Steady]) -> str:
    """Give the table of all rates."""
    head = ("command to reply", "seconds", "p50 ms", "p99 ms", "longest ms", "held")
    return table(head, [each.row() for each in found])


def judged(found: Sequence[Steady]) -> list[str]:
    """Say whether the goal is reached, and how much is."""
    at_goal, held = found[-1], [each for each in found if each.is_held]
    verdict = "reached" if at_goal.cuts[1] <= P99_GOAL else "**missed**"
    p99 = f"p99 {at_goal.cuts[1]:,.1f} ms, at most {P99_GOAL:.0f} wanted"
    sentences = [f"{GOAL_RATE:,.0f} a second: {p99}: {verdict}."]
    if not at_goal.is_held:
        greatest = f"{held[-1].rate:,.0f} a second" if held else "none"
        sentences.append(f"The greatest rate held: {greatest}.")
    return sentences
