"""Ten thousand events while all is killed around them: no number is missing, none comes twice."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import aiohttp
import pytest
from aio_pika.abc import AbstractIncomingMessage

from deploy.local.instance import free_ports
from deploy.local.server import Server
from deploy.local.servers import Servers
from shared import outbox
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import SEQUENCE
from shared.messages.envelope import Envelope
from shared.messages.registry import read
from tests.conftest import Site
from tests.processes import Process, start
from tests.services.invitations.feeding import joined, newest
from tests.services.invitations.test_following import ACCEPT, frames
from tests.stage import ready

EVENTS, WRITERS, FOLLOWERS = 10_000, 10, 10
CHAPTERS = 20  # each has one kill, while its events are on their way
IN_A_CHAPTER = EVENTS // CHAPTERS

Victim: TypeAlias = Callable[[], Awaitable[None]]


class Slot:
    """A process of the invitations service, started again each time it is killed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._port, api_port = free_ports(2)
        own = {"HTTP_PORT": str(self._port), "API_PORT": str(api_port)}
        self._environment = {**environment, **own}
        self._process: Process | None = None
        self.url = f"http://127.0.0.1:{api_port}/api/events"

    async def start(self) -> None:
        self._process = await start("services.invitations", environment=self._environment)
        await ready(self._port, self._process)

    async def kill(self) -> None:
        assert self._process is not None
        assert self._process.returncode is None, "it had ended by itself"
        self._process.kill()
        await self._process.wait()

    async def restart(self) -> None:
        await self.kill()
        await self.start()


@dataclass
class Reader:
    """What a follower has read, in its order, and how late."""

    numbers: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    connections: int = 0

    async def follow(self, slots: Sequence[Slot], start: int, last: int) -> None:
        """Read up to a number; after each loss from any process, as behind a proxy."""
        reached = start
        async with aiohttp.ClientSession(headers=ACCEPT) as http:
            while reached < last:
                url = random.choice(slots).url  # noqa: S311
                headers = {"Last-Event-ID": str(reached)}
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(url, headers=headers) as response:
                        assert response.status in (200, 503), await response.text()
                        if response.status == 200:
                            self.connections += 1
                            async for reached, event in frames(response):
                                if event is not None:
                                    sent_at = datetime.fromisoformat(event["sent_at"]).timestamp()
                                    self.numbers.append(event["sequence"])
                                    self.delays.append(time.time() - sent_at)
                                if reached >= last:
                                    return
                await asyncio.sleep(0.05)  # the pace of a client that connects again


async def every(slots: Sequence[Slot], act: Callable[[Slot], Awaitable[None]]) -> None:
    await asyncio.gather(*(act(each) for each in slots))


class Writer:
    """Commits events of one invitation, some at once, as handlers do."""

    def __init__(self, invitation: int) -> None:
        self._invitation = str(invitation)
        self.ids: list[str] = []

    async def write(self, pool: Pool, count: int) -> None:
        until = len(self.ids) + count
        while len(self.ids) < until:
            few = range(len(self.ids) + 1, min(until, len(self.ids) + random.randint(1, 5)) + 1)  # noqa: S311
            events = [Envelope.first(joined(each, id=self._invitation)) for each in few]
            async with pool.acquire() as connection, connection.transaction():
                await outbox.append(connection, events)
            self.ids += [str(each.id) for each in events]


class Listener:
    """What RabbitMQ delivered: the ids of each number, and versions in the order of numbers."""

    def __init__(self) -> None:
        self.ids: dict[int, set[str]] = {}
        self.versions: dict[str, list[int]] = {}

    async def hear(self, message: AbstractIncomingMessage) -> None:
        envelope, number = read(message.body), message.headers[SEQUENCE]
        assert isinstance(number, int)
        if number not in self.ids:
            invitation = envelope.body.model_dump()["invitation"]
            self.versions.setdefault(invitation["id"], []).append(invitation["version"])
        self.ids.setdefault(number, set()).add(str(envelope.id))
        await message.ack()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await is_so():  # noqa: ASYNC110 - PostgreSQL says nothing of a commit
            await asyncio.sleep(0.01)


