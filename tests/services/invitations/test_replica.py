"""Rule: a reader who has seen a change never reads older data, also from a replica."""

import asyncio
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial

import asyncpg
import psutil
import pytest
from aio_pika.abc import AbstractIncomingMessage
from prometheus_client import REGISTRY

from deploy.local.server import Server
from deploy.local.servers import Servers
from services.invitations import cache
from services.invitations.cache import Cache, connect
from services.invitations.sql import invitations, lists
from services.invitations.sql.lists import FirstPage
from shared import read_router as replica_module
from shared.broker import Broker
from shared.database import Pool, Reader
from shared.exchanges import POSITION
from shared.messages.registry import read
from shared.messages.views import InvitationList
from shared.read_router import ReadRouter, wal_lsn
from shared.relay import Relay
from tests import builders
from tests.caches import own_cache_url
from tests.conftest import Site
from tests.keys import publisher
from tests.replicas import caught_up, standing_still, with_replica
from tests.services.invitations.telling import list_in_public, published, say

GAMES = FirstPage("ゲーム", "recruiting")


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a busy machine for no lost server."""
    monkeypatch.setattr(cache, "PATIENCE_SECONDS", 5)
    monkeypatch.setattr(replica_module, "HANG_SECONDS", 5)
    monkeypatch.setattr(replica_module, "PATIENCE_SECONDS", 0.5)


@pytest.fixture
def tables(servers: Servers) -> Iterator[Site]:
    """Give each test a database of its own: PgBouncer keeps sessions, and they their settings."""
    site = Site(servers, f"test_{secrets.token_hex(6)}")
    servers.create_database(site.name)
    yield site
    servers.drop_database(site.name)


@pytest.fixture(params=["on"])
async def pool(request: pytest.FixtureRequest, site: Site, replica: Server) -> AsyncIterator[Pool]:
    """Give the primary's pool, commits being waited for as in production, or not."""
    assert replica.running()
    connection = await asyncpg.connect(site.superuser_url)
    await connection.execute(
        f'ALTER DATABASE "{site.name}" SET synchronous_commit = {request.param}'
    )
    await connection.close()
    pool = await site.pool()
    await list_in_public(pool, "1")
    await published(pool, tag="ゲーム", event_name="0")
    yield pool
    await pool.close()


@pytest.fixture
async def databases(site: Site, pool: Pool) -> AsyncIterator[ReadRouter]:
    async with with_replica(site, pool) as databases:
        yield databases


def answered() -> dict[str, float]:
    """Give how many reads each has answered."""
    return {
        outcome: REGISTRY.get_sample_value("replica_reads_total", {"outcome": outcome}) or 0
        for outcome in ("replica", "primary")
    }


@contextmanager
def answering(outcome: str, times: int = 1) -> Iterator[None]:
    """Expect reads to be answered by one, and none by the other."""
    before = answered()
    yield
    assert answered() == {**before, outcome: before[outcome] + times}


async def rename(pool: Pool, number: int) -> None:
    shown = builders.details(tag="ゲーム", event_name=str(number - 1))
    assert await say(pool, builders.edit(shown, event_name=str(number))) == "done"


async def name(reader: Reader) -> int:
    view = await invitations.view(reader, builders.INVITATION_ID)
    assert view is not None
    return int(view.event_name)


@pytest.mark.usefixtures("patience")
async def test_a_replica_answers_only_sessions_whose_position_it_has_reached(
    site: Site, pool: Pool, databases: ReadRouter
) -> None:
    with answering("replica"):
        assert await name(databases.session()) == 0
    before = await wal_lsn(pool)
    async with standing_still(site):
        await rename(pool, 1)
        newest = await wal_lsn(pool)
        with answering("primary", 2):
            assert await name(databases.session()) == 1
            assert await name(databases.session(newest)) == 1
        with answering("replica"):
            old = databases.session(before)
            assert await name(old) == 0, "it was not asked for more"
        assert old.position is not None
        assert before <= old.position < newest
    await caught_up(site)
    with answering("replica", 2):
        assert await name(databases.session()) == 1
        seen = databases.session(newest)
        assert await name(seen) == 1
    assert seen.position is not None
    assert seen.position >= newest


@pytest.mark.usefixtures("patience")
async def test_a_replica_that_stays_behind_is_not_even_asked(
    site: Site, pool: Pool, databases: ReadRouter
) -> None:
    async with standing_still(site):
        await rename(pool, 1)
        await databases.look()  # this far it should have come by the next look
        await databases.look()
        began_at = time.monotonic()
        with answering("primary", 100):
            assert {await name(databases.session()) for _ in range(100)} == {1}
        assert time.monotonic() - began_at < 100 * 0.05
    await caught_up(site)
    await databases.look()
    with answering("replica"):
        assert await name(databases.session()) == 1


