"""The HTTP API over a test's own database and cache."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import TestClient, TestServer

from deploy.local.servers import Servers
from services.invitations.cache import Cache
from services.invitations.http.api import Api
from services.invitations.quotas import Quotas
from shared.database import Pool
from shared.read_router import ReadRouter
from tests.caches import cached, own_cache_url
from tests.keys import KEYS
from tests.services.invitations.telling import list_in_public

Client = TestClient[web.Request, web.Application]
GATEWAY = {hdrs.AUTHORIZATION: f"Bearer {KEYS['gateway'].reading_token('invitations')}"}


@pytest.fixture
async def kept(servers: Servers, pool: Pool) -> AsyncIterator[Cache]:
    """Give the API's cache, which a test renews itself."""
    async with cached(pool, own_cache_url(servers)) as cache:
        yield cache


@pytest.fixture
async def public(pool: Pool, kept: Cache) -> AsyncIterator[Client]:
    """Give a reader without a token."""
    app = web.Application()
    app.add_routes(Api(ReadRouter(pool), kept, KEYS["invitations"], Quotas()).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def listed(pool: Pool) -> None:
    """Let the guild of the builders be in the public list."""
    await list_in_public(pool, "1")


@pytest.fixture
async def client(public: Client, listed: None) -> AsyncIterator[Client]:  # noqa: ARG001 - a row
    """Give a reader with the gateway's token, in a guild that is listed in public."""
    async with TestClient(public.server, headers=GATEWAY) as client:
        yield client
