"""The scheduler as it runs: processes, a broker, and kill -9."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Self, TypeAlias
from uuid import UUID

import aiohttp
import pytest
from aio_pika.abc import AbstractIncomingMessage

from deploy.local.instance import free_ports
from services.scheduler.domain import CLOSE_INVITATION, CLOSE_SIGN_UP
from services.scheduler.repository import UPSERT_DEADLINE
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import EVENTS
from shared.messages.envelope import Command, Envelope, new_id
from shared.messages.invitations.commands import AnnounceSignUp, AnnounceStart, CloseInvitation
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
        await broker.consume("invitations.commands.scheduler", invitations.hear, prefetch=100)
        yield invitations
        await broker.close()

    async def hear(self, incoming: AbstractIncomingMessage) -> None:
        envelope = read(incoming.body)
        self.heard[str(envelope.id)] = envelope
        self._heard_one.set()
        await incoming.ack()

    async def tell(self, *events: Envelope) -> None:
        await asyncio.gather(*(self._broker.publish(EVENTS, e.name, e) for e in events))

    def commands(self, kind: type[Command]) -> list[Envelope]:
        """Return those of one kind: each event sets deadlines of several kinds."""
        return [each for each in self.heard.values() if isinstance(each.body, kind)]

    async def has_heard(self, count: int, kind: type[Command]) -> None:
        async with asyncio.timeout(120):
            while len(self.commands(kind)) < count:
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


Moments: TypeAlias = dict[str, datetime]
Stories: TypeAlias = dict[str, UUID]


async def tell_ends(invitations: Invitations, _pool: Pool, end_times: Moments) -> Stories:
    """Publish invitations with these end times; return the story of each."""
    events = {n: published(int(n), end_time) for n, end_time in end_times.items()}
    await invitations.tell(*events.values())
    return {n: event.correlation_id for n, event in events.items()}


async def store_cutoffs(_invitations: Invitations, pool: Pool, cutoffs: Moments) -> Stories:
    """Store these cut-offs, as handlers do; return the story of each."""
    stories = {n: new_id() for n in cutoffs}
    rows = [(CLOSE_SIGN_UP, n, at, 1, stories[n]) for n, at in cutoffs.items()]
    await pool.executemany(UPSERT_DEADLINE, rows)
    return stories


@pytest.mark.parametrize(
    ("count", "set_deadlines", "command"),
    [(300, tell_ends, CloseInvitation), (3000, store_cutoffs, AnnounceSignUp)],
)
async def test_three_processes_send_each_command_once_though_two_are_killed(
    pool: Pool,
    surroundings: Surroundings,
    count: int,
    set_deadlines: Callable[[Invitations, Pool, Moments], Awaitable[Stories]],
    command: type[CloseInvitation | AnnounceSignUp],
) -> None:
    async with (
        Invitations.at(surroundings.rabbitmq_url("invitations")) as invitations,
        schedulers(surroundings, 3) as processes,
    ):
        moments = ends(count, first_seconds=1, within_seconds=3)
        stories = await set_deadlines(invitations, pool, moments)
        await invitations.has_heard(count // 3, command)
        processes[0].kill()
        processes.append(await launch(surroundings, *free_ports(1)))
        await invitations.has_heard(count * 2 // 3, command)
        processes[1].kill()
        await invitations.has_heard(count, command)
    bodies = [e.body for e in invitations.heard.values() if isinstance(e.body, command)]
    assert sorted(int(body.invitation_id) for body in bodies) == list(range(1, count + 1))
    late = sorted(
        envelope.sent_at - moments[envelope.body.invitation_id]
        for envelope in invitations.commands(command)
        if isinstance(envelope.body, command)
    )
    p99 = late[int(len(late) * 0.99)]
    print(f"\n{count} {command.__name__}: p99 {p99}, at most {late[-1]} late")  # noqa: T201
    if set_deadlines is store_cutoffs:  # the others are late by the time their events take
        assert p99 < timedelta(seconds=1)
    for envelope in invitations.commands(command):
        body = envelope.body
        assert isinstance(body, command)
        assert envelope.sent_at >= moments[body.invitation_id]
        assert envelope.correlation_id == stories[body.invitation_id]
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_deadlines_that_fell_due_while_no_process_ran_are_sent_at_the_next_start(
    pool: Pool, surroundings: Surroundings
) -> None:
    async with Invitations.at(surroundings.rabbitmq_url("invitations")) as invitations:
        ended = from_now(-3600)
        over = [published(each, ended, cutoff_time=from_now(-7200)) for each in (1, 2)]
        await invitations.tell(*over, cancelled(3, ended, 2))
        async with schedulers(surroundings, 1):
            await invitations.has_heard(2, CloseInvitation)
            await invitations.has_heard(2, AnnounceStart)
            await invitations.has_heard(2, AnnounceSignUp)
        for kind in (CloseInvitation, AnnounceStart, AnnounceSignUp):
            closed = [e.body.model_dump()["invitation_id"] for e in invitations.commands(kind)]
            assert sorted(closed) == ["1", "2"]
    waits = await pool.fetchval(
        "SELECT count(*) FROM deadlines WHERE kind = $1 AND fired_at IS NULL", CLOSE_INVITATION
    )
    assert waits == 0
