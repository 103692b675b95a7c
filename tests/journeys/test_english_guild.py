"""A guild in English and in New York: what everybody reads, and which times hosts type."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from deploy.local.servers import Servers
from playground import demo
from playground.refusals import Payload
from tests.changing_clocks import next_change
from tests.composed import IS_COMPOSED
from tests.journeys import ticketing
from tests.journeys.conftest import Whole, local
from tests.services.gateway.i18n.test_public_texts import JAPANESE
from tests.stage import INSTANCE_LINK, confirmed, shown

pytestmark = pytest.mark.skipif(IS_COMPOSED, reason="the guild of the containers is Japanese")
NEW_YORK = ZoneInfo("America/New_York")
TYPED = {"event_name": "Night club", "world": "The Club", "description": "Come along"}


@pytest.fixture(scope="module")
async def guild(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with local(servers, tmp_path_factory.mktemp("logs")) as whole:
        chosen = {"language": "en", "time_zone": NEW_YORK.key, "mirrors_scheduled_events": True}
        await whole.set_up(**chosen)
        await ticketing.choose(whole, log_channel_id=demo.STAFF_CHANNEL_ID)
        yield whole


def public(whole: Whole) -> list[str]:
    """Return everything that the bot has written where everybody of the guild may read it."""
    written = [
        json.dumps(exchange.body, ensure_ascii=False)
        for exchange in whole.discord.exchanges
        if exchange.method in {"POST", "PATCH"}
        and exchange.path.startswith(("/channels/", "/guilds/"))
    ]
    files = [
        file["content"].decode()
        for exchange in whole.discord.exchanges
        if exchange.path.startswith("/channels/")
        for file in exchange.files
    ]
    bots_name = whole.discord.world.users[whole.discord.bot_id]["username"]
    return [text.replace(bots_name, "") for text in (*written, *files)]


async def create(whole: Whole, host: str, start: str) -> Payload:
    options = {"start": start, "end": "2h", "capacity": 1, "tag": "観光"}
    press = await whole.fill_in(user=host, options=options, **TYPED)
    return await press.answer(20)


async def test_a_host_types_times_of_new_york(guild: Whole) -> None:
    host = guild.discord.add_member("Alex", locale="en-US")
    options = {"start": f"{next_change(NEW_YORK, forward=True)} 02:30"}
    refused = shown(await guild.draft(user=host, options=options, **TYPED))
    assert "does not exist on that day (America/New_York)" in refused

    back = next_change(NEW_YORK, forward=False)
    card = await guild.draft(user=host, options={"start": f"{back} 01:30"}, **TYPED)
    assert "this time comes twice" in card["content"]
    made = (await create(guild, host, f"{back} 01:30"))["content"]
    [invitation_id] = re.findall(r"/(\d+)$", made, re.MULTILINE)
    start = datetime.combine(back, time(1, 30), NEW_YORK).astimezone(UTC)
    assert (await guild.row(invitation_id))["start_time"] == start
    await guild.shows(invitation_id, "Open", "Sightseeing", f"<t:{int(start.timestamp())}:F>")

    details = await guild.press("detail", invitation_id, host)
    form = await guild.discord.click(details["id"], f"schedule:{invitation_id}", user=host)
    modal = json.dumps(await form.modal(20), ensure_ascii=False)
    assert f"{back} 01:30" in modal
    assert "America/New_York. Examples" in modal
    after = back + timedelta(days=1)
    sent = await guild.discord.submit(form, {"start_time": f"{after} 21:00", "end_time": "3h"})
    assert "was changed" in (await sent.answer(20))["content"]
    row = await guild.row(invitation_id)
    assert row["start_time"] == datetime.combine(after, time(21), NEW_YORK)


async def test_everybody_reads_english_and_each_member_their_own_language(guild: Whole) -> None:
    discord = guild.discord
    host = discord.add_member("Alex", locale="en-US")
    made = (await create(guild, host, "tomorrow 21:00"))["content"]
    [invitation_id] = re.findall(r"/(\d+)$", made, re.MULTILINE)
    await guild.shows(invitation_id, "Open", "Join")
    japanese, other = discord.add_member("Hana"), discord.add_member("Casey", locale="fr")
    assert "参加しました" in (await guild.press("join", invitation_id, japanese))["content"]
    await guild.shows(invitation_id, "Full", "Participants (1)")
    assert "waitlist" in (await guild.press("wait", invitation_id, other))["content"]
    assert "取り消しました" in (await guild.press("leave", invitation_id, japanese))["content"]
    await discord.wait_for_message(
        lambda m: f"<@{other}>" in m["content"] and "Withdraw" in shown(m),
        channel=invitation_id,
        timeout_seconds=20,
    )
    details = await guild.press("detail", invitation_id, host)
    link = await discord.click(details["id"], f"link:{invitation_id}", user=host)
    await link.modal(20)
    await (await discord.submit(link, {"instance_link": INSTANCE_LINK})).answer(20)
    cancel = await discord.click(details["id"], f"cancel:{invitation_id}", user=host)
    await cancel.modal(20)
    question = await (await discord.submit(cancel, {"reason": "Rain"})).answer(20)
    await confirmed(discord, question, host)
    await guild.shows(invitation_id, "Cancelled", "Why it was cancelled")

    staff = discord.add_member("Robin", roles=(demo.STAFF_ROLE_ID,))
    panel = (await (await discord.slash("ticket panel", user=staff)).answer(20))["id"]
    press = await discord.click(panel, "ticket:question", user=other)
    await press.modal(20)
    opened = await discord.submit(press, {"subject": "Hi", "details": "Help"})
    [ticket_id] = re.findall(r"<#(\d+)>", (await opened.answer(20))["content"])
    assert "担当になりました" in await ticketing.press(guild, ticket_id, "Take charge", staff)
    await ticketing.shows(guild, ticket_id, f"In charge: <@{staff}>")
    head = ticketing.first(guild, ticket_id)
    close = await discord.click(head["id"], label="Close", user=staff)
    await close.modal(20)
    await (await discord.submit(close, {"close_reason": "Done"})).answer(20)
    await discord.wait_until(
        lambda: discord.world.channel(ticket_id)["thread_metadata"]["locked"], "it is closed", 20
    )
    assert any("Question" in thread["name"] for thread in discord.threads())

    written = public(guild)
    assert any("EDT" in text or "EST" in text for text in written), "the record's times"
    assert len(written) > 20
    assert [text for text in written if JAPANESE.search(text)] == []
