"""A press is shown at once, even if the read replica fails."""

import asyncio
import signal

import aiohttp
import psutil

from deploy.local.server import Server
from playground import demo
from tests.conftest import Site
from tests.journeys.conftest import Whole
from tests.replicas import standing_still


async def reads(whole: Whole, outcome: str) -> float:
    """Tell how many reads a database has answered."""
    url = f"http://127.0.0.1:{whole.invitations_port}/metrics"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        lines = (await answer.text()).splitlines()
    name = f'replica_reads_total{{outcome="{outcome}"}} '
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


async def test_a_press_is_shown_while_the_replica_is_there_behind_or_gone(
    whole: Whole, replica: Server
) -> None:
    site = Site(whole.servers, whole.name)
    whole.servers.show_on_replica(whole.name)
    await whole.stop_process(whole.invitations)
    url = whole.servers.replica_url("invitations", whole.name)
    await whole.start_invitations(REPLICA_DATABASE_URL=url)
    invitation_id = await whole.create(event_name="写しを読む会", options={"capacity": 2})
    async with asyncio.timeout(20):
        while not await reads(whole, "replica"):  # the replica is looked for each second
            await whole.press("detail", invitation_id, demo.JIRO)

    async with standing_still(site):
        so_far = await reads(whole, "primary")
        await whole.press("join", invitation_id, demo.TARO)
        await whole.shows(invitation_id, "1 / 2")
        assert await reads(whole, "primary") > so_far

    postmaster = psutil.Process(replica.process.pid)
    for process in (postmaster, *postmaster.children(recursive=True)):
        process.send_signal(signal.SIGKILL)
    await whole.press("join", invitation_id, demo.HANAKO)
    await whole.shows(invitation_id, "満員")
    seen = await whole.press("detail", invitation_id, demo.JIRO)
    assert "2 / 2" in str(seen)
    assert "replica.lost" in whole.log()
    assert "api.unavailable" not in whole.log()