async def again(server: Server) -> None:
    """Kill a server and start it again."""
    await asyncio.to_thread(server.kill)
    server.launch()  # in the main thread: the kernel binds the server to it
    await asyncio.to_thread(server.await_ready)


async def play(pool: Pool, writers: Sequence[Writer], victims: Sequence[Victim]) -> None:
    """Write events, chapter by chapter, and kill one after the other while they are numbered."""
    for chapter in range(CHAPTERS):
        number = await newest(pool) + random.randint(1, IN_A_CHAPTER)  # noqa: S311

        async def is_passed(number: int = number) -> bool:
            return await newest(pool) >= number

        async with asyncio.TaskGroup() as tasks:
            for writer in writers:
                tasks.create_task(writer.write(pool, IN_A_CHAPTER // WRITERS))
            await until(is_passed)
            await victims[chapter % len(victims)]()
        await until(is_published(pool))


def is_published(pool: Pool) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return not await pool.fetchval("SELECT EXISTS (SELECT FROM outbox)")

    return ask


@pytest.mark.timeout(300)
async def test_ten_thousand_events_keep_their_numbers_while_everything_is_killed(
    servers: Servers, site: Site, replica: Server
) -> None:
    """Killed are services, the replica that followers are read from, and the cache."""
    servers.show_on_replica(site.name)
    cache = next(each for each in servers.processes if each.name == "redis")
    replica_url = servers.replica_url("invitations", site.name)
    environment = {**site.environment("invitations"), "REPLICA_DATABASE_URL": replica_url}
    slots = [Slot(environment) for _ in range(2)]
    pool, listener = await site.pool(connections=WRITERS + 2), Listener()
    broker = await Broker.connect(site.rabbitmq_url("gateway"))
    await broker.consume("gateway.events", listener.hear, 100)
    await every(slots, Slot.start)
    before = await newest(pool)
    wanted = [*range(before + 1, before + EVENTS + 1)]
    writers = [Writer(1001 + number) for number in range(WRITERS)]
    readers = [Reader() for _ in range(FOLLOWERS)]
    following = [asyncio.create_task(each.follow(slots, before, wanted[-1])) for each in readers]
    await play(
        pool,
        writers,
        (
            slots[0].restart,
            lambda: again(cache),
            lambda: every(slots, Slot.restart),
            lambda: again(replica),
            slots[1].restart,
        ),
    )
    async with asyncio.timeout(60):
        await asyncio.gather(*following)
    async with asyncio.timeout(60):
        while len(listener.ids) < EVENTS:  # noqa: ASYNC110 - the queue says nothing of its end
            await asyncio.sleep(0.05)

    stored = await pool.fetch("SELECT sequence, message_id FROM feed ORDER BY sequence")
    assert [row["sequence"] for row in stored] == wanted
    assert {str(row["message_id"]) for row in stored} == {
        id_ for each in writers for id_ in each.ids
    }
    assert [each.numbers for each in readers] == [wanted] * FOLLOWERS
    assert listener.ids == {row["sequence"]: {str(row["message_id"])} for row in stored}
    ordered = [*range(1, EVENTS // WRITERS + 1)]
    assert list(listener.versions.values()) == [ordered] * WRITERS
    delays = sorted(delay for each in readers for delay in each.delays)
    print(  # noqa: T201 - no claim, but of interest
        f"{EVENTS} events, {CHAPTERS} kills, {FOLLOWERS} followers,"
        f" {sum(each.connections for each in readers)} connections:"
        f" p50 {delays[len(delays) // 2]:.3f} s, p99 {delays[len(delays) * 99 // 100]:.3f} s"
    )
    await every(slots, Slot.kill)
    await broker.close()
    await pool.close()
