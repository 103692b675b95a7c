"""From a press to the updated announcement, through two gateways and real servers."""

import asyncio
from uuid import uuid5

import pytest

from playground import demo
from playground.refusals import Payload
from services.gateway.discord.interactions import PRESSES
from tests.conformance import ABSENT, judge, load_specification
from tests.services.gateway.features.closing.test_closing import forged
from tests.stage import PROFILE, Stage, shown


def buttons(message: Payload) -> dict[str, bool]:
    """Give each button's label, and whether it is disabled."""
    return {
        button["label"]: button.get("disabled", False)
        for row in message["components"]
        for button in row["components"]
    }


async def test_an_invitation_is_created_filled_and_left(stage: Stage) -> None:
    before = len(stage.announcements())
    invitation_id = await stage.create()
    assert len(stage.announcements()) == before + 1
    assert [t["id"] for t in stage.discord.threads() if t["id"] == invitation_id]
    message = await stage.shows(invitation_id, "0 / 2", "夜の同期会")
    assert list(buttons(message)) == ["参加", "興味あり", "取り消し", "詳細", "参加情報"]

    for user in (demo.TARO, demo.HANAKO):
        press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=user)
        answer = await press.answer()
        assert "参加しました" in answer["content"]
        assert answer["flags"] & 64
    message = await stage.shows(invitation_id, "2 / 2", "満員", f"<@{demo.TARO}>")
    assert list(buttons(message)) == ["キャンセル待ち", "興味あり", "取り消し", "詳細", "参加情報"]

    shown_buttons = message["components"]
    press = await forged(stage, invitation_id, "join", demo.ALEX)  # on the page of before
    assert (await press.answer())["content"] == (
        "This event is full (capacity 2)."
        " Press “Join the waitlist” to join automatically when it is your turn."
    )
    message["components"] = shown_buttons

    await stage.discord.wait_until(
        lambda: {demo.TARO, demo.HANAKO} <= stage.discord.thread_members(invitation_id),
        "those who joined are in the thread",
    )

    press = await stage.discord.click(invitation_id, f"leave:{invitation_id}", user=demo.TARO)
    assert "の参加を取り消しました" in (await press.answer())["content"]
    await stage.shows(invitation_id, "1 / 2", "募集中")
    await stage.discord.wait_until(
        lambda: (
            {demo.TARO, demo.HANAKO} & stage.discord.thread_members(invitation_id) == {demo.HANAKO}
        ),
        "who left is out of the thread",
    )


async def test_details_and_list_are_answered_to_the_member_alone(stage: Stage) -> None:
    tag = {"tag": "イベント"}
    invitation_id = await stage.create(event_name="詳細を見る会", options=tag)
    press = await stage.discord.click(invitation_id, f"interest:{invitation_id}", user=demo.TARO)
    await press.answer()
    press = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.JIRO)
    answer = await press.answer()
    assert answer["flags"] & 64
    assert f"<@{demo.TARO}>" in shown(answer)
    listed = await stage.discord.slash("invite list", user=demo.JIRO, options=tag)
    answer = await listed.answer()
    assert answer["flags"] & 64
    assert f"/{demo.ANNOUNCEMENT_CHANNEL_ID}/{invitation_id}" in shown(answer)


async def test_two_gateways_give_one_callback_and_one_answer_a_press(stage: Stage) -> None:
    invitation_id = await stage.create(options={"capacity": 20})
    slow = stage.discord.faults.add(
        method="PATCH",
        template="/channels/{channel_id}/messages/{message_id}",
        delay_seconds=0.3,
        times=None,
    )
    members = [stage.discord.add_member(f"会員{n}") for n in range(12)]
    presses = await asyncio.gather(
        *(stage.discord.click(invitation_id, f"join:{invitation_id}", user=u) for u in members)
    )
    for press in presses:
        assert press.interaction.delivered_to == 2
        assert "参加しました" in (await press.answer(15))["content"]
        assert not press.interaction.followup_ids
    await stage.shows(invitation_id, "12 / 20")
    stage.discord.faults.remove(slow)
    edits = [e for e in stage.discord.exchanges if e.method == "PATCH" and invitation_id in e.path]
    assert len(edits) < 1 + 12, "edits that wait for each other become one"


