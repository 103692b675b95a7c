"""From a seat to the mention in the thread before the start, through every service."""

import asyncio
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playground import demo
from playground.refusals import Payload
from tests.builders import soon
from tests.journeys.conftest import Whole, reschedule
from tests.stage import INSTANCE_LINK

MEET = "集合は入口です"
MUTE = "🔕 リマインダーをオフ"


def reminders(whole: Whole, invitation_id: str) -> list[Payload]:
    messages = whole.discord.messages_in(invitation_id)
    return [m for m in messages if m["content"].startswith("「") and "に始まります" in m["content"]]


async def reminded(whole: Whole, invitation_id: str, start_time: datetime) -> str:
    """Wait for the reminder of a start; give its text."""
    start = f"<t:{int(start_time.timestamp())}:f>"
    message = await whole.discord.wait_for_message(
        lambda m: (
            start in m["content"] and m["content"].startswith("「") and MEET not in m["content"]
        ),
        channel=invitation_id,
        timeout_seconds=20,
    )
    return str(message["content"])


async def test_participants_are_reminded_once_and_not_after_they_opt_out(whole: Whole) -> None:
    """The reminder is set for a second from now: the start is moved to fifteen minutes after it."""
    invitation_id = await whole.create(event_name="思い出す会", options={"capacity": 4})
    for user in (demo.TARO, demo.HANAKO):
        await whole.press("join", invitation_id, user)
    assert "変更しました" in await whole.fill_in_form(
        "settings", invitation_id, more_reminders=f"16分前 {MEET}"
    )
    first = soon(minutes=15, seconds=1)
    await reschedule(whole, invitation_id, start_time=first)

    earlier = await whole.discord.wait_for_message(
        lambda m: MEET in m["content"], channel=invitation_id, timeout_seconds=20
    )
    assert earlier["content"].endswith(f"\n{MEET}\n<@{demo.TARO}> <@{demo.HANAKO}>")
    assert (await reminded(whole, invitation_id, first)).endswith(
        f"\n<@{demo.TARO}> <@{demo.HANAKO}>"
    )
    assert (await whole.row(invitation_id))["reminded_for"] == first

    to_host = await whole.discord.wait_for_message(
        lambda m: m["content"].startswith(f"<@{demo.SAKURA}> さん"), channel=invitation_id
    )
    assert "参加者 2 人" in to_host["content"]
    form = await whole.discord.click(to_host["id"], label="インスタンスリンク", user=demo.SAKURA)
    submit = await whole.discord.submit(form, {"instance_link": INSTANCE_LINK})
    assert "設定しました" in (await submit.answer(15))["content"]
    [_, message] = reminders(whole, invitation_id)
    muted = await whole.discord.click(message["id"], label=MUTE, user=demo.TARO)
    assert "オフにしました" in (await muted.answer(15))["content"]
    second = first + timedelta(seconds=-30)  # already due, so it is sent at once
    await reschedule(whole, invitation_id, start_time=second)
    assert (await reminded(whole, invitation_id, second)).endswith(f"\n<@{demo.HANAKO}>")
    await whole.settled()
    assert len(reminders(whole, invitation_id)) == 3, "the earlier one was sent for another start"


async def test_an_event_that_starts_sooner_than_its_minutes_reminds_nobody(whole: Whole) -> None:
    """Nobody has a seat yet when it falls due; who joins has just read the time."""
    start = soon(minutes=5).astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%d %H:%M")
    invitation_id = await whole.create(event_name="もうすぐ始まる会", options={"start": start})
    [fired] = await logged(whole, "deadline.fired", "remind_participants", invitation_id)
    story = json.loads(fired)["correlation_id"]
    await logged(whole, "message.handled", "invitations.RemindParticipants", story)
    await whole.press("join", invitation_id, demo.TARO)
    await whole.settled()
    assert reminders(whole, invitation_id) == []


async def logged(whole: Whole, *words: str) -> list[str]:
    """Wait until a line with these words has been logged; give such lines."""
    async with asyncio.timeout(20):
        while not (  # noqa: ASYNC110 - a log is no signal
            found := [x for x in whole.log().splitlines() if all(w in x for w in words)]
        ):
            await asyncio.sleep(0.05)
    return found
