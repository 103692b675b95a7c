"""Presses at a steady rate, whatever becomes of them: how long each waits, and what grows."""

import asyncio
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.database import Pool
from shared.messages.envelope import Envelope
from tests.bench.cpu import family
from tests.bench.presses import CONNECTIONS, Press, commands_for, gateway
from tests.conftest import Site
from tests.load.service import serving
from tests.tables import table

MEBIBYTE = 1024**2
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
WATCHED = {"outbox": "SELECT count(*) FROM outbox", "inbox": "SELECT count(*) FROM inbox"}


async def latencies(site: Site, rates: Sequence[float], seconds: float) -> str:
    """Press at each of the rates in turn; give a table of how long the answers take."""
    pool = await site.pool(connections=CONNECTIONS)
    rows = []
    with serving(site):
        async with gateway(site) as press:
            for rate in rates:
                found = await _pressed(pool, press, rate, seconds)
                cuts = statistics.quantiles(found, n=100)
                rows.append(
                    (
                        f"{rate:,.0f} a second",
                        f"{cuts[49]:.1f}",
                        f"{cuts[98]:.1f}",
                        f"{max(found):.0f}",
                    )
                )
    await pool.close()
    return table(("command to reply", "p50 ms", "p99 ms", "longest ms"), rows)


@dataclass
class Samples:
    """What was seen of each process and table, minute by minute."""

    minutes: list[float] = field(default_factory=list)
    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, minute: float, figures: Mapping[str, float]) -> None:
        """Write down one moment."""
        self.minutes.append(minute)
        for name, figure in figures.items():
            self.seen[name].append(figure)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Give first and last figure of everything, and how much it grows in a minute."""
        for name, figures in sorted(self.seen.items()):
            if len(figures) == len(self.minutes):
                slope = statistics.linear_regression(self.minutes, figures).slope
                yield name, f"{figures[0]:,.1f}", f"{figures[-1]:,.1f}", f"{slope:+.2f}"


async def soaked(site: Site, rate: float, seconds: float) -> str:
    """Press for long; give a table of the memory of every process, and of the tables' rows."""
    pool = await site.pool(connections=CONNECTIONS)
    samples = Samples()
    with serving(site) as served:
        assert served.process.process is not None
        names = {served.process.process.pid: "invitations"}
        async with gateway(site) as press:
            await _pressed(pool, press, rate, 15)  # pools, caches and plans are there afterwards
            pressing = asyncio.create_task(_pressed(pool, press, rate, seconds))
            started_at = time.monotonic()
            while not pressing.done():
                figures = {f"{name}, MB": size for name, size in _memory(names).items()}
                for name, query in WATCHED.items():
                    figures[f"rows of {name}"] = await pool.fetchval(query)
                samples.note((time.monotonic() - started_at) / 60, figures)
                await asyncio.wait({pressing}, timeout=5)
            await pressing
    await pool.close()
    return table(("", "at first", "at last", "a minute"), list(samples.rows()))


async def _pressed(pool: Pool, press: Press, rate: float, seconds: float) -> list[float]:
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


def _memory(names: Mapping[int, str]) -> dict[str, float]:
    """Give the resident mebibytes of each kind of process below this one."""
    sizes: dict[str, float] = defaultdict(float)
    for number, program in family():
        try:
            pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
        except OSError:  # it has just ended
            continue
        sizes[names.get(number, program)] += pages * PAGE_BYTES / MEBIBYTE
    return sizes
