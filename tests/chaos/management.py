"""RabbitMQ's management API, as an operator uses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from tests.chaos.history import WITNESS
from tests.conftest import Site

JUDGED_OTHERWISE = (WITNESS, "doukikai.dead")


@asynccontextmanager
async def management(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a session on RabbitMQ's management API, as the operator."""
    login = aiohttp.encode_basic_auth(*site.servers.management_credentials)
    async with aiohttp.ClientSession(
        f"{site.servers.management_url}/api/",
        headers={"Authorization": login},
        raise_for_status=True,
    ) as http:
        yield http


async def left_in_queues(site: Site) -> dict[str, int]:
    """Return how many messages each queue holds, as of some seconds ago; unacknowledged too."""
    async with management(site) as http, http.get(f"queues/{site.vhost}") as answer:
        return {
            f"queue {queue['name']}": queue.get("messages", 0)
            for queue in await answer.json()
            if queue["name"] not in JUDGED_OTHERWISE
        }
