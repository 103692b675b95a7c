"""Rule: a press that is answered in a moment costs one call to Discord."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from playground import demo
from playground.exchange import Exchange
from playground.interactions import (
    DEFERRED_UPDATE,
    EPHEMERAL,
    MESSAGE,
    THINKING,
    UPDATE,
    Interaction,
)
from playground.press import Press
from playground.rest_interactions import CALLBACK
from playground.rest_webhooks import ORIGINAL
from services.gateway.discord.interactions import Pressed, press_id_of, pressed_by
from services.gateway.discord.responses import Placement
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.messages.envelope import Envelope, ReplyTo
from shared.messages.replies import CommandRefused
from shared.sealing import Sealer
from tests.keys import SEALING_KEYS
from tests.services.gateway.consumers.test_events import reply_to
from tests.stage import FORM, PROFILE, Stage, button_of, changed

EDITED = ("PATCH", ORIGINAL)
SEALER = Sealer.of(SEALING_KEYS)


def calls_of(stage: Stage, press: Press) -> list[Exchange]:
    return [each for each in stage.discord.exchanges if press.token in each.path]


def taken(stage: Stage, press: Press) -> list[int | tuple[str, str]]:
    """Give what Discord took for a press: types of callbacks, and other calls by their route."""
    return [
        call.body["type"] if call.template == CALLBACK else (call.method, call.template)
        for call in calls_of(stage, press)
        if call.was_applied and call.status < 400
    ]


async def joins(stage: Stage, invitation_id: str, user: str = demo.TARO) -> Press:
    return await stage.discord.click(invitation_id, f"join:{invitation_id}", user=user)


async def stop_gateways(stage: Stage) -> None:
    """Let every gateway finish its presses: none of them makes another call."""
    for process in [p for p in stage.processes[1:] if p.returncode is None]:
        process.terminate()
        assert await process.wait() == 0


async def start_gateways(stage: Stage, count: int) -> None:
    await asyncio.gather(*(stage.start_gateway(number) for number in range(count)))
    await stage.discord.wait_for_sessions(count)


@pytest.fixture
async def lone(stage: Stage) -> AsyncIterator[Stage]:
    """Leave one gateway; a test stops it to count its calls."""
    await stop_gateways(stage)
    await start_gateways(stage, 1)
    yield stage
    await stop_gateways(stage)
    await start_gateways(stage, 2)


@contextmanager
def slow_service(stage: Stage) -> Iterator[None]:
    """Keep the invitations service from answering."""
    pid = stage.processes[0].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def late_answers(stage: Stage, seconds: float = 1.2) -> Iterator[None]:
    """Let "thinking" reach Discord before an answer that was sent first."""
    fault = stage.discord.faults.add(
        method="POST",
        template=CALLBACK,
        where=lambda call: call.body["type"] in (MESSAGE, UPDATE),
        delay_seconds=seconds,
        times=None,
    )
    yield
    stage.discord.faults.remove(fault)


async def test_one_gateway_answers_a_press_with_one_call(lone: Stage) -> None:
    invitation_id = await lone.create(event_name="ひと呼びの会")
    press = await joins(lone, invitation_id)
    answer = await press.answer()
    assert "参加しました" in answer["content"]
    assert answer["flags"] & EPHEMERAL
    await stop_gateways(lone)
    assert [(call.body["type"], call.status) for call in calls_of(lone, press)] == [(MESSAGE, 204)]


async def test_forms_and_changes_in_place_are_answered_with_one_call(lone: Stage) -> None:
    form = await lone.discord.slash("invite create", user=demo.SAKURA)
    await form.modal(15)
    new = await lone.discord.submit(form, {**FORM, "event_name": "下書きの会"})
    card = await new.answer()
    assert card["flags"] & EPHEMERAL

    select = button_of(card, "draft_choose", "tag")
    seen = len(lone.discord.visible_to(demo.SAKURA, demo.CHAT_CHANNEL_ID))
    user, values = demo.SAKURA, ["イベント"]
    choice = await lone.discord.click(card["id"], select, user=user, values=values)
    card = await changed(choice, card)

    more = await lone.discord.click(card["id"], button_of(card, "draft_more"), user=user)
    await more.modal(15)
    saved = await lone.discord.submit(more, {"vrchat_profile": PROFILE})
    assert (await changed(saved, card))["id"] == card["id"]
    assert len(lone.discord.visible_to(user, demo.CHAT_CHANNEL_ID)) == seen
    await stop_gateways(lone)
    assert [taken(lone, press) for press in (new, choice, saved)] == [[MESSAGE], [UPDATE], [UPDATE]]


async def test_of_two_gateways_one_answers_with_one_call(stage: Stage) -> None:
    """The other one hears nothing of it, and is refused a moment later."""
    invitation_id = await stage.create(event_name="ふたりで一度の会")
    press = await joins(stage, invitation_id)
    answer = await press.answer()
    await stage.discord.wait_until(
        lambda: any(call.status == 400 for call in calls_of(stage, press)),
        "the other gateway is refused",
    )
    await stop_gateways(stage)
    calls = calls_of(stage, press)
    assert [(call.body["type"], call.status) for call in calls] == [(MESSAGE, 204), (THINKING, 400)]
    assert calls[1].reply["code"] == 40060
    assert press.current() == answer
    await start_gateways(stage, 2)


async def test_a_slow_service_is_waited_for_with_thinking(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="考え中の会")
    with slow_service(stage):
        press = await joins(stage, invitation_id)
        assert (await press.acknowledged())["type"] == THINKING
    assert "参加しました" in (await press.answer())["content"]
    assert taken(stage, press) == [THINKING, EDITED]


async def test_an_answer_that_is_slower_than_thinking_takes_its_place(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="追い越される会")
    with late_answers(stage):
        press = await joins(stage, invitation_id)
        assert (await press.acknowledged())["type"] == THINKING
        assert "参加しました" in (await press.answer())["content"]
    assert taken(stage, press) == [THINKING, EDITED]
    refused = [call for call in calls_of(stage, press) if call.status == 400]
    assert MESSAGE in [call.body["type"] for call in refused]


async def test_an_answer_whose_connection_hangs_takes_the_place_of_thinking(lone: Stage) -> None:
    invitation_id = await lone.create(event_name="つながらない会")
    with late_answers(lone, 20.0):
        press = await joins(lone, invitation_id)
        assert "参加しました" in (await press.answer())["content"]
        assert taken(lone, press) == [THINKING, EDITED]


async def test_a_change_in_place_that_is_slower_than_its_callback_is_shown(stage: Stage) -> None:
    card = await stage.draft(event_name="追い越される下書き")
    with late_answers(stage):
        select = button_of(card, "draft_choose", "tag")
        press = await stage.discord.click(card["id"], select, user=demo.SAKURA, values=["イベント"])
        await changed(press, card)
    assert taken(stage, press) == [DEFERRED_UPDATE, EDITED]


@pytest.mark.parametrize(
    "fail_point",
    ["gateway.press_durable", "gateway.answering", "gateway.answered", "gateway.deferred"],
)
async def test_every_member_is_answered_when_a_gateway_is_killed_there(
    stage: Stage, fail_point: str
) -> None:
    members = [stage.discord.add_member(f"押す人{number}") for number in range(20)]
    invitation_id = await stage.create(event_name=fail_point, options={"capacity": 20})
    await stop_gateways(stage)
    doomed = await stage.start_gateway(0, FAIL_POINT=fail_point)
    await stage.start_gateway(1)
    await stage.discord.wait_for_sessions(2)
    presses: list[Press] = []
    while doomed.returncode is None:
        assert len(presses) < len(members), "the gateway was never there"
        presses.append(await joins(stage, invitation_id, members[len(presses)]))
        if fail_point == "gateway.deferred":
            with slow_service(stage):
                await asyncio.wait_for(doomed.wait(), 20)
        assert "参加しました" in (await presses[-1].answer())["content"]
    assert doomed.returncode == -signal.SIGKILL
    await stage.shows(invitation_id, f"{len(presses)} / 20")
    if fail_point == "gateway.answered":  # what Discord had taken is still with the broker
        await stage.discord.wait_until(
            lambda: any(EDITED in taken(stage, press) for press in presses),
            "the answer is given again",
        )
    for press in presses:
        assert "参加しました" in str(press.current())
        assert len([call for call in taken(stage, press) if isinstance(call, int)]) == 1
        assert press.interaction.followup_ids == []
    await start_gateways(stage, 1)
    await stage.discord.wait_for_sessions(2)


async def test_the_answer_to_a_press_of_an_older_gateway_waits_for_its_callback(
    stage: Stage,
) -> None:
    """Its `reply_to` does not say where the answer appears, so only an edit can give it."""
    invitation_id = await stage.create(event_name="前の版の会")
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    with slow_service(stage):
        press = await joins(stage, invitation_id)
        reply = CommandRefused(
            reply_to=reply_to(press.id, f"{demo.TARO} invitations.JoinInvitation {press.token}"),
            command="invitations.JoinInvitation",
            code="full",
            details={"max_participants": 2},
        )
        envelope = Envelope.first(reply)
        await broker.publish(REPLIES, envelope.name, envelope)
        assert "満員" in (await press.answer())["content"]
        assert taken(stage, press) == [THINKING, EDITED]
    await press.wait_for(lambda message: "参加しました" in message["content"])
    await broker.close()


async def test_an_answer_that_no_callback_came_for_is_the_callback(
    lone: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine without a free processor an answer was dropped, and "thinking" came later."""
    monkeypatch.setattr(Interaction, "ACKNOWLEDGE_SECONDS", 60.0)
    invitation_id = await lone.create(event_name="だれも答えない会")
    # The reply's own, and "thinking".
    fault = lone.discord.faults.add(template=CALLBACK, answer=404, code=10062, times=2)
    with slow_service(lone):
        press = await joins(lone, invitation_id)
        await lone.discord.wait_until(lambda: calls_of(lone, press), "thinking is refused", 15)
    assert "参加しました" in (await press.answer(30))["content"]
    assert taken(lone, press) == [MESSAGE]
    assert fault.hits == 2


