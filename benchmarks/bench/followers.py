"""How late many followers of the event feed read what happens, and what the service takes for it.

Members join at a steady rate. Each follower must read each number once and in order.
"""

import asyncio
import re
import time
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, cast

import psutil

from benchmarks.bench.gateway import gateway
from benchmarks.bench.presses import CONNECTIONS
from benchmarks.bench.steady import pressed
from benchmarks.load.service import Served, serving
from deploy.local.steps import step
from shared.database import Pool
from tests.conftest import Site
from tests.keys import KEYS
from tests.tables import table

LOADS = ((5.0, 400), (50.0, 10_000))  # joins a second, and how many
GOAL_MILLISECONDS = 1000.0
PATIENCE_SECONDS = 60.0
SENT_AT = re.compile(rb'"sent_at": ?"([^"]+)"')
END = b"\n\n"  # of a frame

Spent: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """What came of one rate, or of none."""

    rate: float
    milliseconds: Sequence[float]
    """From an event's `sent_at`, before its commit, to each follower that read it, sorted."""
    cpu: float
    """Cores of the service, which carries out the joins as well."""
    megabytes: float

    def share(self, percent: float) -> float:
        """Give the milliseconds within which a share was read."""
        return self.milliseconds[int((len(self.milliseconds) - 1) * percent / 100)]

    def row(self) -> tuple[str, ...]:
        """Write a line of the table."""
        used = f"{100 * self.cpu:.0f} %", f"{self.megabytes:.0f}"
        if not self.milliseconds:
            return "nothing happens", "0", "", "", "", *used
        times = (f"{self.share(percent):,.0f}" for percent in (50, 99, 100))
        return f"{self.rate:g} joins a second", f"{len(self.milliseconds):,}", *times, *used


class Crowd:
    """What all followers have read, and when the events were made."""

    def __init__(self) -> None:
        self.delays = array("d")
        self.reached: dict[int, int] = {}
        self.wrong: list[str] = []
        self._sent_at: dict[int, float] = {}

    def read(self, follower: int, sequence: int, frame: bytes) -> None:
        """Note that a follower has read an event, or has missed one."""
        before = self.reached.get(follower)
        if before is not None and sequence != before + 1:
            self.wrong.append(f"follower {follower} read {sequence} after {before}")
        self.reached[follower] = sequence
        if sequence not in self._sent_at:
            found = SENT_AT.search(frame)
            assert found is not None, frame
            self._sent_at[sequence] = datetime.fromisoformat(found[1].decode()).timestamp()
        self.delays.append(time.time() - self._sent_at[sequence])

    async def reach(self, count: int, sequence: int) -> None:
        """Wait until so many have read this number; raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while sum(each >= sequence for each in self.reached.values()) < count:  # noqa: ASYNC110 - a signal for each of 500 readers would cost more than the service
                await asyncio.sleep(0.05)


class Follower(asyncio.Protocol):
    """Reads the stream; an HTTP client would cost more than the service."""

    def __init__(self, number: int, crowd: Crowd, after: int) -> None:
        self._number, self._crowd, self._after = number, crowd, after
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        token = KEYS["gateway"].reading_token("invitations")
        head = (
            f"GET /api/events?after={self._after} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
            "Accept: text/event-stream",
        )
        # That of uvloop is none of asyncio's by inheritance.
        cast("asyncio.WriteTransport", transport).write("\r\n".join((*head, "", "")).encode())

    def data_received(self, data: bytes) -> None:
        """Read whole frames; before the id of some is the length of a chunk."""
        *frames, self._rest = (self._rest + data).split(END)
        for frame in frames:
            head, _, event = frame.partition(b"\ndata: ")
            sequence = int(head.rpartition(b"id: ")[2])
            if event:
                self._crowd.read(self._number, sequence, event)
            else:
                self._crowd.reached.setdefault(self._number, sequence)


async def measure(site: Site, count: int) -> list[Row]:
    """Let so many follow one process while members join; raises if one missed an event."""
    pool = await site.pool(connections=CONNECTIONS)
    rows: list[Row] = []
    with serving(site) as served:
        async with gateway(site) as press, _following(served, pool, count) as crowd:
            await pressed(pool, press, 10, 2)  # pools, caches and plans are there afterwards
            await crowd.reach(count, await _newest(pool))
            for rate, joins in ((0.0, 0), *LOADS):
                del crowd.delays[:]
                with step(f"{joins:,} joins for {count} followers"):
                    before, began_at = _spent(served), time.monotonic()
                    await (pressed(pool, press, rate, joins / rate) if joins else asyncio.sleep(10))
                    await crowd.reach(count, await _newest(pool))
                    seconds = time.monotonic() - began_at
                cpu, megabytes = _spent(served)
                delays = sorted(1000 * each for each in crowd.delays)
                rows.append(Row(rate, delays, (cpu - before[0]) / seconds, megabytes))
    await pool.close()
    assert not crowd.wrong, crowd.wrong[:5]
    return rows


@asynccontextmanager
async def _following(served: Served, pool: Pool, count: int) -> AsyncIterator[Crowd]:
    crowd, newest, transports = Crowd(), await _newest(pool), []
    host, _, port = served.base_url.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    for number in range(count):
        follower = Follower(number, crowd, newest)
        transports.append((await loop.create_connection(lambda: follower, host, int(port)))[0])  # noqa: B023 - called at once
    await crowd.reach(count, newest)
    yield crowd
    for transport in transports:
        transport.abort()


async def _newest(pool: Pool) -> int:
    """Return the highest number, once nothing waits for one."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):  # noqa: ASYNC110 - PostgreSQL says nothing of a commit
            await asyncio.sleep(0.02)
    number: int = await pool.fetchval("SELECT last_sequence FROM feed_head")
    return number


def _spent(served: Served) -> Spent:
    """Return the CPU seconds that the service took so far, and its memory in megabytes."""
    assert served.process.process is not None
    process = psutil.Process(served.process.process.pid)
    times = process.cpu_times()
    return times.user + times.system, process.memory_info().rss / 1e6


def written(rows: Sequence[Row], count: int) -> str:
    """Give the table of all rates."""
    times = "p50 ms", "p99 ms", "longest ms"
    return table(
        (f"{count} followers", "events read", *times, "CPU", "MB"), [x.row() for x in rows]
    )


def judged(rows: Sequence[Row]) -> str:
    """Say whether 99 of 100 events were read within a second at each rate."""
    p99 = max(each.share(99) for each in rows if each.milliseconds)
    verdict = "reached" if p99 <= GOAL_MILLISECONDS else "**missed**"
    return (
        "Each follower read each number once, in order. From event to follower:"
        f" p99 {p99:,.0f} ms, at most {GOAL_MILLISECONDS:,.0f} wanted: {verdict}."
    )
