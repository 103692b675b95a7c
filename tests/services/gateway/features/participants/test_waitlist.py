"""From a full event to a free seat: members' presses and the answers they read."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground import demo
from playground.refusals import Payload
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantPromoted
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.features.closing.test_closing import forged
from tests.services.gateway.features.editing.test_editing import opened_form, sent
from tests.stage import INSTANCE_LINK, Stage, button_of, confirmed, shown


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


async def press(stage: Stage, invitation_id: str, action: str, user: str) -> str:
    """Press a button of an announcement, and confirm what it asks; give the answer."""
    pressed = await stage.discord.click(invitation_id, f"{action}:{invitation_id}", user=user)
    answer = await confirmed(stage.discord, await pressed.answer(20), user)
    return str(answer["content"])


async def full(stage: Stage, **what: Any) -> str:
    """Create an invitation for one, and give たろう the seat."""
    invitation_id = await stage.create(options={"capacity": 1}, **what)
    assert "参加しました" in await press(stage, invitation_id, "join", demo.TARO)
    await stage.shows(invitation_id, "満員", f"wait:{invitation_id}")
    return invitation_id


def notices(stage: Stage, invitation_id: str) -> list[Payload]:
    return [m for m in stage.discord.messages_in(invitation_id) if "席が空いた" in m["content"]]


async def promoted(stage: Stage, invitation_id: str, user: str) -> Payload:
    return await stage.discord.wait_for_message(
        lambda m: f"<@{user}>" in m["content"] and "席が空いた" in m["content"],
        channel=invitation_id,
        timeout_seconds=20,
    )


async def logged(stage: Stage, times: int, *words: str) -> None:
    """Wait until a line with these words has been logged so many times."""
    async with asyncio.timeout(20):
        while (  # noqa: ASYNC110 - a log is no signal
            sum(all(word in line for word in words) for line in stage.log().splitlines()) < times
        ):
            await asyncio.sleep(0.05)


async def test_a_member_waits_sees_the_place_and_is_promoted(stage: Stage) -> None:
    invitation_id = await full(stage, event_name="待てる会")
    announcement = stage.discord.message(invitation_id)
    buttons = announcement["components"]
    late = await forged(stage, invitation_id, "join", demo.HANAKO)  # on the page of before
    assert "「キャンセル待ち」を押すと" in (await late.answer())["content"]
    announcement["components"] = buttons
    for place, user in enumerate((demo.HANAKO, demo.JIRO), start=1):
        answer = await press(stage, invitation_id, "wait", user)
        assert f"キャンセル待ちに入りました（{place} 番目）" in answer
    assert "number 3 on the waitlist" in await press(stage, invitation_id, "wait", demo.ALEX)
    await stage.shows(invitation_id, "キャンセル待ち (3)")
    pressed = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.ALEX)
    assert f"<@{demo.HANAKO}> <@{demo.JIRO}> <@{demo.ALEX}>" in shown(await pressed.answer())

    await press(stage, invitation_id, "leave", demo.TARO)

    await promoted(stage, invitation_id, demo.HANAKO)
    await stage.shows(invitation_id, "1 / 1", "満員", "キャンセル待ち (2)")
    assert demo.HANAKO in stage.discord.thread_members(invitation_id)
    written = [
        e.body
        for e in stage.discord.exchanges
        if e.method == "POST" and e.path.endswith(f"/channels/{invitation_id}/messages")
    ]
    # The first message is the summary.
    mentions = [{"parse": []}, {"parse": [], "users": [demo.HANAKO]}]
    assert [body["allowed_mentions"] for body in written] == mentions
    assert all(body["enforce_nonce"] for body in written)


async def test_a_promoted_member_reads_the_link_and_withdraws_on_the_notice(stage: Stage) -> None:
    invitation_id = await full(stage, event_name="譲られる会")
    for user in (demo.HANAKO, demo.JIRO):
        await press(stage, invitation_id, "wait", user)
    link = await opened_form(stage, invitation_id, demo.SAKURA, "link")
    assert "設定しました" in await sent(stage, link, instance_link=INSTANCE_LINK)
    await press(stage, invitation_id, "leave", demo.TARO)
    notice = await promoted(stage, invitation_id, demo.HANAKO)
    assert "「参加情報」で読めます" in notice["content"]
    reveal = button_of(notice, "reveal")
    pressed = await stage.discord.click(notice["id"], reveal, user=demo.HANAKO)
    assert INSTANCE_LINK in (await pressed.answer())["content"]
    withdraw = notice["components"][0]["components"][0]["custom_id"]

    pressed = await stage.discord.click(notice["id"], withdraw, user=demo.HANAKO)
    answer = await confirmed(stage.discord, await pressed.answer(), demo.HANAKO)

    assert "取り消しました" in answer["content"]
    await promoted(stage, invitation_id, demo.JIRO)


async def test_the_same_button_leaves_the_queue(stage: Stage) -> None:
    invitation_id = await full(stage, event_name="待つのをやめる会")
    await press(stage, invitation_id, "wait", demo.HANAKO)
    await stage.shows(invitation_id, "キャンセル待ち (1)")
    answer = await press(stage, invitation_id, "leave", demo.HANAKO)
    assert "のキャンセル待ちを取り消しました" in answer
    await press(stage, invitation_id, "leave", demo.TARO)
    message = await stage.shows(invitation_id, "募集中", "0 / 1")
    assert "キャンセル待ち" not in shown(message)
    assert not notices(stage, invitation_id)


async def test_a_repeated_promotion_is_one_notice(stage: Stage, broker: Broker) -> None:
    """Also much later, when Discord has long forgotten the nonce."""
    invitation_id = await full(stage, event_name="一度だけ知らせる会")
    event = ParticipantPromoted(
        invitation=state(invitation_id, status="full"), user_id=demo.TARO, user_name="たろう"
    )
    envelope = Envelope.first(event)
    for _ in range(3):
        await broker.publish(EVENTS, envelope.name, envelope)
        notice = await promoted(stage, invitation_id, demo.TARO)
        stage.discord.world.messages[notice["id"]].nonce = None
    await logged(stage, 3, "member.notified", str(envelope.id))
    assert len(notices(stage, invitation_id)) == 1


async def test_a_member_who_left_before_the_notice_gets_none(stage: Stage, broker: Broker) -> None:
    invitation_id = await full(stage, event_name="もういない会")
    late = ParticipantPromoted(
        invitation=state(invitation_id, status="full"), user_id=demo.JIRO, user_name="じろう"
    )
    envelope = Envelope.first(late)
    await broker.publish(EVENTS, envelope.name, envelope)
    await logged(stage, 1, "message.handled", str(envelope.id))
    assert not notices(stage, invitation_id)


async def test_a_gateway_killed_after_the_notice_writes_no_second(stage: Stage) -> None:
    """Only the doomed replica runs; another comes after the crash and hears the event again."""
    invitation_id = await full(stage, event_name="知らせて倒れる会")
    await press(stage, invitation_id, "wait", demo.HANAKO)
    running = [p for p in stage.processes[1:] if p.returncode is None]
    for process in running:
        process.terminate()
    assert {await process.wait() for process in running} == {0}
    doomed = await stage.start_gateway(0, FAIL_POINT="gateway.notified")
    await stage.discord.wait_for_sessions(1)
    pressed = await stage.discord.click(invitation_id, f"leave:{invitation_id}", user=demo.TARO)
    question = await pressed.answer(20)
    sure = f"leave_sure:{invitation_id}:joined"
    await stage.discord.click(question["id"], sure, user=demo.TARO)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    for message in stage.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)
    await logged(stage, 1, "member.notified", invitation_id)
    assert len(notices(stage, invitation_id)) == 1
