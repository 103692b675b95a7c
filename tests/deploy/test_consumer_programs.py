"""The programs of docs/consuming-events.md count once and miss nothing, whatever is away."""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from yarl import URL

from deploy.local.instance import PROJECT, free_ports
from deploy.local.servers import Servers
from services.invitations.feed.erasing import FeedEraser
from shared import outbox
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import EVENTS, SEQUENCE
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import InvitationPublished, MemberErased
from tests.conftest import Site
from tests.deploy.test_consumers import joined
from tests.keys import KEYS
from tests.operations.processes import service
from tests.services.scheduler.stories import from_now, state
from tests.shared.wire import Wire, wire

PAGE = PROJECT / "docs" / "consuming-events.md"
MODULES = ("store.py", "feed.py", "follow.py")
READERS = ("consume.py", "consume_pika.py", "consume_kombu.py", "consume_faststream.py")
PROGRAMS = ("follow.py", *READERS)
SEATS = "SELECT user_id, taken FROM seats ORDER BY user_id"
NEWEST = "SELECT json_extract(state, '$.version') FROM invitations WHERE id = '1001'"
HOSTS = """
SELECT state ->> '$.host_id', state ->> '$.description', state ->> '$.co_host_ids'
  FROM invitations WHERE id <> '1001' ORDER BY id
"""
ERASED = [("0", "（消去済み）", "[]"), ("9", "のんびり", '["6"]')]
ASIDE = "SELECT sequence, reason FROM aside"
UNREADABLE = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT id, $1, 'invitations.ParticipantJoined', jsonb_build_object(
         'id', id, 'name', 'invitations.ParticipantJoined', 'correlation_id', id, 'sent_at', now(),
         'body', '{"invitation": {}}'::jsonb)
  FROM gen_random_uuid() AS id
"""


class Program:
    """A running program of the page, and its store."""

    def __init__(self, process: asyncio.subprocess.Process, store: Path) -> None:
        self._process = process
        self._store = store

    async def answers(self, question: str, wanted: list[Any]) -> None:
        """Wait until the store answers a question so."""
        found: list[Any] = []
        try:
            async with asyncio.timeout(60):
                while found != wanted:
                    await asyncio.sleep(0.05)  # no signal comes out of the store
                    with (
                        suppress(sqlite3.OperationalError),  # not there yet, or just written
                        closing(sqlite3.connect(self._store)) as connection,
                    ):
                        found = connection.execute(question).fetchall()
        except TimeoutError:
            pytest.fail(f"{self._store.name}: {found}, not {wanted}")

    async def says(self, word: bytes) -> None:
        """Wait until the program prints a line with a word."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            async for line in self._process.stdout:
                if word in line:
                    return
        pytest.fail(f"{self._store.name} has ended")

    def locked(self) -> closing[sqlite3.Connection]:
        """Take the store away."""
        connection = sqlite3.connect(self._store, isolation_level=None, timeout=30)
        connection.execute("BEGIN EXCLUSIVE")
        return closing(connection)


@asynccontextmanager
async def running(folder: Path, program: str, **environment: str) -> AsyncIterator[Program]:
    """Run a program of the page."""
    store = folder / f"{program}.db"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(folder / program)),
        env={"PATH": os.environ["PATH"], "STORE": str(store), "PAUSE": "0.1", **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process, store)
    finally:
        process.kill()
        await process.wait()


def write_programs(folder: Path) -> None:
    """Take the programs from the page into a folder."""
    folder.mkdir(exist_ok=True)
    texts = re.findall(r"```python\n(.+?)```", PAGE.read_text(), re.DOTALL)
    for name, text in zip((*MODULES, *READERS), texts, strict=True):
        assert len(text.splitlines()) <= 60
        (folder / name).write_text(text)


def hosted(user_id: str) -> Iterator[Envelope]:
    """Yield an invitation of a host, and one in which they are a co-host."""
    own = state(1002, 1, from_now(3600)).model_copy(update={"host_id": user_id})
    other = state(1003, 1, from_now(3600)).model_copy(
        update={"host_id": "9", "description": "のんびり", "co_host_ids": [user_id, "6"]}
    )
    yield from (Envelope.first(InvitationPublished(invitation=each)) for each in (own, other))


