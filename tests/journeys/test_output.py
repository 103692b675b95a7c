"""Rule: no failure of standard output stops a service, neither a full disk nor a dead reader."""

import asyncio
import itertools
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from playground.press import Press
from tests.composed import IS_COMPOSED
from tests.journeys import ticketing
from tests.journeys.conftest import Whole
from tests.processes import Process
from tests.shared.wire import wire

pytestmark = pytest.mark.skipif(IS_COMPOSED, reason="It needs the processes themselves.")

WITH_TABLES = ("invitations", "tickets", "scheduler")


def running(whole: Whole) -> list[Process]:
    return [process for process in whole.processes if process.returncode is None]


@contextmanager
def full_disk(*processes: Process) -> Iterator[None]:
    """Refuse every write of processes to a file, as `prlimit --fsize=1:` does."""
    unlimited = resource.RLIM_INFINITY
    for process in processes:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, unlimited))
    yield
    for process in processes:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


async def joins(whole: Whole, members: int) -> list[Press]:
    """Create two events; members press 参加 at once, half of them on each."""
    events = [await whole.create(options={"capacity": 100}, event_name=name) for name in "表裏"]
    users = [await whole.member(f"会員{n}") for n in range(members)]
    return await asyncio.gather(
        *(
            whole.discord.click(event, f"join:{event}", user=user)
            for user, event in zip(users, itertools.cycle(events), strict=False)
        )
    )


async def are_answered(presses: list[Press]) -> None:
    answers = await asyncio.gather(*(press.answer(60) for press in presses))
    assert ["参加しました" in answer["content"] for answer in answers] == [True] * len(presses)


async def play(whole: Whole, members: int) -> None:
    """Let members press and open tickets; every press is answered and nothing stays in hand."""
    await are_answered(await joins(whole, members))
    panel_id = await ticketing.panel(whole)
    for user in [await whole.member(f"相談{n}") for n in range(3)]:
        await ticketing.opened(whole, user, panel_id)
    await everything_is_acknowledged(whole, members)


async def everything_is_acknowledged(whole: Whole, replies: int) -> None:
    """Wait until the broker has counted an acknowledgement for each message that was handled.

    That it holds no message is not enough: its figures are up to five seconds old.
    """
    connection = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    handled = {
        service: await connection.fetchval(f"SELECT count(*) FROM {service}.inbox")  # noqa: S608
        for service in WITH_TABLES
    }
    await connection.close()
    login = aiohttp.encode_basic_auth(*whole.servers.management_credentials)
    url = f"{whole.servers.management_url}/api/queues/{whole.vhost}"
    async with (
        asyncio.timeout(30),
        aiohttp.ClientSession(headers={"Authorization": login}) as http,
    ):
        while True:
            queues = await (await http.get(url)).json()
            acknowledged = Counter[str]()
            for queue in queues:
                service = queue["name"].partition(".")[0]
                acknowledged[service] += queue.get("message_stats", {}).get("ack", 0)
            waiting = sum(queue.get("messages", 0) for queue in queues)
            is_complete = acknowledged >= Counter(handled | {"gateway": replies})
            if is_complete and not waiting:
                return
            await asyncio.sleep(0.2)  # the broker's figures come every five seconds


async def all_have_logged(words: str, paths: list[Path]) -> None:
    """Wait until each file holds some words."""
    async with asyncio.timeout(20):
        while not all(words in path.read_text() for path in paths):  # noqa: ASYNC110 - a file is no signal
            await asyncio.sleep(0.05)


async def test_a_full_disk_stops_no_press_and_the_log_comes_back(whole: Whole) -> None:
    with full_disk(*running(whole)):
        await play(whole, 200)
    await play(whole, 1)
    await all_have_logged("log.lines_dropped", [whole.outputs[each] for each in running(whole)])


async def test_a_full_disk_while_the_broker_is_away_loses_no_press(whole: Whole) -> None:
    """Neither log nor spool can be written; a gateway that lives keeps the presses in memory."""
    for gateway in whole.gateways.values():
        await whole.stop_process(gateway)
    async with wire(whole.servers.rabbitmq_url("gateway", whole.name)) as between:
        only = await whole.start_gateway(0, RABBITMQ_URL=between.url)
        await whole.discord.wait_for_sessions(1)
        with full_disk(only):
            event = await whole.create(options={"capacity": 20}, event_name="満杯の会")
            users = [await whole.member(f"満杯{n}") for n in range(20)]
            between.cut(stays_cut=True)
            presses = [
                await whole.discord.click(event, f"join:{event}", user=user) for user in users
            ]
            await asyncio.gather(*(press.acknowledged(30) for press in presses))
            assert list(whole.spool.glob("*.press")) == [], "the disk has taken none"
            between.heal()
            await are_answered(presses)
            await everything_is_acknowledged(whole, 20)
        await whole.stop_process(only)
    await asyncio.gather(whole.start_gateway(0), whole.start_gateway(1))
    await whole.discord.wait_for_sessions(2)


@pytest.fixture(scope="module")
async def piped(whole: Whole) -> Whole:
    """Start every service once more, its standard output a pipe."""
    for process in running(whole):
        await whole.stop_process(process)
    whole.is_piped = True
    await asyncio.gather(
        whole.start_invitations(),
        whole.start_scheduler(),
        whole.start_tickets(),
        whole.start_gateway(0),
        whole.start_gateway(1),
    )
    await whole.discord.wait_for_sessions(2)
    return whole


async def test_a_stopped_reader_stops_no_press_and_may_read_on(piped: Whole) -> None:
    for reader in piped.readers.values():
        reader.stop()
    await play(piped, 20)
    for reader in piped.readers.values():
        reader.resume()
    paths = [reader.path for reader in piped.readers.values()]
    await all_have_logged("message.handled", paths)


async def test_a_reader_that_went_away_stops_no_press(piped: Whole) -> None:
    """Each process still ends with exit code 0, as the stage asserts at its end."""
    for reader in piped.readers.values():
        reader.go_away()
    await play(piped, 20)
