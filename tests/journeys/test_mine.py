"""What members have of their own: calendars, from `/calendar` to what a program reads."""

import re

import aiohttp
from icalendar import Calendar

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests.journeys.conftest import Whole
from tests.stage import shown


def addresses(answer: Payload) -> list[str]:
    return re.findall(r"<(http[^>]+)>", answer["content"])


async def asked(whole: Whole, user: str) -> tuple[Press, list[str]]:
    press = await whole.discord.slash("calendar", user=user)
    answer = await press.answer(15)
    assert answer["flags"] & 64
    return press, addresses(answer)


async def renewed(whole: Whole, press: Press, label: str) -> list[str]:
    """Press a button under the addresses; give those that stand there afterwards."""
    before = press.current()
    assert before is not None
    await whole.discord.click(before["id"], label=label, user=press.user_id)
    after = await press.wait_for(lambda now: addresses(now) != addresses(before), 15)
    return addresses(after)


async def summaries(url: str) -> set[str]:
    """Read a calendar as a program does; raises for one that is not there."""
    async with aiohttp.ClientSession() as http, http.get(url, raise_for_status=True) as response:
        return {str(each["SUMMARY"]) for each in Calendar.from_ical(await response.read()).events}


async def status(url: str) -> int:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status


async def test_a_members_calendar_follows_what_they_do(whole: Whole) -> None:
    member = await whole.member("予定の多い人")
    invitation_id = await whole.create(event_name="暦の会")
    _, [own, guild] = await asked(whole, member)
    assert await summaries(own) == set()
    assert "暦の会" in await summaries(guild)

    await whole.press("interest", invitation_id, member)
    assert await summaries(own) == {"【興味あり】暦の会"}
    await whole.press("join", invitation_id, member)
    assert await summaries(own) == {"暦の会"}

    cancel = await whole.discord.click(
        (await whole.press("detail", invitation_id, demo.SAKURA))["id"],
        f"cancel:{invitation_id}",
        user=demo.SAKURA,
    )
    await cancel.modal()
    await (await whole.discord.submit(cancel, {"reason": ""})).answer(15)
    assert await summaries(own) == {"【中止】暦の会"}
    assert "暦の会" not in await summaries(guild)

    _, [host, _] = await asked(whole, demo.SAKURA)
    assert "【中止】暦の会" in await summaries(host)
    _, [english, _] = await asked(whole, demo.ALEX)
    assert english.endswith(".ics?lang=en")


async def test_an_address_is_renewed_and_removed_by_its_owner(whole: Whole) -> None:
    press, [own, guild] = await asked(whole, demo.HANAKO)
    [new, same] = await renewed(whole, press, "自分のアドレスを作り直す")
    assert (same, new != own) == (guild, True)
    assert (await status(own), await status(new)) == (404, 200)
    _, again = await asked(whole, demo.HANAKO)
    assert again == [new, guild], "the answer can show it again"

    assert await renewed(whole, press, "自分のアドレスを消す") == [guild]
    assert await status(new) == 404
    assert "アドレスはありません" in shown(press.current() or {})
    assert "サーバーのアドレスを作り直す" not in shown(press.current() or {})

    staff, _ = await asked(whole, demo.MIDORI)
    await renewed(whole, staff, "サーバーのアドレスを作り直す")
    assert await status(guild) == 404
