"""What a machine does to one process: a full disk, a clock that jumps, a slow network."""

import asyncio
import contextlib
import resource
from collections.abc import Iterator, Sequence

from tests.chaos.arena import Slot
from tests.chaos.faults.processes import READY_SECONDS, SERVICES, a_ready_slot, outage
from tests.chaos.faults.scene import Scene

FULL = 1  # byte: every file that a process writes to is longer already
MOST_MINUTES = 20
# In each direction. A press takes several trips to the database.
MOST_DELAY_SECONDS = {"rabbitmq": 0.3, "pgbouncer": 0.05}


async def full_log(scene: Scene) -> None:
    """Let one process write to no file any more: a line of its log fails with EFBIG."""
    slot = await a_ready_slot(scene, scene.random.choice(SERVICES))
    with _full([slot]):
        await asyncio.sleep(scene.draw_seconds())


async def full_spool(scene: Scene) -> None:
    """Let no gateway write to its disk while RabbitMQ is away."""
    slots = scene.arena.slots_of("gateway")
    # A gateway that only starts would fail at its own start, by the limit and not by RabbitMQ.
    await asyncio.gather(*(scene.arena.is_ready(slot, READY_SECONDS) for slot in slots))
    with _full(slots):
        await outage("rabbitmq")(scene)


@contextlib.contextmanager
def _full(slots: Sequence[Slot]) -> Iterator[None]:
    """Limit the size of files for the processes that stand there now."""
    pids = [slot.process.pid for slot in slots if slot.process is not None]
    _limit(pids, FULL)
    try:
        yield
    finally:
        _limit(pids, resource.RLIM_INFINITY)


def _limit(pids: Sequence[int], size: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


async def clock_step(scene: Scene) -> None:
    """Let the clock of one process jump by up to twenty minutes, and back later."""
    clock = scene.random.choice(list(scene.arena.clocks.values()))
    minutes = scene.random.choice((-1, 1)) * scene.random.uniform(1, MOST_MINUTES)
    clock.step(minutes * 60)
    await asyncio.sleep(scene.draw_seconds())
    clock.step(0)


async def slow_wire(scene: Scene) -> None:
    """Let everything take longer between the first replicas and RabbitMQ, or PgBouncer."""
    name = scene.random.choice(list(MOST_DELAY_SECONDS))
    wire = scene.arena.wires[name]
    wire.delay_seconds = scene.random.uniform(0.1, 1) * MOST_DELAY_SECONDS[name]
    await asyncio.sleep(scene.draw_seconds())
    wire.delay_seconds = 0.0
