"""A part of the one Redis for each test: what one keeps, no other believes."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from deploy.local.servers import Servers
from services.invitations import cache
from services.invitations.sql import lists
from shared.database import Pool

NUMBERS = itertools.count(1)


def own_cache_url(servers: Servers) -> str:
    return servers.redis_url("invitations", next(NUMBERS))


@asynccontextmanager
async def cached(pool: Pool, url: str) -> AsyncIterator[cache.Cache]:
    """Give the invitations service's cache over a pool."""
    kept = cache.Cache(cache.connect(url), partial(lists.first_page, pool))
    yield kept
    await kept.close()
