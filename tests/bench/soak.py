"""Presses for long: what grows, of every process and table."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.steps import step
from tests.bench.cpu import family
from tests.bench.presses import CONNECTIONS, gateway
from tests.bench.steady import pressed
from tests.conftest import Site
from tests.load.service import serving
from tests.tables import table

KIBIBYTES = 1024  # of a mebibyte
OWN = "Pss_Anon:"  # what a process shares with nobody, proc_pid_smaps_rollup(5)
WATCHED = {"outbox": "SELECT count(*) FROM outbox", "inbox": "SELECT count(*) FROM inbox"}
LOOK_EVERY_SECONDS = 5.0
WARMING_SECONDS = 15.0
# So little more in the last third of the time than in the third before is called flat.
FLAT_SHARE, FLAT_MEBIBYTES = 0.01, 0.5


class Samples:
    """What was seen of each process and table, minute by minute."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.minutes: list[float] = []
        self.seen: dict[str, list[float]] = defaultdict(list)

    def note(self, minute: float, figures: Mapping[str, float]) -> None:
        """Write down one moment."""
        self.minutes.append(minute)
        for name, figure in figures.items():
            self.seen[name].append(figure)

    def grown(self) -> str:
        """Give a table of everything that was there all the time."""
        lasting = {
            name: figures
            for name, figures in sorted(self.seen.items())
            if len(figures) == len(self.minutes)
        }
        head = ("", "at first", "at last", "a minute", "")
        return table(head, [self._row(name, figures) for name, figures in lasting.items()])

    def _row(self, name: str, figures: Sequence[float]) -> tuple[str, ...]:
        slope = statistics.linear_regression(self.minutes, figures).slope
        verdict = _judged(figures) if name.endswith("MB") else ""
        return name, f"{figures[0]:,.1f}", f"{figures[-1]:,.1f}", f"{slope:+.2f}", verdict


def _judged(figures: Sequence[float]) -> str:
    """Say whether the last third of the time needs more than the third before."""
    third = len(figures) // 3
    if third == 0:
        return "too short"
    before, last = (
        statistics.fmean(part) for part in (figures[-2 * third : -third], figures[-third:])
    )
    more = last - before
    return f"**{more:+.1f}**" if more > max(FLAT_MEBIBYTES, FLAT_SHARE * before) else "flat"


async def soaked(site: Site, rate: float, seconds: float) -> str:
    """Press for long; give a table of the memory of every process, and of the tables' rows."""
    pool = await site.pool(connections=CONNECTIONS)
    samples = Samples()
    with serving(site):
        async with gateway(site) as press:
            with step("pools, caches and plans"):
                await pressed(pool, press, rate, WARMING_SECONDS)
            pressing = asyncio.create_task(pressed(pool, press, rate, seconds))
            started_at = time.monotonic()
            while not pressing.done():
                figures = {f"{name}, MB": size for name, size in memory().items()}
                for name, query in WATCHED.items():
                    figures[f"rows of {name}"] = await pool.fetchval(query)
                minute = (time.monotonic() - started_at) / 60
                samples.note(minute, figures)
                print(f"  {minute:4.1f} of {seconds / 60:.0f} minutes", end="\r", flush=True)
                await asyncio.wait({pressing}, timeout=LOOK_EVERY_SECONDS)
            await pressing
    await pool.close()
    return samples.grown()


def memory() -> Mapping[str, float]:
    """Give the mebibytes that each kind of process below this one shares with nobody."""
    sizes: dict[str, float] = defaultdict(float)
    for number, program in family():
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        [kibibytes] = [line.split()[1] for line in lines if line.startswith(OWN)] or ["0"]
        sizes[program] += int(kibibytes) / KIBIBYTES
    return sizes