class Race:
    """One writes and publishes; the others read, each in its own way, until the last change."""

    LAST = 30
    STILL, ON = 10, 20  # the replica stands still in between

    def __init__(self, site: Site, databases: ReadRouter, relay: Relay) -> None:
        self._site = site
        self._databases = databases
        self._relay = relay
        self.newest = 0
        self.followed: list[int] = []

    async def write(self, pool: Pool) -> None:
        async with AsyncExitStack() as pause:
            for number in range(1, self.LAST + 1):
                if number == self.STILL:
                    await pause.enter_async_context(standing_still(self._site))
                if number == self.ON:
                    await pause.aclose()
                    await caught_up(self._site)
                await rename(pool, number)
                await self._relay.publish_batch()
                self.newest = number

    async def list(self, kept: Cache) -> None:
        async def listed() -> int:
            page = InvitationList.model_validate_json(await kept.read(GAMES))
            return int(page.invitations[0].event_name)

        await self._read(listed)

    async def show(self) -> None:
        await self._read(lambda: name(self._databases.session()))

    async def _read(self, look: Callable[[], Awaitable[int]]) -> None:
        known = 0
        while known < self.LAST:
            known = self.newest
            assert await look() >= known

    async def chain(self) -> None:
        """Never see less than before, whichever answers."""
        reading, newest = self._databases.session(0), 0
        while newest < self.LAST:
            seen = await name(reading)
            assert seen >= newest
            newest, reading = seen, self._databases.session(reading.position)

    async def follow(self, incoming: AbstractIncomingMessage) -> None:
        """Read as the gateway does: where an event says that the database stood."""
        version = read(incoming.body).body.model_dump()["invitation"]["version"]
        at_least = incoming.headers[POSITION]
        assert isinstance(at_least, int)
        view = await invitations.view(self._databases.session(at_least), builders.INVITATION_ID)
        assert view is not None
        self.followed.append(view.version - version)
        await incoming.ack()


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("pool", ["on", "off"], indirect=True)
async def test_readers_see_every_published_change_cached_or_not_replica_or_not(
    servers: Servers,
    site: Site,
    pool: Pool,
    databases: ReadRouter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replica_module, "PATIENCE_SECONDS", 0.05)
    url = own_cache_url(servers)
    before = answered()
    async with AsyncExitStack() as stack:
        caches = [
            Cache(connect(url), partial(lists.first_page, reader))
            for reader in (databases.session(), databases.session(), pool)
        ]
        broker = await Broker.connect(site.rabbitmq_url("invitations"))
        gateway = await publisher(site.rabbitmq_url("gateway"))
        for each in (*caches, broker, gateway):
            stack.push_async_callback(each.close)
        race = Race(site, databases, Relay(pool, broker, caches[0].renew))
        await gateway.consume("gateway.events", race.follow, 10)
        await asyncio.gather(race.write(pool), race.chain(), race.show(), *map(race.list, caches))
        await reaches(lambda: len(race.followed) == race.LAST)
    assert min(race.followed) >= 0
    after = answered()
    assert {outcome for outcome in after if after[outcome] > before[outcome]} == set(after)


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_a_lost_replica_costs_no_member_an_answer(
    how: str, replica: Server, databases: ReadRouter
) -> None:
    ended, slowest, reads = asyncio.Event(), 0.0, 0

    async def ask() -> None:
        nonlocal slowest, reads
        while not ended.is_set():
            began_at = time.monotonic()
            assert await name(databases.session()) == 0
            slowest, reads = max(slowest, time.monotonic() - began_at), reads + 1

    async def lose() -> None:
        await reaches(lambda: reads > 50)
        family = [psutil.Process(replica.process.pid)]
        family += family[0].children(recursive=True)
        for process in family:
            process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)
        so_far = reads
        await reaches(lambda: reads > so_far + 100)
        for process in family:
            if how == "frozen":
                process.resume()
        if how == "killed":
            replica.launch_again()
            await asyncio.to_thread(replica.await_ready)
        ended.set()

    await asyncio.gather(lose(), *(ask() for _ in range(4)))
    assert slowest < 3, "a driver that hangs waits for ten seconds"

    async def is_back() -> bool:
        await databases.look()
        before = answered()["replica"]
        assert await name(databases.session()) == 0
        return answered()["replica"] > before

    async with asyncio.timeout(40):
        while not await is_back():  # noqa: ASYNC110 - PgBouncer tries a lost server now and then
            await asyncio.sleep(0.1)


async def reaches(is_there: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_there():  # noqa: ASYNC110 - reads tell nobody that they are done
            await asyncio.sleep(0.005)


async def test_an_absent_replica_keeps_its_slot_but_not_the_disk(site: Site, pool: Pool) -> None:
    assert await pool.fetchval("SELECT true")
    connection = await asyncpg.connect(site.superuser_url)
    slots = await connection.fetch("SELECT slot_type, wal_status FROM pg_replication_slots")
    assert [tuple(slot) for slot in slots] == [("physical", "reserved")]
    assert await connection.fetchval("SHOW max_slot_wal_keep_size") != "-1"
    await connection.close()
