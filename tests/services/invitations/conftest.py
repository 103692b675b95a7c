"""The HTTP API over a test's own database and cache."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from deploy.local.servers import Servers
from services.invitations.http.api import Api
from shared.database import Pool
from shared.read_router import ReadRouter
from tests.caches import cached, own_cache_url
from tests.keys import KEYS


@pytest.fixture
async def client(
    servers: Servers, pool: Pool
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    async with cached(pool, own_cache_url(servers)) as cache:
        app.add_routes(Api(ReadRouter(pool), cache, KEYS["invitations"]).routes())
        async with TestClient(TestServer(app)) as client:
            yield client
