"""Members' own calendars and data, through every service."""

import json
import re
from pathlib import Path

import aiohttp
import asyncpg
from icalendar import Calendar

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests.composed import IS_COMPOSED
from tests.journeys import ticketing
from tests.journeys.conftest import Whole
from tests.shared.test_parts import FILL_DRAFTS
from tests.stage import confirmed, shown


def addresses(answer: Payload) -> list[str]:
    return re.findall(r"<(http[^>]+)>", answer["content"])


def most_memory(pid: int) -> int:
    """Return the most memory, in bytes, that a process has ever held."""
    status = Path(f"/proc/{pid}/status").read_text()
    [kilobytes] = re.findall(r"VmHWM:\s+([0-9]+) kB", status)
    return int(kilobytes) << 10


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
    await cancel.modal(15)
    question = await (await whole.discord.submit(cancel, {"reason": ""})).answer(15)
    await confirmed(whole.discord, question, demo.SAKURA)
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


async def test_a_member_gets_their_data_as_a_file(whole: Whole) -> None:
    member = await whole.member("控えを取る人")
    invitation_id = await whole.create(event_name="控えの会")
    await whole.press("join", invitation_id, member)
    ticket_id = await ticketing.opened(whole, user=member)
    press = await whole.discord.slash("mydata export", user=member)
    answer = await press.answer(15)
    assert answer["flags"] & 64
    [file] = answer["attachments"]
    assert file["filename"] == "doukikai-my-data.json"
    export = json.loads(whole.discord.world.files[file["id"]])
    assert export["user_id"] == member
    assert [each["event_name"] for each in export["participations"]] == ["控えの会"]
    [ticket] = export["tickets"]["tickets"]
    assert (ticket["id"], ticket["subject"]) == (ticket_id, "相談です")


async def test_data_of_17_mb_come_in_several_files_that_together_are_whole(whole: Whole) -> None:
    """One message of it stopped the service for everybody once."""
    member, other = await whole.member("書きすぎる人"), await whole.member("ほかの人")
    superuser = await asyncpg.connect(whole.servers.superuser_url(whole.name))
    await superuser.execute("SET search_path = invitations")
    await superuser.execute(FILL_DRAFTS, member, 2900)
    await superuser.close()

    press = await whole.discord.slash("mydata export", user=member)
    assert "分けて送ります" in (await press.answer(30))["content"]
    elses = await whole.discord.slash("mydata export", user=other)
    assert len((await elses.answer(15))["attachments"]) == 1

    world, interaction = whole.discord.world, press.interaction

    def messages_if_whole() -> list[Payload] | None:
        ids = [interaction.original_id, *interaction.followup_ids]
        found = [world.messages[str(each)].payload for each in ids]
        return found if "これで全部" in found[-1]["content"] else None

    messages = await world.changes.wait_for(messages_if_whole, 120, interaction.describe)
    assert {each["flags"] & 64 for each in messages} == {64}
    files = [world.files[each["attachments"][0]["id"]] for each in messages]
    parts = [json.loads(each) for each in files]
    assert max(map(len, files)) < 2_000_000
    assert sum(map(len, files)) > 17_000_000
    assert [each["part"] for each in parts] == list(range(1, len(parts) + 1))
    names = {draft["event_name"] for each in parts for draft in each["drafts"]}
    assert names == {f"第{n}回" for n in range(1, 2901)}
    if not IS_COMPOSED:
        for process in (whole.invitations, whole.tickets, *whole.gateways.values()):
            assert most_memory(process.pid) < 256 << 20  # as docker-compose.yml allows a service


async def test_a_file_that_discord_refuses_is_answered_with_a_sentence(whole: Whole) -> None:
    """And is no dead letter: all that is stored about a member would stand in it."""
    whole.discord.faults.add(where=lambda call: bool(call.files), answer=413)
    press = await whole.discord.slash("mydata export", user=demo.ALEX)
    assert "could not be sent" in (await press.answer(15))["content"]


async def test_an_erased_member_leaves_and_only_the_count_remains(whole: Whole) -> None:
    member, heir = await whole.member("消える人"), await whole.member("待つ人")
    past = await whole.create(event_name="終わった会")
    await whole.press("join", past, member)
    await ended(whole, past)
    coming = await whole.create(event_name="これからの会", options={"capacity": 1})
    await whole.press("join", coming, member)
    await whole.shows(coming, "満員")
    await whole.press("wait", coming, heir)
    _, [own, _] = await asked(whole, member)
    await ticketing.choose(whole, log_channel_id=demo.STAFF_CHANNEL_ID)
    panel_id = await ticketing.panel(whole)
    ticket_id = await ticketing.opened(whole, user=member, panel_id=panel_id)

    question = await whole.discord.slash("mydata erase", user=member)
    explained = await question.answer(15)
    assert "取り消せません" in explained["content"]
    await whole.discord.click(explained["id"], "erase-my-data", user=member)
    done = await question.wait_for(lambda now: "消しました" in now["content"], 15)
    assert done["components"] == []

    await whole.shows(coming, f"<@{heir}>", "1 / 1")
    assert await status(own) == 404
    details = shown(await whole.press("detail", past, demo.TARO))
    assert "（消去済み）" in details
    assert member not in details
    assert "参加者 (1)" in details
    press = await whole.discord.slash("mydata export", user=member)
    [file] = (await press.answer(15))["attachments"]
    export = json.loads(whole.discord.world.files[file["id"]])
    assert (export["participations"], export["tickets"]["tickets"]) == ([], [])
    await whole.discord.wait_until(
        lambda: whole.discord.world.channel(ticket_id)["thread_metadata"]["locked"],
        "the ticket's thread is locked",
        20,
    )
    log = f"/channels/{demo.STAFF_CHANNEL_ID}/"
    assert ticketing.files(whole, "POST", log, ticket_id) == []


async def test_a_host_of_an_open_event_must_end_it_first(whole: Whole) -> None:
    host = await whole.member("主催中の人")
    await whole.create(user=host, event_name="まだの会")
    question = await whole.discord.slash("mydata erase", user=host)
    explained = await question.answer(15)
    await whole.discord.click(explained["id"], "erase-my-data", user=host)
    refused = await question.wait_for(lambda now: now["content"] != explained["content"], 15)
    assert "1 件、まだ終わっていません" in refused["content"]


async def ended(whole: Whole, invitation_id: str) -> None:
    """End an event early, as its host does."""
    details = await whole.press("detail", invitation_id, demo.SAKURA)
    complete = await whole.discord.click(
        details["id"], f"complete:{invitation_id}", user=demo.SAKURA
    )
    sure = await complete.answer(15)
    await whole.discord.click(sure["id"], f"completed:{invitation_id}", user=demo.SAKURA)
    await whole.shows(invitation_id, "終了")
