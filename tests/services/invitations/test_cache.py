"""Rule: a reader who has seen a change never reads older data; a lost cache costs nothing."""

import asyncio
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aio_pika
import pytest

from deploy.local.instance import free_ports
from deploy.local.programs import program
from deploy.local.servers import Servers
from services.invitations import cache
from services.invitations.cache import Cache, connect
from services.invitations.sql import lists
from services.invitations.sql.lists import FirstPage
from shared.broker import Broker
from shared.database import Pool
from shared.messages.invitations.commands import CompleteInvitation, JoinInvitation
from shared.messages.invitations.mine import EraseMyData
from shared.messages.views import InvitationList
from shared.relay import Relay
from tests import builders
from tests.caches import cached, own_cache_url
from tests.conftest import Site
from tests.services.invitations.telling import list_in_public, published, say

pytestmark = pytest.mark.usefixtures("listed")

GAMES = FirstPage("ゲーム", "recruiting")
OTHERS = FirstPage("その他", "recruiting")
ALL = FirstPage(None, "recruiting")


class Loads:
    """A database that counts how often it is read, and can be kept waiting."""

    def __init__(self, load: Callable[[FirstPage], Awaitable[bytes]]) -> None:
        self._load = load
        self.count = 0
        self.begun, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def __call__(self, page: FirstPage) -> bytes:
        self.count += 1
        found = await self._load(page)
        self.begun.set()
        await self.gate.wait()
        return found


@pytest.fixture
def loads(pool: Pool) -> Loads:
    return Loads(lambda page: lists.first_page(pool, page))


@pytest.fixture
async def kept(servers: Servers, loads: Loads) -> AsyncIterator[Cache]:
    kept = Cache(connect(own_cache_url(servers)), loads)
    yield kept
    await kept.close()


async def untold(pool: Pool) -> list[str]:
    """Give what the relay would tell next, and forget it."""
    rows = await pool.fetch("DELETE FROM outbox RETURNING id, body")
    return [row["body"] for row in sorted(rows, key=lambda row: row["id"])]


async def names(kept: Cache, page: FirstPage) -> list[str]:
    found = InvitationList.model_validate_json(await kept.read(page))
    return [each.event_name for each in found.invitations]


async def test_a_page_is_read_once_until_something_in_it_changes(
    pool: Pool, kept: Cache, loads: Loads
) -> None:
    await published(pool, tag="ゲーム")
    first = await kept.read(GAMES)
    assert [await kept.read(GAMES) for _ in range(3)] == [first] * 3
    assert loads.count == 1
    assert await names(kept, OTHERS) == []

    await say(pool, builders.edit(builders.details(tag="ゲーム"), event_name="別の会"))
    await kept.renew(await untold(pool))
    assert await names(kept, GAMES) == ["別の会"]
    assert loads.count == 3
    assert await names(kept, OTHERS) == []
    assert loads.count == 3, "another tag's list stays"


async def test_a_new_tag_clears_the_lists_of_both(pool: Pool, kept: Cache) -> None:
    await published(pool, tag="ゲーム", event_name="引っ越す会")
    assert [await names(kept, page) for page in (GAMES, OTHERS, ALL)] == [
        ["引っ越す会"],
        [],
        ["引っ越す会"],
    ]
    shown = builders.details(tag="ゲーム", event_name="引っ越す会")
    await say(pool, builders.edit(shown, "settings", tag="その他"))
    await kept.renew(await untold(pool))
    assert [await names(kept, page) for page in (GAMES, OTHERS)] == [[], ["引っ越す会"]]


async def test_the_name_of_a_host_who_is_erased_is_kept_nowhere(pool: Pool, kept: Cache) -> None:
    await published(pool, tag="ゲーム")
    await say(pool, CompleteInvitation(actor=builders.HOST, invitation_id=builders.INVITATION_ID))
    over = FirstPage("ゲーム", "completed")
    assert builders.HOST.name.encode() in await kept.read(over)
    await untold(pool)

    await say(pool, EraseMyData(actor=builders.HOST, reply_to=builders.reply_to()))
    await kept.renew(await untold(pool))
    assert builders.HOST.name.encode() not in await kept.read(over)


async def test_a_page_read_before_a_change_is_not_kept_after_it(
    pool: Pool, kept: Cache, loads: Loads
) -> None:
    """The design's own trap: the slow reader would write the old list back for a minute."""
    await published(pool, tag="ゲーム", event_name="前の名前")
    loads.gate.clear()
    slow = asyncio.create_task(names(kept, GAMES))
    await loads.begun.wait()
    shown = builders.details(tag="ゲーム", event_name="前の名前")
    await say(pool, builders.edit(shown, event_name="今の名前"))
    await kept.renew(await untold(pool))
    loads.gate.set()
    assert await slow == ["前の名前"]
    assert await names(kept, GAMES) == ["今の名前"]


