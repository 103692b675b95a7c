"""An event starts: announcement, lists and API say by themselves that it takes place."""

import asyncio
from typing import Any

import aiohttp

from playground import demo
from tests.builders import soon
from tests.journeys.conftest import Whole, reschedule
from tests.services.gateway.features.lists.test_pinned import TITLE
from tests.services.gateway.features.reconcile.repairs import delete, posted_again
from tests.stage import shown

OPEN, FULL = "▶️ 開催中・🟢 募集中", "▶️ 開催中・🈵 満員"


async def api(whole: Whole, invitation_id: str) -> Any:
    """Read what everybody can read of an event, in a guild that is listed in public."""
    url = f"http://127.0.0.1:{whole.api_port}/api/invitations/{invitation_id}"
    async with aiohttp.ClientSession() as http:
        return await (await http.get(url)).json()


async def listed(whole: Whole, name: str) -> str:
    found = await whole.discord.slash("invite list", user=demo.HANAKO, options={"search": name})
    return shown(await found.answer())


async def test_at_the_start_everything_says_that_the_event_takes_place(whole: Whole) -> None:
    await whole.set_up(is_listed=True)
    await (
        await whole.discord.slash("invite list", user=demo.MIDORI, options={"pin": True})
    ).answer()
    invitation_id = await whole.create(event_name="始まる会", options={"capacity": 2})
    await whole.shows(invitation_id, "🟢 募集中")
    await reschedule(whole, invitation_id, start_time=soon(seconds=2))
    await whole.shows(invitation_id, OPEN)
    await whole.discord.wait_for_message(
        lambda m: TITLE in shown(m) and "始まる会" in shown(m) and "開催中・募集中" in shown(m),
        timeout_seconds=30,
    )
    assert "開催中・募集中 0" in await listed(whole, "始まる会")
    said = await api(whole, invitation_id)
    assert (said["is_under_way"], said["status"]) == (True, "recruiting")
    row = await whole.row(invitation_id)
    assert row["start_announced"] == row["start_time"]

    assert "参加しました" in (await whole.press("join", invitation_id, demo.TARO))["content"]
    assert "参加しました" in (await whole.press("join", invitation_id, demo.HANAKO))["content"]
    await whole.shows(invitation_id, FULL)
    delete(whole, invitation_id)
    again = await posted_again(whole, invitation_id, FULL)
    await reschedule(whole, invitation_id, end_time=soon(seconds=2))
    await whole.discord.wait_for_message(
        lambda m: m["id"] == again["id"] and "🏁 終了" in shown(m) and "開催中" not in shown(m),
        timeout_seconds=30,
    )


async def test_without_a_scheduler_lists_say_it_by_the_clock_and_the_announcement_follows(
    whole: Whole,
) -> None:
    await whole.set_up(is_listed=True)
    invitation_id = await whole.create(event_name="知らせの遅れる会", options={"capacity": 2})
    await whole.stop_process(whole.scheduler)
    await reschedule(whole, invitation_id, start_time=soon(seconds=1))
    await whole.shows(invitation_id, "🟢 募集中")
    async with asyncio.timeout(20):
        while not (await api(whole, invitation_id))["is_under_way"]:  # noqa: ASYNC110 - the clock
            await asyncio.sleep(0.1)
    assert "開催中・募集中" in await listed(whole, "知らせの遅れる会")
    assert "開催中" not in shown(await whole.shows(invitation_id))
    await whole.start_scheduler()
    await whole.shows(invitation_id, OPEN)
