"""Rule: the gateways ask Discord no more than it wants to be asked, and lose nothing by that."""

import asyncio

import pytest

from playground.exchange import Exchange
from playground.interactions import MESSAGE
from tests.services.gateway.discord.test_clocks import metrics
from tests.stage import Stage

CALLBACK = "/interactions/{interaction_id}/{token}/callback"
PRESSES = 25
BAN_SECONDS = 12.0  # ten minutes, scaled: what is sent does not depend on the length


def banned(stage: Stage) -> list[Exchange]:
    return [e for e in stage.discord.exchanges if e.status == 429 and isinstance(e.reply, str)]


async def running(stage: Stage) -> list[dict[str, float]]:
    """Return the figures of each gateway that runs."""
    numbers = [number for number, each in stage.gateways.items() if each.returncode is None]
    return [await metrics(stage.gateway_ports[number]) for number in numbers]


async def test_a_ban_costs_few_requests_and_no_press(stage: Stage) -> None:
    members = [str(stage.discord.add_member(f"待つ人{number}")) for number in range(PRESSES)]
    invitation_id = await stage.create(event_name="出入り禁止の会", options={"capacity": PRESSES})
    sent_before = len(banned(stage))
    stage.discord.limits.ban(BAN_SECONDS)
    for member in members:
        await stage.discord.click(invitation_id, f"join:{invitation_id}", user=member)
    await stage.shows(invitation_id, f"{PRESSES} / {PRESSES}", seconds=60)
    sent = banned(stage)[sent_before:]
    assert 0 < len(sent) < 100, [exchange.template for exchange in sent]
    later = [e for e in sent if e.at > sent[0].at + BAN_SECONDS / 2]
    assert later == [], "a longer ban would have cost no more"
    async with asyncio.timeout(BAN_SECONDS):  # the gateways do not hear of its end together
        figures = await running(stage)
        while any(each["discord_ban_seconds"] for each in figures):  # a gauge gives no signal
            await asyncio.sleep(0.1)
            figures = await running(stage)
    counted = sum(each['discord_invalid_requests_total{status="429"}'] for each in figures)
    assert counted >= len(sent)


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
async def test_a_press_that_discord_forgot_costs_few_requests(
    stage: Stage, status: int, code: int
) -> None:
    """The callbacks of both gateways are late, or another client was first."""
    member = str(stage.discord.add_member("遅い人"))
    invitation_id = await stage.create(event_name=f"遅すぎる会{code}", options={"capacity": 3})
    late = stage.discord.faults.add(template=CALLBACK, answer=status, code=code, times=None)
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=member)
    await stage.shows(invitation_id, "1 / 3")
    await stage.discord.wait_until(
        lambda: len(calls_of(stage, press.interaction.token)) >= 4, "the answer was tried twice"
    )
    async with asyncio.timeout(30):
        while "answer.unacknowledged" not in stage.log():  # noqa: ASYNC110 - a log gives no signal
            await asyncio.sleep(0.1)
    stage.discord.faults.remove(late)
    assert len(calls_of(stage, press.interaction.token)) <= 10


async def test_an_answer_to_an_old_press_is_tried_once(stage: Stage) -> None:
    """After fifteen minutes the token is dead (50027): no second attempt."""
    member = str(stage.discord.add_member("古い人"))
    invitation_id = await stage.create(event_name="古い押下の会", options={"capacity": 3})
    late = stage.discord.faults.add(
        template=CALLBACK, where=lambda call: call.body["type"] == MESSAGE, answer=404, code=10062
    )
    dead = stage.discord.faults.add(
        method="PATCH",
        template="/webhooks/{application_id}/{token}/messages/@original",
        answer=401,
        code=50027,
        times=None,
    )
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=member)
    await stage.shows(invitation_id, "1 / 3")
    await dead.struck()
    await stage.discord.wait_until(
        lambda: len(calls_of(stage, press.interaction.token)) >= 4, "both gateways called back"
    )
    stage.discord.faults.remove(late)
    stage.discord.faults.remove(dead)
    calls = calls_of(stage, press.interaction.token)
    assert len([call for call in calls if call.method == "PATCH"]) == 1
    assert len(calls) == 4, "a callback that is too late, one answer, and both show thinking"


def calls_of(stage: Stage, token: str) -> list[Exchange]:
    return [exchange for exchange in stage.discord.exchanges if token in exchange.path]