@pytest.mark.parametrize(
    "body", ["no JSON", "7", "[]", "{}", '{"body": 7}', '{"body": {"invitation": {"id": "1"}}}']
)
async def test_a_message_that_nobody_can_read_may_be_about_any_list(
    kept: Cache, loads: Loads, body: str
) -> None:
    """The relay renews before it tells: those who hear it bury it, and no list is stale."""
    await kept.read(GAMES)
    await kept.renew([body])
    await kept.read(GAMES)
    assert loads.count == 2


async def test_readers_of_all_processes_see_every_published_change(
    servers: Servers, site: Site
) -> None:
    """One writes, tells and says so; three read all the while, each through a cache of its own."""
    pool, url = await site.pool(), own_cache_url(servers)
    newest = 0
    async with AsyncExitStack() as stack:
        caches = [await stack.enter_async_context(cached(pool, url)) for _ in range(3)]
        broker = await Broker.connect(site.rabbitmq_url("invitations"))
        stack.push_async_callback(broker.close)
        relay = Relay(pool, broker, caches[0].renew)

        async def write() -> None:
            nonlocal newest
            for number in range(1, 41):
                shown = builders.details(tag="ゲーム", event_name=str(number - 1))
                assert await say(pool, builders.edit(shown, event_name=str(number))) == "done"
                await relay.publish_batch()
                newest = number

        async def read(kept: Cache, page: FirstPage) -> int:
            reads = 0
            while newest < 40:
                known = newest
                [name] = await names(kept, page)
                assert int(name) >= known
                reads += 1
            return reads

        await list_in_public(pool, "1")  # the site has been emptied since the fixture
        await published(pool, tag="ゲーム", event_name="0")
        _, *reads = await asyncio.gather(
            write(), *(read(kept, page) for kept in caches for page in (GAMES, ALL))
        )
    assert min(reads) > 0
    await pool.close()


async def test_nothing_is_published_before_the_kept_lists_are_renewed(site: Site) -> None:
    async with AsyncExitStack() as stack:
        pool = await site.pool()
        stack.push_async_callback(pool.close)
        broker = await Broker.connect(site.rabbitmq_url("invitations"))
        stack.push_async_callback(broker.close)
        gateway = await stack.enter_async_context(
            await aio_pika.connect(site.rabbitmq_url("gateway"))
        )
        queue = await (await gateway.channel()).get_queue("gateway.replies", ensure=False)
        heard: list[object] = []

        async def look(_untold: object) -> None:
            heard.append(await queue.get(fail=False))

        await published(pool)
        await say(
            pool,
            JoinInvitation(
                actor=builders.MEMBER,
                invitation_id=builders.INVITATION_ID,
                reply_to=builders.reply_to(),
            ),
        )
        assert await Relay(pool, broker, look).publish_batch() == 2
        assert heard == [None]
        answer = await queue.get(no_ack=True)
        assert answer.type == "replies.CommandAccepted"


@pytest.fixture
async def redis() -> AsyncIterator[tuple[str, Callable[[], Awaitable[Process]]]]:
    """Give the address of a Redis of one's own, and what starts it."""
    [port] = free_ports(1)
    started: list[Process] = []

    async def start() -> Process:
        options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "")
        process = await asyncio.create_subprocess_exec(
            program("redis-server"), *options, stdout=DEVNULL
        )
        started.append(process)
        await until(lambda: _answers(port))
        return process

    yield f"redis://127.0.0.1:{port}/0", start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await look():  # noqa: ASYNC110 - a server tells nobody that it is there
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_a_lost_cache_costs_no_read_and_is_not_believed_when_it_is_back(
    how: str,
    redis: tuple[str, Callable[[], Awaitable[Process]]],
    pool: Pool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "PAUSE_SECONDS", 0.05)
    url, start = redis
    process = await start()
    await published(pool, tag="ゲーム", event_name="前の名前")
    async with cached(pool, url) as kept:
        finding = asyncio.create_task(kept.run())
        assert await names(kept, GAMES) == ["前の名前"]
        if how == "killed":
            process.kill()
            await process.wait()
        else:
            process.send_signal(signal.SIGSTOP)
        assert await names(kept, GAMES) == ["前の名前"]
        assert not kept.is_there
        shown = builders.details(tag="ゲーム", event_name="前の名前")
        await say(pool, builders.edit(shown, event_name="今の名前"))
        await kept.renew(await untold(pool))  # Redis cannot learn that its lists are old
        assert await names(kept, GAMES) == ["今の名前"]

        if how == "killed":
            await start()
        else:
            process.send_signal(signal.SIGCONT)

        async def is_back() -> bool:
            return kept.is_there

        await until(is_back)
        assert await names(kept, GAMES) == ["今の名前"]
        finding.cancel()
        await asyncio.wait([finding])
