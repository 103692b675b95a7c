"""Kills, freezes and cuts, in an order that a seed decides and a count of presses paces."""

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from tests.chaos.arena import Arena, Slot

SERVICES = ("gateway", "invitations", "tickets", "scheduler")
SERVERS = ("rabbitmq", "postgresql", "pgbouncer", "redis")
# PostgreSQL's "immediate": no checkpoint, recovery at the next start. The others die as they stand.
HOW = {"postgresql": signal.SIGQUIT}
READY_SECONDS = 20.0
AHEAD = 3  # so many acts may be outstanding before members wait


@dataclass(frozen=True)
class Measure:
    """How much of everything."""

    presses: int
    kills: int
    server_kills: int
    freezes: int
    freeze_seconds: float
    others: int

    def scaled(self, presses: int) -> "Measure":
        """Give a part of it; each thing happens once at least."""
        part = presses / self.presses

        def some(count: int) -> int:
            return max(1, round(count * part))

        return replace(
            self,
            presses=presses,
            kills=max(len(SERVICES), some(self.kills)),
            server_kills=some(self.server_kills),
            freezes=some(self.freezes),
            others=some(self.others),
        )


FULL = Measure(20_000, 200, 10, 3, 40.0, 40)
QUICK = Measure(500, 8, 1, 1, 6.0, 5)


@dataclass
class Conductor:
    """Plays the whole plan, and remembers what was away when."""

    arena: Arena
    seed: int
    measure: Measure
    done: Counter[str] = field(default_factory=Counter)
    _frozen: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Draw the plan."""
        self._random = random.Random(f"conductor {self.seed}")  # noqa: S311 - a seed shall repeat it
        self.plan = self._plan()
        self._played = 0

    def _plan(self) -> list[tuple[str, str]]:
        services = [SERVICES[n % len(SERVICES)] for n in range(self.measure.kills)]
        acts = [("kill", service) for service in services]
        acts += [("server", name) for name in SERVERS for _ in range(self.measure.server_kills)]
        frozen = [*SERVICES, "rabbitmq", "pgbouncer", "redis"]
        acts += [("freeze", self._random.choice(frozen)) for _ in range(self.measure.freezes)]
        others = ["cut", "drop", "invalidate", "reconnect", "500", "429", "reset", "reset applied"]
        acts += [("other", others[n % len(others)]) for n in range(self.measure.others)]
        self._random.shuffle(acts)
        return acts

    def may_press(self, presses: int) -> bool:
        """Tell whether a press may come, or the acts that belong before it are missing still."""
        return presses <= (self._played + AHEAD) * self.measure.presses / len(self.plan)

    async def play(self, presses: Callable[[], int]) -> None:
        """Play each act when its share of the presses has come."""
        for number, (kind, whom) in enumerate(self.plan):
            due = (number + 0.5) * self.measure.presses / len(self.plan)
            while presses() < due:
                await self.arena.discord.world.changes.next()
            acts: dict[str, Callable[[str], Awaitable[None]]] = {
                "kill": self._kill,
                "server": self._restart,
                "freeze": self._freeze,
                "other": self._disturb,
            }
            await acts[kind](whom)
            self.done[f"{kind} {whom}"] += 1
            self._played = number + 1

    async def end(self) -> None:
        """Let everything be well again."""
        self.arena.discord.faults.clear()
        await asyncio.gather(*self._frozen)

    async def _kill(self, service: str) -> None:
        slot = self._random.choice(self.arena.slots_of(service))
        if not slot.is_frozen:
            await self.arena.is_ready(slot, READY_SECONDS)
        slot.send(signal.SIGKILL)

    async def _restart(self, name: str) -> None:
        server = self.arena.server(name)
        await asyncio.to_thread(server.kill, sig=HOW.get(name))
        await asyncio.sleep(self._random.uniform(0, 1.5))  # an outage has a length
        server.launch()  # in the main thread: the kernel binds the server to it
        await asyncio.to_thread(server.await_ready)

    async def _freeze(self, name: str) -> None:
        """Freeze somebody beside whatever comes next."""
        if name in SERVICES:
            slot = self._random.choice(self.arena.slots_of(name))
            await self.arena.is_ready(slot, READY_SECONDS)
            self._frozen.append(asyncio.create_task(self._thaw_slot(slot)))
        else:
            self._frozen.append(asyncio.create_task(self._thaw_server(name)))
        await asyncio.sleep(0)

    async def _thaw_slot(self, slot: Slot) -> None:
        process = slot.process
        slot.is_frozen = slot.send(signal.SIGSTOP)
        await asyncio.sleep(self.measure.freeze_seconds)
        slot.is_frozen = False
        if process is not None and process.returncode is None:
            os.kill(process.pid, signal.SIGCONT)

    async def _thaw_server(self, name: str) -> None:
        process = self.arena.server(name).process
        if process is not None:
            os.killpg(process.pid, signal.SIGSTOP)
            await asyncio.sleep(self.measure.freeze_seconds)
            with contextlib.suppress(ProcessLookupError):  # killed in the meantime
                os.killpg(process.pid, signal.SIGCONT)

    async def _disturb(self, what: str) -> None:
        discord, often = self.arena.discord, self._random.randint(1, 20)
        if what == "cut":
            with contextlib.suppress(OSError, TimeoutError):
                await self.arena.cut_connections()
        elif what == "drop":
            await discord.gateway.drop()
        elif what == "invalidate":
            discord.gateway.invalidate()
        elif what == "reconnect":
            discord.gateway.ask_to_reconnect()
        elif what.isdecimal():
            discord.faults.add(answer=int(what), times=often, retry_after_seconds=0.2)
        else:
            discord.faults.add(reset=True, is_applied="applied" in what, times=often)
