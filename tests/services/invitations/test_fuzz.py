"""The API answers any request with a clear error and never with 500."""

import itertools
import logging
from collections.abc import Iterator

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient

from benchmarks.load.cursors import Asker, ask_at_once
from shared.database import Pool
from shared.log import configure
from tests.services.invitations.telling import published, say
from tests.services.invitations.test_calendars import show

Client = TestClient[web.Request, web.Application]
SERVER = "aiohttp.server"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Log as a service does, and hear it."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    configure("test", "INFO")
    root.addHandler(caplog.handler)
    yield caplog
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.unbind_contextvars("service")


async def test_no_request_is_answered_by_a_failure(pool: Pool, client: Client) -> None:
    """`python -m benchmarks.load.cursors --requests 1000000` asks for longer."""
    await published(pool)
    await say(pool, show("own", "guild"))
    targets = itertools.islice(Asker(1, "own").targets(), 1500)

    statuses = await ask_at_once(str(client.make_url("/")), targets, 4)

    assert set(statuses) == {200, 400, 404}
    assert statuses[200] > 75
    assert statuses[400] > 750


async def test_a_malformed_request_is_refused_and_leaves_no_line_in_the_log(
    client: Client, logged: pytest.LogCaptureFixture
) -> None:
    """Its bytes may hold a calendar's secret, and any client can send many."""
    wrong = [b"/calendars/own\xcf.ics", b"/api/members/own/history?x=\x01", b"/" + b"x" * 9000]
    statuses = await ask_at_once(str(client.make_url("/")), iter(wrong), 1)
    assert statuses == {400: 3}
    assert [record.name for record in logged.records if record.name == SERVER] == []
    logging.getLogger(SERVER).error("Error handling request", exc_info=OSError())
    assert logged.records[-1].name == SERVER
