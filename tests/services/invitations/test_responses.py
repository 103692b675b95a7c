"""Rule: a reader gets the response they asked for, and no body if their copy is current."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Middleware

from services.invitations.http.middleware import shared_with
from services.invitations.http.responses import Found

BODY = '{"name": "夜の同期会"}'.encode()
PAGE = "https://calendar.example"
GET = "GET /api/one HTTP/1.1"


@asynccontextmanager
async def served(*middlewares: Middleware) -> AsyncIterator[int]:
    """Serve one answer to all; gives the port."""
    found = Found(BODY)

    async def answer(request: web.Request) -> web.StreamResponse:
        return found.answer(request)

    app = web.Application(middlewares=middlewares)
    app.router.add_get("/api/one", answer)
    async with TestServer(app) as server:
        assert server.port
        yield server.port


@pytest.fixture(params=[(), (shared_with([PAGE]),)], ids=["alone", "shared with pages"])
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    async with served(*request.param) as port:
        yield port


async def asked(port: int, *questions: str) -> list[tuple[str, dict[str, str], bytes]]:
    """Ask one after another over one connection until the end, all at once; give what came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = "".join(f"{question}\r\nHost: localhost\r\n\r\n" for question in questions)
    writer.write(whole.encode())
    found = []
    for question in questions:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        has_body = " 200 " in first and question.startswith("GET")
        length = int(headers["Content-Length"]) if has_body else 0
        found.append((first, headers, await reader.readexactly(length)))
    writer.close()
    return found


async def test_all_clients_get_the_same_body_and_a_current_etag_gets_none(port: int) -> None:
    [one, two] = await asked(port, GET, GET)
    assert one == two or one[1]["Date"] != two[1]["Date"]
    first, headers, body = one
    assert (first, body) == ("HTTP/1.1 200 OK", BODY)
    assert parsedate_to_datetime(headers["Date"]).tzinfo
    held = f"{GET}\r\nIf-None-Match: {headers['ETag']}"
    [again, other] = await asked(port, held, GET)
    assert (again[0], again[1]["ETag"]) == ("HTTP/1.1 304 Not Modified", headers["ETag"])
    assert "Content-Length" not in again[1]
    assert other[2] == BODY


async def test_head_requests_and_clients_that_close_get_the_right_answer(port: int) -> None:
    [head, get] = await asked(port, "HEAD /api/one HTTP/1.1", GET)
    assert (head[1]["Content-Length"], head[2]) == (get[1]["Content-Length"], b"")
    for question in (f"{GET}\r\nConnection: close", "GET /api/one HTTP/1.0"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{question}\r\nHost: localhost\r\n\r\n".encode())
        async with asyncio.timeout(10):
            whole = await reader.read()
        assert whole.endswith(b"\r\n\r\n" + BODY), "and then the connection ends"
        writer.close()


async def test_every_answer_has_the_cors_headers_of_the_first(port: int) -> None:
    get = f"{GET}\r\nOrigin: {PAGE}"
    [one, two] = await asked(port, get, get)
    headers = one[1].get("Access-Control-Allow-Origin"), one[1].get("Vary")
    assert headers in ((PAGE, "Origin"), (None, None))
    assert (two[1].get("Access-Control-Allow-Origin"), two[1].get("Vary")) == headers
