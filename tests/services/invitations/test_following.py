"""A client follows the feed as Server-Sent Events, and goes on where it was cut off."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from deploy.local.instance import free_ports
from services.invitations.cache import Cache
from services.invitations.feed import tail
from services.invitations.http import events
from services.invitations.http.api import Api
from services.invitations.quotas import Quotas
from shared.database import Pool
from shared.listening import listening
from shared.messages.invitations.events import MemberErased
from shared.read_router import ReadRouter
from shared.tasks import end
from tests.keys import KEYS
from tests.services.invitations.conftest import GATEWAY
from tests.services.invitations.feeding import fill, joined, newest

ACCEPT = {"Accept": "text/event-stream", **GATEWAY}
EVENTS = 120


class Served(NamedTuple):
    """The API as a service listens."""

    url: str
    http: aiohttp.ClientSession
    api: Api


@asynccontextmanager
async def serving(pool: Pool, cache: Cache) -> AsyncIterator[Served]:
    [port] = free_ports(1)
    api = Api(ReadRouter(pool), cache, KEYS["invitations"], Quotas())
    app = web.Application()
    app.add_routes(api.routes())
    app.on_shutdown.append(api.tail.close)
    looking = asyncio.create_task(api.tail.run())
    async with aiohttp.ClientSession(headers=ACCEPT) as http:
        async with listening(app, "127.0.0.1", port, "API_PORT"):
            yield Served(f"http://127.0.0.1:{port}/api/events", http, api)
        await end(looking)


@pytest.fixture
async def served(pool: Pool, kept: Cache) -> AsyncIterator[Served]:
    async with serving(pool, kept) as running:
        yield running


async def frames(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[int, Any]]:
    """Yield the id of each frame, and its event if there is one, until the stream ends."""
    sequence, event = 0, None
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "id":
            sequence = int(value)
        elif name == "data":
            event = json.loads(value)
        elif not name:
            yield sequence, event
            event = None


async def read_until(served: Served, until: int, **query: Any) -> list[int]:
    """Follow, and break off after a few events again and again, until a number."""
    found: list[int] = []
    reached = query.pop("after")
    async with asyncio.timeout(30):
        while reached < until:
            # More than a page at first, and then to break off anywhere.
            stop_after = random.randint(1, 20) if found else 130  # noqa: S311
            # As a browser does: the address of the beginning, and the id of the last frame.
            headers = {"Last-Event-ID": str(reached)}
            async with served.http.get(
                served.url, params={**query, "after": "0"}, headers=headers
            ) as response:
                assert response.content_type == "text/event-stream"
                async for sequence, event in frames(response):
                    reached = sequence
                    if event is not None:
                        assert event["sequence"] == sequence
                        found.append(sequence)
                        stop_after -= 1
                    if reached >= until or not stop_after:
                        break
    return found


async def test_a_follower_that_is_cut_off_misses_nothing_and_reads_nothing_twice(
    pool: Pool, served: Served
) -> None:
    behind = await fill(pool, *[joined()] * 150)  # more than a page
    start = behind[0] - 1

    async def publish() -> list[int]:
        rare = MemberErased(user_id="5")
        pairs = [(joined(), joined() if number % 10 else rare) for number in range(EVENTS // 2)]
        return behind + [number for pair in pairs for number in await fill(pool, *pair)]

    last = behind[-1] + EVENTS
    numbers, whole, rare = await asyncio.gather(
        publish(),
        read_until(served, last, after=start),
        read_until(served, last, after=start, types="invitations.MemberErased"),
    )
    assert numbers == whole == [*range(start + 1, last + 1)]
    assert rare == [number + 2 for number in range(behind[-1], last, 20)]


async def test_who_follows_too_old_a_number_hears_so_before_the_stream(
    pool: Pool, served: Served
) -> None:
    [number] = await fill(pool, joined())
    ahead = {"Last-Event-ID": str(number + 1)}
    async with served.http.get(served.url, headers=ahead) as response:
        assert (response.status, (await response.json(content_type=None))["newest"]) == (
            410,
            number,
        )


def measured(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


async def until(name: str, value: float) -> None:
    async with asyncio.timeout(30):
        while measured(name) != value:  # noqa: ASYNC110 - a metric calls nobody
            await asyncio.sleep(0.02)


async def test_a_follower_that_does_not_read_is_cut_off_and_costs_the_others_nothing(
    pool: Pool, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "SLOW_SECONDS", 0.5)
    dropped = measured("event_followers_dropped_total")
    start = await newest(pool)
    port = int(served.url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    head = "".join(f"{name}: {value}\r\n" for name, value in ACCEPT.items())
    writer.write(f"GET /api/events?after={start} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
    await until("event_followers", 1)
    large = joined(description="あ" * 2000)
    last = start + 1500
    reading = asyncio.create_task(read_until(served, last, after=start))
    for _ in range(10):
        await fill(pool, *[large] * 150)
    assert await reading == [*range(start + 1, last + 1)]
    await until("event_followers_dropped_total", dropped + 1)
    writer.transport.abort()
    del reader


async def test_one_follower_too_many_is_refused_until_another_one_leaves(
    pool: Pool, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "MOST_FOLLOWERS", 1)
    monkeypatch.setattr(tail, "PULSE_SECONDS", 0.05)
    after = {"after": str(await newest(pool))}
    async with served.http.get(served.url, params=after) as first:
        assert first.status == 200
        async with served.http.get(served.url, params=after) as second:
            problem = await second.json(content_type=None)
            assert (second.status, problem["type"]) == (
                503,
                "urn:doukikai:problem:too-many-followers",
            )
            assert int(second.headers["Retry-After"]) > 0
    await until("event_followers", 0)
    async with served.http.get(served.url, params=after) as third:
        assert third.status == 200


async def test_a_process_that_stops_ends_its_streams_at_once(pool: Pool, kept: Cache) -> None:
    async with serving(pool, kept) as served:
        after = {"after": str(await newest(pool))}
        response = await served.http.get(served.url, params=after)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await served.api.tail.close()
        assert [each async for each in frames(response)][-1][1] is None
        assert loop.time() - begun < 2
        response.close()
