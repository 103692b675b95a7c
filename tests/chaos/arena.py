"""Every service, most twice, each restarted when it dies, on servers that keep their data."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.instance import free_ports
from deploy.local.server import Server
from deploy.local.servers import Servers
from playground import MiniatureDiscord
from playground.refusals import Payload
from shared.tasks import end
from tests.chaos.clock import Clock, forget
from tests.chaos.wire import Wire
from tests.conftest import Site
from tests.journeys.conftest import Whole
from tests.keys import command_keys
from tests.processes import Process
from tests.stage import SETTINGS, run_once

REPLICAS = (("invitations", 2), ("tickets", 1), ("scheduler", 2), ("gateway", 2))
# Python's exit code when it cannot write its last output: the disk of its log is full.
LOG_IS_FULL = 120
PAUSE_SECONDS = 0.3  # until a supervisor starts a process again
LOOK_SECONDS = 0.2
# These see a clock of their own, and these reach the servers through a wire.
WITH_CLOCK = ("gateway-2", "invitations-2", "scheduler-2")
ON_WIRE = ("gateway-1", "invitations-1")


@dataclass
class Life:
    """One process, by which code it ended, and what it had said until then."""

    service: str
    code: int | None = None
    said: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether it ended by itself, and not by a sentence that some server is away."""
        if self.code == 1:
            # The sentence goes to standard error, before or after the last lines of the log.
            log = [line for line in self.said.splitlines() if line.startswith("{")]
            plain = [line for line in self.said.splitlines() if not line.startswith("{")]
            is_sentence = len(plain) == 1 and plain[0].endswith(".")
            return not is_sentence or any('"service.failed"' in line for line in log)
        return self.code not in (None, -signal.SIGKILL, LOG_IS_FULL)