async def test_where_discord_takes_no_answer_the_reply_is_no_dead_letter(stage: Stage) -> None:
    """A member who pressed in a locked thread left one, with three retries before it."""
    invitation_id = await stage.create(event_name="答えられない会")
    fault = stage.discord.faults.add(template=CALLBACK, answer=403, code=50083, times=None)
    press = await joins(stage, invitation_id)

    def said() -> str:
        ours = str(press_id_of(press.id))
        return "".join(line for line in stage.log().splitlines() if ours in line)

    async with asyncio.timeout(30):
        while not any(word in said() for word in ("answer.unacknowledged", "message.failed")):  # noqa: ASYNC110 - a log gives no signal
            await asyncio.sleep(0.1)
    stage.discord.faults.remove(fault)
    assert "message.failed" not in said()
    assert taken(stage, press) == []


LONGEST = Pressed(
    "9" * 20,
    "t" * 230,
    "invitations.ChangeGuildSettings",
    "f" * 22,
    Placement.IN_PLACE,
)


@pytest.mark.parametrize("pressed", [Pressed("1", "t"), Pressed("1", "t", "a.B"), LONGEST])
def test_what_is_sealed_for_a_press_is_read_again(pressed: Pressed) -> None:
    fields = reply_to("7").model_dump() | {"token": pressed.sealed_in("7", SEALER)}
    to = ReplyTo.model_validate(fields)  # not too long for it
    answer = CommandRefused(reply_to=to, command=pressed.command or "a.B", code="full")
    assert pressed_by(answer, SEALER) == pressed