async def published(pool: Pool) -> int:
    """Wait until everything is numbered and published; give the highest number."""
    async with asyncio.timeout(20):
        while await pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):  # noqa: ASYNC110 - PostgreSQL says nothing of a commit
            await asyncio.sleep(0.02)
    number: int = await pool.fetchval("SELECT max(sequence) FROM feed")
    return number


async def tell(pool: Pool, *events: Envelope) -> int:
    """Publish events as a handler does."""
    async with pool.acquire() as connection:
        await outbox.append(connection, events)
    return await published(pool)


async def lose(urls: Sequence[str]) -> None:
    """Take away what waits in queues, as their limit does."""
    for url in urls:
        async with await aio_pika.connect(url) as connection:
            channel = await connection.channel()
            await (await channel.get_queue(str(URL(url).user))).purge()


def cut(cables: Sequence[Wire]) -> None:
    for cable in cables:
        cable.cut(stays_cut=True)


def heal(cables: Sequence[Wire]) -> None:
    for cable in cables:
        cable.heal()


async def all_answer(programs: Sequence[Program], question: str, wanted: list[Any]) -> None:
    for program in programs:
        await program.answers(question, wanted)


async def begin(folder: Path, api: Mapping[str, str], seats: list[Any]) -> None:
    """Run one that begins when the feed does not name erased members any more."""
    write_programs(folder)
    async with running(folder, "follow.py", **api) as program:
        await program.answers(SEATS, seats)
        await program.answers(HOSTS, ERASED)


async def test_every_program_of_the_page_counts_once_and_misses_nothing(
    servers: Servers, site: Site, tmp_path: Path
) -> None:
    """One follows the API, the others read a queue each and fill its gaps from the API."""
    write_programs(tmp_path)
    names = [name.removesuffix(".py").replace("_", "-") for name in READERS]
    servers.create_vhost(site.vhost, names)
    urls = [servers.rabbitmq_url(f"consumers.{name}", site.vhost) for name in names]
    pool = await site.pool()
    port, api_port = free_ports(2)
    environment = site.environment("invitations")
    environment |= {"HTTP_PORT": str(port), "API_PORT": str(api_port)}
    broker = await Broker.connect(servers.rabbitmq_url("invitations", site.vhost))
    api = {
        "API_URL": f"http://127.0.0.1:{api_port}",
        "API_TOKEN": KEYS["gateway"].reading_token("invitations"),
    }
    again = joined("1", 3)
    async with AsyncExitStack() as stack:
        cables: list[Wire] = [await stack.enter_async_context(wire(url)) for url in urls]
        addresses = dict(zip(READERS, (cable.url for cable in cables), strict=True))
        async with service("invitations", port, environment), AsyncExitStack() as started:
            await tell(pool, joined("1", 1), joined("2", 2), *hosted("1"))
            await lose(urls)
            cut(cables)
            programs = [
                await started.enter_async_context(
                    running(tmp_path, name, **api, RABBITMQ_URL=addresses.get(name, ""))
                )
                for name in PROGRAMS
            ]
            await all_answer(programs, SEATS, [("1", 1), ("2", 1)])
            heal(cables)
            number = await tell(pool, again)
            await broker.publish(EVENTS, again.name, again, {SEQUENCE: number})
            await pool.execute(UNREADABLE, EVENTS)
            aside = (await published(pool), "KeyError('user_id')")
            await all_answer(programs, SEATS, [("1", 2), ("2", 1)])
            await all_answer(programs, NEWEST, [(3,)])
            await all_answer(programs, ASIDE, [aside])
            cut(cables)
            await tell(pool, joined("3", 4))
            await lose(urls)
            await tell(pool, joined("2", 5), Envelope.first(MemberErased(user_id="1")))
            heal(cables)
            await all_answer(programs, SEATS, [("2", 2), ("3", 1)])
            await all_answer(programs, HOSTS, ERASED)
            with ExitStack() as locks:
                for program in programs:
                    locks.enter_context(program.locked())
                await tell(pool, joined("3", 6))
                for program in programs:
                    await program.says(b"locked")
            await all_answer(programs, SEATS, [("2", 2), ("3", 2)])
        async with (
            running(tmp_path, "follow.py", **api) as following,
            service("invitations", port, environment),
        ):
            await tell(pool, joined("3", 7))
            await following.answers(SEATS, [("2", 2), ("3", 3)])
            await FeedEraser(pool).look()
            await begin(tmp_path / "late", api, [("2", 2), ("3", 3)])
    await broker.close()
    await pool.close()
