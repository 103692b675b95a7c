"""Sessions begin, beat and end by Discord's rules; each close code is sent where Discord does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from playground import MiniatureDiscord
from playground.guilds import Guild

GUILDS = 1
BEAT = {"op": 1, "d": None}


@pytest_asyncio.fixture(loop_scope="session")
async def strict() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start(heartbeat_seconds=0.2)
    yield server
    await server.stop()


@asynccontextmanager
async def connected(
    strict: MiniatureDiscord, path: str = "/gateway/?v=10&encoding=json"
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = f"ws://{strict.host}:{strict.port}{path}"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        yield socket


def identify(strict: MiniatureDiscord, **changes: Any) -> dict[str, Any]:
    wish = {"token": strict.token, "intents": GUILDS, "properties": {}}
    return {"op": 2, "d": wish | changes}


async def frame(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    received: dict[str, Any] = await socket.receive_json(timeout=30)
    return received


async def closed(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read to the end and give the close code."""
    async with asyncio.timeout(30):
        async for _ in socket:
            pass
    return socket.close_code


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"op": 99, "d": None}, 4001),
        ("{", 4002),
        ("[]", 4002),
        ({"op": 2, "d": {"padding": "x" * 4096}}, 4002),
        ({"op": 2, "d": None}, 4002),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
    ],
)
async def test_a_frame_that_discord_does_not_take_ends_the_connection(
    strict: MiniatureDiscord, sent: Any, code: int
) -> None:
    async with connected(strict) as socket:
        await socket.send_str(sent if isinstance(sent, str) else json.dumps(sent))
        assert await closed(socket) == code


async def test_a_second_identify_ends_the_connection(strict: MiniatureDiscord) -> None:
    async with connected(strict) as socket:
        await socket.send_json(identify(strict, token=f"Bot {strict.token}"))  # Discord takes both
        await socket.send_json(identify(strict))
        assert await closed(socket) == 4005


async def test_an_unknown_version_is_turned_away(strict: MiniatureDiscord) -> None:
    async with connected(strict, "/gateway?v=11") as socket:
        assert await closed(socket) == 4012


async def test_a_sequence_ahead_of_the_session_ends_it(strict: MiniatureDiscord) -> None:
    async with connected(strict) as socket:
        await socket.send_json(identify(strict))
        await frame(socket)
        session_id = (await frame(socket))["d"]["session_id"]
        await socket.close(code=4000)  # which leaves the session to be resumed
    resume = {"token": strict.token, "session_id": session_id, "seq": 10_000}
    async with connected(strict) as socket:
        await socket.send_json({"op": 6, "d": resume})
        code = await closed(socket)
    assert code == 4007


async def test_too_many_frames_in_a_minute_end_the_connection(strict: MiniatureDiscord) -> None:
    async with connected(strict) as socket:
        for _ in range(121):
            await socket.send_json(BEAT)
        assert await closed(socket) == 4008


async def test_a_client_that_does_not_beat_is_closed(strict: MiniatureDiscord) -> None:
    strict.gateway.late_beat_seconds = 0.1
    async with connected(strict) as silent, connected(strict) as beating:
        for socket in (silent, beating):
            await socket.send_json(identify(strict))
        beats = asyncio.create_task(_beat(beating))
        assert await closed(silent) == 4009
        assert not beating.closed
        beats.cancel()


async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        await socket.send_json(BEAT)
        await asyncio.sleep(0.05)  # the interval of a heartbeat


async def test_a_shard_of_too_many_guilds_is_turned_away(strict: MiniatureDiscord) -> None:
    home = strict.world.home
    for number in range(2500):
        guild = Guild({"id": str(number << 22)}, {strict.bot_id: home.members[strict.bot_id]})
        strict.world.guilds[guild.id] = guild
    async with connected(strict) as socket:
        await socket.send_json(identify(strict))
        assert await closed(socket) == 4011


async def test_two_sessions_within_five_seconds_are_one_too_many(
    strict: MiniatureDiscord,
) -> None:
    async with connected(strict) as first, connected(strict) as second:
        for socket in (first, second):
            await frame(socket)
            await socket.send_json(identify(strict))
        assert (await frame(first))["t"] == "READY"
        refused = await frame(second)
        assert (refused["op"], refused["d"]) == (9, False)
        strict.advance(5)
        await second.send_json(identify(strict))
        assert (await frame(second))["t"] == "READY"
    assert strict.gateway.identifies == 3


async def test_one_session_more_than_a_day_allows_resets_the_token(
    strict: MiniatureDiscord,
) -> None:
    headers = {"Authorization": f"Bot {strict.token}"}
    strict.world.session_limits.use_up(1)
    async with aiohttp.ClientSession(strict.api_url + "/", headers=headers) as http:
        for left in (1, 0):
            async with http.get("gateway/bot") as answer:
                limit = (await answer.json())["session_start_limit"]
                assert (limit["total"], limit["remaining"]) == (1000, left)
                assert 86_000_000 < limit["reset_after"] <= 86_400_000
            async with connected(strict) as socket:
                await socket.send_json(identify(strict))
                await frame(socket)
                await frame(socket)
            strict.advance(5)
        async with http.get("users/@me") as answer:
            assert answer.status == 401
    async with connected(strict) as socket:
        await socket.send_json(identify(strict))
        assert await closed(socket) == 4004


async def test_a_silent_gateway_leaves_connections_open(strict: MiniatureDiscord) -> None:
    async with connected(strict) as before:
        await frame(before)
        strict.gateway.fall_silent()
        await before.send_json(BEAT)
        async with connected(strict) as during:
            for socket in (before, during):
                with pytest.raises(TimeoutError):
                    await socket.receive(timeout=0.1)
            strict.gateway.speak()
            assert (await frame(before))["op"] == 11
            assert (await frame(during))["op"] == 10
