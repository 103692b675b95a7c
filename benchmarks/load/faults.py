"""What readers notice when the cache or the replica fails under them: nothing, but for a moment."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis import Redis

from benchmarks.load.figures import percentile
from benchmarks.load.service import Served, named
from benchmarks.load.stages import Stage
from benchmarks.load.users import Crowd, Sample
from deploy.local import replica
from deploy.local.server import Server
from tests.conftest import Site
from tests.tables import table

# Everybody is there at once and stays until the last fault is over.
CROWD = (Stage(0.5, 100), Stage(600, 100))
PATIENCE_SECONDS = 120
GOAL_MILLISECONDS = 200


@dataclass(frozen=True)
class Fault:
    """Something that befalls a server, and how it ends."""

    name: str
    server: str
    begin: Callable[[Site, Server], None]
    end: Callable[[Site, Server], None]


@dataclass(frozen=True)
class Strike:
    """What was read before a fault, in its first second, later on, and after it."""

    fault: Fault
    before: Sequence[Sample]
    first_second: Sequence[Sample]
    later: Sequence[Sample]
    after: Sequence[Sample]

    @property
    def wrong(self) -> int:
        """Count the answers that were none, or not the list."""
        parts = (self.before, self.first_second, self.later, self.after)
        return sum(not each.is_right for part in parts for each in part)

    @property
    def later_p99(self) -> float:
        """Give what ninety-nine of a hundred did not exceed once the first second was over."""
        return _p99([*self.later, *self.after])

    def row(self) -> tuple[str, ...]:
        """Write it as a row of a table."""
        figures = (_p99(self.before), _p99(self.first_second), self.later_p99)
        return self.fault.name, *(f"{each:.1f}" for each in figures), str(self.wrong)


def _send(number: signal.Signals) -> Callable[[Site, Server], None]:
    def send(_site: Site, server: Server) -> None:
        assert server.process is not None
        os.kill(server.process.pid, number)

    return send


def _launch_again(_site: Site, server: Server) -> None:
    server.launch_again()


def _flush(site: Site, _server: Server) -> None:
    with Redis.from_url(site.servers.redis_url()) as redis:
        redis.flushall()


def _leave(_site: Site, _server: Server) -> None:
    """Let it mend itself."""


FAULTS = (
    Fault("Redis killed", "redis", _send(signal.SIGKILL), _launch_again),
    Fault("Redis hung", "redis", _send(signal.SIGSTOP), _send(signal.SIGCONT)),
    Fault("Redis flushed", "redis", _flush, _leave),
)
REPLICA_FAULTS = (
    Fault("replica killed", replica.NAME, _send(signal.SIGKILL), _launch_again),
    Fault("replica hung", replica.NAME, _send(signal.SIGSTOP), _send(signal.SIGCONT)),
)


@asynccontextmanager
async def crowded(served: Served, think_seconds: float) -> AsyncIterator[Crowd]:
    """Let readers be there meanwhile."""
    crowd = Crowd(served.base_url, CROWD, think_seconds)
    reading = asyncio.create_task(crowd.run())
    yield crowd
    assert not reading.done()
    reading.cancel()
    await asyncio.wait([reading])


async def strike(site: Site, crowd: Crowd, fault: Fault, reads: int) -> Strike:
    """Read so often before a fault, during it, and after it."""
    server = named(site.servers, fault.server)
    started_at = crowd.now
    await _read(crowd, reads)
    began_at = crowd.now
    fault.begin(site, server)
    try:
        await _read(crowd, reads)
    finally:
        ended_at = crowd.now
        fault.end(site, server)
        # Beside the readers, who would wait for us; who launches it must be the main thread.
        await asyncio.to_thread(server.await_ready)
    await _read(crowd, reads)

    def between(begins_at: float, ends_at: float) -> Sequence[Sample]:
        return [each for each in crowd.samples if begins_at <= each.at < ends_at]

    second = min(began_at + 1, ended_at)
    return Strike(
        fault,
        between(started_at, began_at),
        between(began_at, second),
        between(second, ended_at),
        between(ended_at, crowd.now),
    )


def report(strikes: Sequence[Strike]) -> str:
    """Write the table."""
    head = ("p99 in ms", "before", "first second", f"later (< {GOAL_MILLISECONDS})", "errors")
    return table(head, [each.row() for each in strikes])


async def _read(crowd: Crowd, reads: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await crowd.more(reads)


def _p99(samples: Sequence[Sample]) -> float:
    return percentile([each.milliseconds for each in samples], 99)