async def test_an_instance_link_in_a_form_reaches_nobody(stage: Stage) -> None:
    link = "https://vrch.at/ab12cd34"
    card = await stage.draft(event_name=link, world=link, description=f"こちら {link}")
    assert shown(card).count("「詳細」→「インスタンスリンク」") == 3
    await stage.create(event_name="リンクのない会", world="vrchat.com/home/world/wrld_1")
    public = [sent for sent in stage.discord.exchanges if sent.path.startswith("/channels/")]
    assert public
    assert not [sent for sent in public if "ab12cd34" in str(sent.body)]
    assert "ab12cd34" not in stage.log()


async def test_a_host_reads_why_discord_took_no_announcement(stage: Stage) -> None:
    fault = stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages",
        answer=403,
        code=50013,
        times=1,
    )
    submit = await stage.fill_in(event_name="投稿できない会")
    answer = await submit.answer(15)
    assert "権限" in answer["content"]
    assert "投稿できない会" in shown(answer), "the draft is there to be posted again"
    stage.discord.faults.remove(fault)
    assert "投稿できない会" not in str([shown(m) for m in stage.announcements()])


async def test_a_callback_on_a_broken_connection_is_sent_again(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="切れる会")
    fault = stage.discord.faults.add(
        method="POST",
        template="/interactions/{interaction_id}/{token}/callback",
        reset=True,
        times=2,
    )
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    assert "参加しました" in (await press.answer(10))["content"]
    assert fault.hits == 2
    stage.discord.faults.remove(fault)


async def test_an_announcement_deleted_by_hand_stops_nothing(stage: Stage) -> None:
    doomed = await stage.create(event_name="消される会")
    press = await stage.discord.click(doomed, f"join:{doomed}", user=demo.TARO)
    await press.answer()
    del stage.discord.world.messages[doomed]
    invitation_id = await stage.create(event_name="残る会")
    await stage.shows(invitation_id, "残る会", "募集中")


async def test_one_correlation_id_runs_from_the_press_to_the_last_edit(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="たどれる会")
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.answer()
    await stage.shows(invitation_id, "1 / 2")
    wanted = {"press.sent", "announcement.edited", "gateway.replies", "invitations.commands"}
    story = str(uuid5(PRESSES, press.id))
    async with asyncio.timeout(30):
        while not all(has_line(stage, word, story) for word in wanted):  # noqa: ASYNC110 - a log
            await asyncio.sleep(0.05)


def has_line(stage: Stage, *words: str) -> bool:
    return any(all(word in line for word in words) for line in stage.log().splitlines())


async def test_no_log_holds_a_token_or_a_profile(stage: Stage) -> None:
    submit = await stage.fill_in(event_name="秘密の会", vrchat_profile=PROFILE)
    await submit.answer(15)
    log = stage.log()
    assert "press.sent" in log, "a log that says nothing keeps no secret"
    assert PROFILE not in log
    assert stage.discord.token not in log
    tokens = [i.token for i in stage.discord.world.interactions.values()]
    assert submit.token in tokens
    assert not [token for token in tokens if token in log]


async def test_discord_would_understand_every_exchange(stage: Stage) -> None:
    """Judges all that the session's gateways have said and heard so far, and one journey more.

    Tickets are in tests/journeys/, where each module is judged at its end.
    """
    if load_specification() is None:
        pytest.skip(ABSENT)
    invitation_id = await stage.create(event_name="規格どおりの会")
    press = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.ALEX)
    await press.answer()
    judge(stage.discord.exchanges)
