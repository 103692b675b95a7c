"""The scheduler as it runs: processes, a broker, and kill -9."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self

import aiohttp
from aio_pika.abc import AbstractIncomingMessage

from deploy.local.instance import free_ports
from services.scheduler.domain import CLOSE_INVITATION
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import CloseInvitation
from shared.messages.registry import read
from tests.keys import command_keys
from tests.processes import Process, start
from tests.services.scheduler.conftest import Surroundings
from tests.services.scheduler.stories import cancelled, from_now, published


class Invitations:
    """The other side: tells events, and hears each command it is sent, by its message id."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._heard_one = asyncio.Event()
        self.heard: dict[str, Envelope] = {}

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str) -> AsyncIterator[Self]:
        broker = await Broker.connect(url)
        invitations = cls(broker)
        await broker.consume("invitations.commands", invitations.hear, prefetch=100)
        yield invitations
        await broker.close()

    async def hear(self, incoming: AbstractIncomingMessage) -> None:
        envelope = read(incoming.body)
        self.heard[str(envelope.id)] = envelope
        self._heard_one.set()
        await incoming.ack()

    async def tell(self, *events: Envelope) -> None:
        await asyncio.gather(*(self._broker.publish(EVENTS, e.name, e) for e in events))

    async def has_heard(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.heard) < count:
                await self._heard_one.wait()
                self._heard_one.clear()


@asynccontextmanager
async def schedulers(surroundings: Surroundings, count: int) -> AsyncIterator[list[Process]]:
    """Run real processes until they are ready; those still alive must end cleanly."""
    ports = free_ports(count)
    processes = [await launch(surroundings, port) for port in ports]
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as http:
            await asyncio.gather(*(ready(http, port) for port in ports))
        yield processes
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
        codes = {await process.wait() for process in processes}
    assert codes <= {0, -signal.SIGKILL}


async def launch(surroundings: Surroundings, port: int) -> Process:
    environment = {
        "DATABASE_URL": surroundings.url,
        "RABBITMQ_URL": surroundings.rabbitmq_url("scheduler"),
        "HTTP_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        **command_keys("scheduler"),
    }
    return await start("services.scheduler", environment=environment)


async def ready(http: aiohttp.ClientSession, port: int) -> None:
    while True:
        try:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.05)  # there is no signal from outside; the caller has a deadline


def ends(count: int, first_seconds: float, within_seconds: float) -> dict[str, datetime]:
    """Spread end times evenly, by invitation id."""
    step = within_seconds / count
    return {str(n): from_now(first_seconds + n * step) for n in range(1, count + 1)}


async def test_three_processes_send_each_command_once_though_one_is_killed(
    pool: Pool, surroundings: Surroundings
) -> None:
    async with (
        Invitations.at(surroundings.rabbitmq_url("invitations")) as invitations,
        schedulers(surroundings, 3) as processes,
    ):
        end_times = ends(300, first_seconds=1, within_seconds=3)
        events = {n: published(int(n), end_time) for n, end_time in end_times.items()}
        await invitations.tell(*events.values())
        await invitations.has_heard(100)
        processes[0].kill()
        await invitations.has_heard(300)
    bodies = [e.body for e in invitations.heard.values() if isinstance(e.body, CloseInvitation)]
    assert sorted(int(body.invitation_id) for body in bodies) == list(range(1, 301))
    for envelope in invitations.heard.values():
        body = envelope.body
        assert isinstance(body, CloseInvitation)
        assert envelope.sent_at >= end_times[body.invitation_id]
        assert envelope.correlation_id == events[body.invitation_id].correlation_id
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_deadlines_that_fell_due_while_no_process_ran_are_sent_at_the_next_start(
    pool: Pool, surroundings: Surroundings
) -> None:
    async with Invitations.at(surroundings.rabbitmq_url("invitations")) as invitations:
        ended = from_now(-3600)
        await invitations.tell(published(1, ended), published(2, ended), cancelled(3, ended, 2))
        async with schedulers(surroundings, 1):
            await invitations.has_heard(2)
        assert {e.body.model_dump()["invitation_id"] for e in invitations.heard.values()} == {
            "1",
            "2",
        }
    waits = await pool.fetchval(
        "SELECT count(*) FROM deadlines WHERE kind = $1 AND fired_at IS NULL", CLOSE_INVITATION
    )
    assert waits == 0
