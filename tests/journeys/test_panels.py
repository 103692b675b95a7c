"""Every panel of every dashboard has something to show while the whole product runs."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from playground import demo
from tests.composed import IS_COMPOSED
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import opened, press
from tests.panels import empty, queries, unknown
from tests.watching import exporters, watching

# Debian 12's exporter for PgBouncer is another program, with other names than the one in Docker.
ABSENT = "" if IS_COMPOSED else "pgbouncer_"


def services(whole: Whole) -> dict[str, list[int]]:
    """Give every service's ports."""
    return {
        "gateway": whole.gateway_ports[:2],
        "invitations": [whole.invitations_port],
        "tickets": [whole.tickets_port],
        "scheduler": [whole.scheduler_port],
    }


@pytest.fixture
def watcher(servers: Any, whole: Whole) -> Iterator[str]:
    """Give the address of a Prometheus that watches all; here it looks every second."""
    if IS_COMPOSED:
        yield f"http://127.0.0.1:{servers.ports['PROMETHEUS_PORT']}"
        return
    url = f"{servers.superuser_url(whole.name)}?sslmode=disable"
    with exporters(servers, url) as ports, watching(servers, ports, services(whole)) as address:
        yield address


async def play(whole: Whole) -> None:
    """Let an event be announced, joined and listed, and a ticket opened and claimed."""
    invitation_id = await whole.create(event_name="計測の会")
    await whole.press("join", invitation_id, demo.TARO)
    ticket_id = await opened(whole, user=await whole.member("計測される人"))
    await press(whole, ticket_id, "担当する", demo.MIDORI)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{whole.api_port}") as http:
        assert (await http.get("/api/invitations")).status == 200


async def test_every_panel_has_something_to_show(whole: Whole, watcher: str) -> None:
    await play(whole)
    assert len(list(queries())) > 50
    missing = {"everything"}
    try:
        async with asyncio.timeout(90):
            while missing:
                missing = await empty(watcher, ABSENT) | await unknown(watcher, ABSENT)
                await asyncio.sleep(0.5)  # Prometheus says to nobody that it has looked
    except TimeoutError:
        assert missing == set(), "no data"
