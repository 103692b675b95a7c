"""From the draft to the end of sign-up: announced by itself, and decided by the press."""

import asyncio
from datetime import timedelta

from playground import demo
from tests.builders import soon
from tests.journeys.conftest import Whole, reschedule
from tests.services.gateway.features.closing.test_closing import forged
from tests.stage import Posting, button_of, changed, shown


async def test_a_host_types_a_cut_off_and_sign_up_closes_by_itself(whole: Whole) -> None:
    card = await whole.draft(event_name="締め切る会", options={"capacity": 2})
    more = await whole.discord.click(card["id"], button_of(card, "draft_more"), user=demo.SAKURA)
    await more.modal(15)
    typed = {"cutoff_time": "開始1時間前", "opening_time": "昨日 12:00"}
    card = await changed(await whole.discord.submit(more, typed), card)
    assert "もう過ぎています" in card["content"]
    more = await whole.discord.click(card["id"], button_of(card, "draft_more"), user=demo.SAKURA)
    assert "開始1時間前" in str(await more.modal(15))
    card = await changed(await whole.discord.submit(more, {"opening_time": ""}), card)
    fields = {each["name"]: each["value"] for each in card["embeds"][0]["fields"]}
    assert "20:00 まで・日本時間" in fields["受付"]
    post = await whole.discord.click(card["id"], button_of(card, "draft_post"), user=demo.SAKURA)
    answer = await Posting(whole.discord.world, post, card).answer()
    invitation_id = answer["content"].rpartition("/")[2]
    announced = await whole.shows(invitation_id, "募集中", "20:00 まで")
    assert announced["embeds"] == card["embeds"]
    row = await whole.row(invitation_id)
    assert row["start_time"] - row["cutoff_time"] == timedelta(hours=1)

    assert "参加しました" in (await whole.press("join", invitation_id, demo.TARO))["content"]
    await reschedule(whole, invitation_id, cutoff_time=soon(seconds=2))
    closed = await whole.shows(invitation_id, "🔒 受付終了")
    names = [each["custom_id"].split(":")[0] for each in closed["components"][0]["components"]]
    assert names == ["leave", "detail", "reveal"]
    late = await forged(whole, invitation_id, "join", demo.HANAKO)
    assert "に締め切りました" in (await late.answer(15))["content"]
    search = {"search": "締め切る会"}
    listed = await whole.discord.slash("invite list", user=demo.HANAKO, options=search)
    [lines] = (await listed.answer())["embeds"]
    assert "受付終了 1\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}2" in lines["description"]
    left = await whole.press("leave", invitation_id, demo.TARO)
    assert "参加を取り消しました" in left["content"]
    assert "0 / 2" in shown(await whole.shows(invitation_id, "🔒 受付終了", "0 / 2"))


async def test_sign_up_opens_by_itself_and_a_press_before_reads_when(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="これから開く会", options={"capacity": 2})
    await reschedule(whole, invitation_id, opening_time=soon(hours=1))
    await whole.shows(invitation_id, "🕒 受付前", "から・日本時間")
    early = (await whole.press("join", invitation_id, demo.TARO))["content"]
    row = await whole.row(invitation_id)
    assert f"<t:{int(row['opening_time'].timestamp())}:F>" in early

    await reschedule(whole, invitation_id, opening_time=soon(seconds=2))
    await whole.shows(invitation_id, "🟢 募集中")
    assert "参加しました" in (await whole.press("join", invitation_id, demo.TARO))["content"]


async def test_without_a_scheduler_a_late_press_is_refused_and_the_word_comes_later(
    whole: Whole,
) -> None:
    invitation_id = await whole.create(event_name="予定係のいない会", options={"capacity": 2})
    await whole.stop_process(whole.scheduler)
    await reschedule(whole, invitation_id, cutoff_time=soon(seconds=-1))
    await whole.shows(invitation_id, "🔒 受付終了")
    late = await forged(whole, invitation_id, "join", demo.HANAKO)
    assert "に締め切りました" in (await late.answer(15))["content"]
    before = await whole.row(invitation_id)
    assert before["sign_up_announced"] is None
    await whole.start_scheduler()
    async with asyncio.timeout(20):
        while (  # noqa: ASYNC110 - the announcement says so already, and a row is no signal
            after := await whole.row(invitation_id)
        )["sign_up_announced"] is None:
            await asyncio.sleep(0.1)
    assert after["sign_up_announced"] == after["cutoff_time"]
    assert after["version"] == before["version"] + 1