@dataclass
class Slot:
    """A place for one replica of a service, and who stands there now."""

    name: str
    service: str
    port: int
    process: Process | None = None
    is_frozen: bool = False

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to the process of this place; return whether there is one."""
        if self.process is None or self.process.returncode is not None:
            return False
        os.kill(self.process.pid, number)
        return True


def custom_ids(message: Payload) -> list[str]:
    return [
        part.get("custom_id", "") for row in message["components"] for part in row["components"]
    ]


class Arena(Whole):
    """A stage whose processes die and come back."""

    is_like_production = True

    def __init__(self, servers: Servers, discord: MiniatureDiscord, logs: Path) -> None:
        super().__init__(servers, discord, logs)
        names = [(name, n) for name, replicas in REPLICAS for n in range(1, replicas + 1)]
        ports = free_ports(len(names))
        self.slots = [
            Slot(f"{name}-{n}", name, port) for (name, n), port in zip(names, ports, strict=True)
        ]
        [self.second_api_port] = free_ports(1)
        self.site = Site(servers, self.name)
        self.lives: list[Life] = []
        self.clocks = {name: Clock(logs / f"{name}.clock") for name in WITH_CLOCK}
        self.wires = {
            "rabbitmq": Wire(servers.rabbitmq_ports.amqp),
            "pgbouncer": Wire(servers.postgresql_ports.pgbouncer),
        }
        self._shown: dict[str, str] = {}
        self._looked_at = 0.0
        self._keepers: list[asyncio.Task[None]] = []
        self.vandalised: set[str] = set()  # messages and threads that a moderator has deleted

    def shown(self) -> dict[str, str]:
        """Return the message that shows each event, by the event's id in its buttons.

        As it was a moment ago: a hundred members who look through all messages for each press leave
        the wires no time.
        """
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return self._shown
        found = {}
        for message in self.announcements():
            for custom_id in custom_ids(message):
                name, _, invitation_id = custom_id.partition(":")
                if name == "detail":
                    found[invitation_id] = message["id"]
        self._shown, self._looked_at = found, time.monotonic()
        return found

    def server(self, name: str) -> Server:
        return next(server for server in self.servers.processes if server.name == name)

    def slots_of(self, service: str) -> list[Slot]:
        return [slot for slot in self.slots if slot.service == service]

    def environment(self, slot: Slot) -> dict[str, str]:
        found = self._environment(slot)
        if slot.name in self.clocks:
            found |= self.clocks[slot.name].environment
        if slot.name in ON_WIRE:
            for setting, server in (("RABBITMQ_URL", "rabbitmq"), ("DATABASE_URL", "pgbouncer")):
                if setting in found:
                    found[setting] = self.wires[server].through(found[setting])
        return found

    def _environment(self, slot: Slot) -> dict[str, str]:
        own = {"HTTP_PORT": str(slot.port), "LOG_LEVEL": "INFO"}
        if slot.service == "gateway":
            # A folder of its own: what one left is sent when that one is back, by nobody before.
            spool = {"SPOOL_FOLDER": str(self.spool / slot.name)}
            return self.gateway_environment(slot.port) | own | spool
        return {
            **self.invitations_environment(),
            "DATABASE_URL": self.servers.database_url(slot.service, self.name),
            "RABBITMQ_URL": self.servers.rabbitmq_url(slot.service, self.name),
            **command_keys(slot.service),
            **own,
            "API_PORT": str(self.api_port if slot is self.slots[0] else self.second_api_port),
        }

    async def start(self) -> None:
        """Start every replica, and from now on each that has ended."""
        for wire in self.wires.values():
            await wire.open()
        self._keepers = [asyncio.create_task(self._keep(slot)) for slot in self.slots]
        await self.all_ready(90)
        await self.discord.wait_for_sessions(2, 90)

    async def all_ready(self, seconds: float) -> None:
        await asyncio.gather(*(self.is_ready(slot, seconds) for slot in self.slots))

    async def is_ready(self, slot: Slot, seconds: float) -> bool:
        """Wait until a replica does its work; gives whether it came to that."""
        url = f"http://127.0.0.1:{slot.port}/readyz"
        limit = aiohttp.ClientTimeout(total=2)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), aiohttp.ClientSession(timeout=limit) as http:
                while True:
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                        async with http.get(url) as answer:
                            if answer.status == 200:
                                return True
                    await asyncio.sleep(0.1)  # no signal comes from outside
        return False

    async def _keep(self, slot: Slot) -> None:
        while True:
            life = Life(slot.service)
            self.lives.append(life)
            slot.process = await self.launch(f"services.{slot.service}", self.environment(slot))
            life.code = await slot.process.wait()
            life.said = self.outputs[slot.process].read_text()
            forget(slot.process.pid)
            await asyncio.sleep(PAUSE_SECONDS)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Give the lines by which some gateway has logged this."""
        return [
            json.loads(line)
            for path in self.logs.glob("services.gateway-*")
            for line in path.read_text().splitlines()
            if f'"{event}"' in line and line.endswith("}")  # the last may be cut by a kill
        ]

    async def stop(self) -> None:
        """Let every process end, and restart none."""
        await end(*self._keepers)
        for slot in self.slots:
            slot.send(signal.SIGCONT)
            slot.send(signal.SIGTERM)
        for slot in self.slots:
            if slot.process is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(slot.process.wait(), 30)

    async def clear(self) -> None:
        """Kill every process that is left."""
        for slot in self.slots:
            if slot.send(signal.SIGKILL) and slot.process is not None:
                await slot.process.wait()
                forget(slot.process.pid)
        for wire in self.wires.values():
            wire.close()


@asynccontextmanager
async def arena_on(servers: Servers, logs: Path) -> AsyncIterator[Arena]:
    """Give an empty arena, its commands synchronised, nothing started."""
    discord = await MiniatureDiscord.start(rate_limit=(None, 1.0), kept_exchanges=1)
    discord.world.session_limits.identify_seconds = 0  # gateways are killed and start at once
    arena = Arena(servers, discord, logs)
    servers.create_database(arena.name)
    servers.create_vhost(arena.name)
    try:
        await arena.set_up(**SETTINGS)
        code, errors = await run_once(
            "services.gateway.sync_commands", arena.gateway_environment(0)
        )
        assert code == 0, errors
        yield arena
        await arena.stop()
    finally:
        await arena.clear()
        await discord.stop()
