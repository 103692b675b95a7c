"""Rule: connections that send no request block no other client."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from deploy.local.instance import free_ports
from shared import listening
from tests.conftest import Site
from tests.operations.processes import service

HALF_A_HEAD = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_OPEN = 2_000


@contextlib.asynccontextmanager
async def half_open(port: int, count: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Open connections, one behind the other, that begin a request and do not end it."""
    opened = []
    try:
        for _ in range(count):
            opened.append(await asyncio.open_connection("127.0.0.1", port))
            opened[-1][1].write(HALF_A_HEAD)
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def answers(port: int, path: str) -> int:
    url = f"http://127.0.0.1:{port}{path}"
    async with asyncio.timeout(10), aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status


async def test_2_000_half_open_connections_block_no_other_client(site: Site) -> None:
    port, api_port = free_ports(2)
    ports = {"HTTP_PORT": str(port), "API_PORT": str(api_port)}
    environment = site.environment("invitations") | ports
    async with (
        service("invitations", port, environment),
        half_open(api_port, HALF_OPEN),
        half_open(port, HALF_OPEN),
    ):
        assert await answers(api_port, "/api/invitations") == 200
        assert await answers(port, "/readyz") == 200
        assert await answers(port, "/metrics") == 200


@contextlib.asynccontextmanager
async def small_listener() -> AsyncIterator[int]:
    """Answer "here" at one path."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/", answer)
    [port] = free_ports(1)
    async with listening.listening(app, "127.0.0.1", port, "TEST_PORT"):
        yield port


async def test_a_head_that_does_not_end_closes_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.2)
    async with small_listener() as port, half_open(port, 1) as [reader]:
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_a_head_in_two_pieces_is_answered_and_its_connection_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 1.0)
    async with small_listener() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            for piece in (b"GET / HTTP/1.1\r\nHost: me\r", b"\n\r", b"\n"):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)  # a piece for each read
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200 ")
            assert await reader.readexactly(4) == b"here"
            if writer.is_closing():
                break
            # Longer than a head may take: the limit is for a connection's first head.
            await asyncio.sleep(1.2)
        assert not reader.at_eof()
        writer.close()


async def test_too_many_connections_close_the_one_that_was_silent_the_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", 2)
    async with small_listener() as port, half_open(port, 2) as [first, second]:
        assert await answers(port, "/") == 200
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(first.read(), 10) == b""
        assert not second.at_eof()
