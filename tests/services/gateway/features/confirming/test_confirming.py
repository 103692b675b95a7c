"""A press that takes something away asks first, by any replica and after a restart."""

import asyncio

from playground import demo
from playground.refusals import Payload
from tests.services.gateway.features.closing.test_closing import (
    closed,
    detail,
    forged,
    thread_messages,
)
from tests.services.gateway.features.participants.test_waitlist import full, press
from tests.services.gateway.features.reminders.test_reminders import current
from tests.stage import Stage, shown


async def asked(stage: Stage, invitation_id: str, action: str, user: str) -> Payload:
    """Press a button of an announcement; give the question."""
    pressed = await stage.discord.click(invitation_id, f"{action}:{invitation_id}", user=user)
    question = await pressed.answer(15)
    assert question["flags"] & 64
    return question


async def chosen(stage: Stage, question: Payload, label: str, user: str) -> Payload:
    pressed = await stage.discord.click(question["id"], label=label, user=user)
    return await pressed.answer(15)


async def restarted(stage: Stage) -> None:
    for number in (0, 1):
        stage.gateways[number].terminate()
    await asyncio.gather(*(stage.gateways[number].wait() for number in (0, 1)))
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)


async def test_interest_with_a_seat_asks_and_changes_nothing_until_it_is_confirmed(
    stage: Stage,
) -> None:
    invitation_id = await full(stage, event_name="席のある興味")
    await press(stage, invitation_id, "wait", demo.HANAKO)
    question = await asked(stage, invitation_id, "interest", demo.TARO)
    assert "いまは参加が決まっています" in question["content"]

    kept = await chosen(stage, question, "そのままにする", demo.TARO)
    assert (kept["content"], kept["components"]) == ("何も変更していません。", [])
    await stage.shows(invitation_id, "1 / 1", "キャンセル待ち (1)")

    question = await asked(stage, invitation_id, "interest", demo.TARO)
    await restarted(stage)
    answer = await chosen(stage, question, "「興味あり」にする", demo.TARO)
    assert answer["id"] == question["id"]
    assert answer["content"].startswith("「席のある興味」の参加を取り消して、「興味あり」に")
    assert "席はキャンセル待ちの次の人に移りました" in answer["content"]
    await stage.shows(invitation_id, "1 / 1", "興味あり (1)")


async def test_a_question_of_before_takes_no_seat_that_came_since(stage: Stage) -> None:
    """The queue moves up while a member reads the question about their place in it."""
    invitation_id = await full(stage, event_name="聞いているあいだ")
    for user in (demo.HANAKO, demo.JIRO):
        await press(stage, invitation_id, "wait", user)
    question = await asked(stage, invitation_id, "leave", demo.HANAKO)
    assert "順番はいちばん後ろ" in question["content"]
    await press(stage, invitation_id, "leave", demo.TARO)

    again = await chosen(stage, question, "取り消す", demo.HANAKO)

    assert "キャンセル待ちの人が 1 人いるので" in again["content"]
    answer = await chosen(stage, again, "取り消す", demo.HANAKO)
    assert "席はキャンセル待ちの次の人に移りました" in answer["content"]


async def test_cancelling_says_how_many_people_it_concerns_and_keeps_the_reason(
    stage: Stage,
) -> None:
    invitation_id = await full(stage, event_name="数える会")
    await press(stage, invitation_id, "wait", demo.HANAKO)
    message = await detail(stage, invitation_id, demo.SAKURA)
    form = await stage.discord.click(message["id"], f"cancel:{invitation_id}", user=demo.SAKURA)
    reason = "台風で\n*ワールド*が <飛んだ> ため"
    question = await (await stage.discord.submit(form, {"reason": reason})).answer(15)
    assert "参加者 1 人、キャンセル待ち 1 人に知らせて" in question["content"]
    assert reason in question["embeds"][0]["description"]
    assert thread_messages(stage, invitation_id) == []

    answer = await chosen(stage, question, "中止する", demo.SAKURA)

    assert answer["content"] == "「数える会」を中止しました。"
    assert answer["embeds"] == []
    await closed(stage, invitation_id)
    announcement = shown(await stage.shows(invitation_id, "中止"))
    assert "\\*ワールド\\*が \\<飛んだ\\> ため" in announcement.replace("\\\\", "\\")


async def test_a_stranger_who_forges_a_confirmation_is_refused(stage: Stage) -> None:
    """What the button says to confirm gives nobody a right; a negative number confirms nobody."""
    invitation_id = await full(stage, event_name="勝手に確かめる会")
    announcement = stage.discord.message(invitation_id)
    buttons = announcement["components"]
    for action, user, answer in (
        ("cancel_sure", demo.ALEX, "Only the host, co-hosts"),
        ("cancel_sure", demo.SAKURA, "参加者 1 人"),
        ("leave_sure", demo.JIRO, "取り消すものがありません"),
    ):
        what = f"{invitation_id}:joined" if action == "leave_sure" else f"{invitation_id}:-5"
        pressed = await forged(stage, invitation_id, action, user, what)
        assert answer in (await pressed.answer(15))["content"]
        announcement["components"] = buttons
    assert (await current(stage, invitation_id)).joined_count == 1
