"""Plays a plan of faults at the pace of the members' presses."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from tests.chaos.arena import Arena
from tests.chaos.faults.scene import Fault, Scene
from tests.chaos.judge import Judge
from tests.chaos.plan import Act, Measure, plan

AHEAD = 3  # acts that may be outstanding before members wait


class Conductor:
    """Plays the whole plan of a seed."""

    def __init__(self, arena: Arena, judge: Judge, seed: int, measure: Measure) -> None:
        self.seed, self.measure = seed, measure
        dice = random.Random(f"conductor {seed}")  # noqa: S311 - a seed repeats it
        self.plan = plan(measure, dice)
        self.scene = Scene(
            arena,
            judge,
            dice,
            measure.hold_seconds,
            measure.outage_seconds,
            measure.freeze_seconds,
            measure.forbidden_seconds,
        )
        self.done: Counter[str] = Counter()
        self._beside: list[tuple[Fault, asyncio.Task[None]]] = []
        ends = list(itertools.accumulate(act.fault.weight for act in self.plan))
        self._ends = [measure.presses * end / ends[-1] for end in ends]
        self._played = 0

    def may_press(self, presses: int) -> bool:
        """Tell whether a press may come: not while the acts that belong before it are missing."""
        farthest = min(self._played + AHEAD, len(self._ends)) - 1
        return not self.scene.is_quiet and presses <= self._ends[farthest]

    async def play(self, presses: Callable[[], int]) -> None:
        """Play each act when its share of the presses has come."""
        starts = [0.0, *self._ends]
        for number, act in enumerate(self.plan):
            while presses() < starts[number]:
                await self.scene.arena.discord.world.changes.next()
            await self._all_well(act.fault.servers)
            await self._start_fallen_servers()
            playing = asyncio.ensure_future(self._play(act))
            if act.fault.is_beside:
                self._beside.append((act.fault, playing))
            else:
                await playing
            self.done[act.name] += 1
            self._played = number + 1

    async def _play(self, act: Act) -> None:
        """Play one act, and write down from when to when, by the machine's clock."""
        began_at = datetime.now(UTC)
        await act.fault.play(self.scene)
        with (self.scene.arena.logs / "acts.log").open("a") as log:
            log.write(f"{began_at:%H:%M:%S.%f} {datetime.now(UTC):%H:%M:%S.%f} {act.name}\n")

    async def end(self) -> None:
        """Let everything be well again."""
        await asyncio.gather(*(playing for _, playing in self._beside))
        self.scene.arena.discord.faults.clear()

    async def _start_fallen_servers(self) -> None:
        """Start what ended by itself, as Docker does; PgBouncer 1.18 has a bug that ends it."""
        away = {
            name for fault, playing in self._beside if not playing.done() for name in fault.servers
        }
        for name in {"pgbouncer", "postgresql", "rabbitmq", "redis"} - away:
            server = self.scene.arena.server(name)
            if not server.running():
                print(f"  {name} ended by itself and is started again")
                server.launch_again()
                await asyncio.to_thread(server.await_ready)

    async def _all_well(self, servers: tuple[str, ...]) -> None:
        """Wait for the end of what has befallen these servers."""
        for fault, playing in self._beside:
            if set(servers) & set(fault.servers):
                await playing
