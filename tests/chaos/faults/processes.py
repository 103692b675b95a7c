"""Services and servers: killed, away for a while, or frozen (SIGSTOP) and thawed."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.arena import Slot
from tests.chaos.faults.scene import Play, Scene

SERVICES = ("gateway", "invitations", "tickets", "scheduler")
SERVERS = ("rabbitmq", "postgresql", "pgbouncer", "redis")
# PostgreSQL's "immediate": no checkpoint, recovery at the next start. The others die as they stand.
HOW = {"postgresql": signal.SIGQUIT}
READY_SECONDS = 20.0
SHORT_SECONDS = (0.0, 1.5)


async def a_ready_slot(scene: Scene, service: str) -> Slot:
    """Return one replica of a service, ready unless it is frozen or a server is away."""
    slot = scene.random.choice(scene.arena.slots_of(service))
    if not slot.is_frozen:
        await scene.arena.is_ready(slot, READY_SECONDS)
    return slot


def kill(service: str) -> Play:
    """Kill one replica with SIGKILL."""

    async def play(scene: Scene) -> None:
        (await a_ready_slot(scene, service)).send(signal.SIGKILL)

    return play


def restart(name: str) -> Play:
    """Kill a server and start it again after a moment."""

    async def play(scene: Scene) -> None:
        await _away(scene, name, scene.random.uniform(*SHORT_SECONDS))

    return play


def outage(name: str) -> Play:
    """Kill a server and start it again after so long that presses pile up."""

    async def play(scene: Scene) -> None:
        await _away(scene, name, scene.random.uniform(*scene.outage_seconds))

    return play


async def _away(scene: Scene, name: str, seconds: float) -> None:
    server = scene.arena.server(name)
    await asyncio.to_thread(server.kill, sig=HOW.get(name))
    await asyncio.sleep(seconds)  # an outage has a length
    server.launch()  # in the main thread: the kernel binds the server to it
    await asyncio.to_thread(server.await_ready)


def freeze_service(service: str) -> Play:
    """Freeze one replica."""

    async def play(scene: Scene) -> None:
        slot = await a_ready_slot(scene, service)
        process = slot.process
        slot.is_frozen = slot.send(signal.SIGSTOP)
        await asyncio.sleep(scene.freeze_seconds)
        slot.is_frozen = False
        if process is not None and process.returncode is None:
            os.kill(process.pid, signal.SIGCONT)

    return play


def freeze_server(name: str) -> Play:
    """Freeze a server with all its processes: it accepts connections and answers nothing."""

    async def play(scene: Scene) -> None:
        server = scene.arena.server(name).process
        if server is None:
            return
        # Not by process group: each process of PostgreSQL leads one of its own.
        family = list(_family(server.pid))
        _send_all(family, signal.SIGSTOP)
        await asyncio.sleep(scene.freeze_seconds)
        _send_all(family, signal.SIGCONT)

    return play


def _family(pid: int) -> Iterator[int]:
    """Return a process and all below it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _send_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # killed in the meantime
            os.kill(pid, number)
