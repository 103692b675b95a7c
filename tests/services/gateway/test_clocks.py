"""A gateway whose clock differs from Discord's by twenty minutes serves members like any other.

The miniature Discord makes its ids and its Date header by its own clock: a Discord that is behind
is the same as a machine that is ahead.
"""

import re
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from deploy.local.servers import Servers
from playground import demo
from services.gateway.clocks import RemoteClock
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.messages.envelope import Envelope
from shared.messages.replies import CommandRefused
from tests.services.gateway.test_events import reply_to
from tests.services.gateway.test_forged import forge_form
from tests.services.gateway.test_waitlist import press, promoted
from tests.stage import Stage, opened, ready

TWENTY_MINUTES = 1200.0
SECONDS = 5  # the Date header has none of a fraction, and a busy machine takes its time


@pytest.fixture(
    scope="module",
    params=[TWENTY_MINUTES, -TWENTY_MINUTES],
    ids=["gateway behind", "gateway ahead"],
)
async def skewed(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Stage]:
    """Run the invitations service and a gateway on a Discord with another clock."""
    logs = tmp_path_factory.mktemp("logs")
    async with opened(Stage, servers, logs, skew_seconds=request.param) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.api_port, invitations)
        await stage.start_gateway(0)
        await stage.discord.wait_for_sessions(1)
        yield stage


async def test_presses_are_taken_and_answered(skewed: Stage) -> None:
    invitation_id = await skewed.create(event_name="時計の違う会")
    assert "参加しました" in await press(skewed, invitation_id, "join", demo.TARO)
    await skewed.shows(invitation_id, f"<@{demo.TARO}>", "1 / 2")
    assert "取り消しました" in await press(skewed, invitation_id, "leave", demo.TARO)
    await skewed.shows(invitation_id, "0 / 2")


async def test_now_is_the_moment_of_the_press(skewed: Stage) -> None:
    invitation_id = await skewed.create(event_name="いま始まる会", options={"start": "今"})
    message = await skewed.shows(invitation_id, "いま始まる会")
    start = re.search(r"<t:(\d+)", str(message["embeds"]))
    assert start
    assert abs(int(start[1]) - (time.time() + skewed.discord.skew_seconds)) < 90


async def test_who_leaves_the_guild_keeps_no_seat(skewed: Stage) -> None:
    leaver = skewed.discord.add_member("抜ける人")
    invitation_id = await skewed.create(event_name="席の空く会", options={"capacity": 1})
    assert "参加しました" in await press(skewed, invitation_id, "join", leaver)
    await skewed.shows(invitation_id, f"wait:{invitation_id}")
    assert "番目です" in await press(skewed, invitation_id, "wait", demo.HANAKO)
    skewed.discord.leave(leaver)
    await promoted(skewed, invitation_id, demo.HANAKO)
    await skewed.shows(invitation_id, "1 / 1", f"<@{demo.HANAKO}>")


async def test_the_skew_is_measured_and_no_answer_seems_to_take_twenty_minutes(
    skewed: Stage,
) -> None:
    invitation_id = await skewed.create(event_name="測られる会")
    await press(skewed, invitation_id, "join", demo.JIRO)
    figures = await metrics(skewed.gateway_ports[0])
    skew = figures['clock_skew_seconds{against="discord"}']
    assert abs(skew + skewed.discord.skew_seconds) < SECONDS
    assert abs(figures['clock_skew_seconds{against="invitations"}']) < SECONDS
    of_service = await metrics(skewed.api_port)
    assert abs(of_service['clock_skew_seconds{against="database"}']) < SECONDS
    name = 'interaction_answer_duration_seconds_sum{interaction="JoinInvitation"}'
    assert 0 < figures[name] < TWENTY_MINUTES / 2


async def metrics(port: int) -> dict[str, float]:
    """Give what a service measures, by name and labels."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        lines = (await answer.text()).splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


@pytest.mark.parametrize("minutes", [-20, 0, 35])
async def test_an_answer_is_given_whatever_the_clock_of_the_gateway_that_took_the_press(
    stage: Stage, minutes: float
) -> None:
    taken = forge_form(stage, "none-of-ours", demo.TARO, {})
    async with aiohttp.ClientSession() as http:
        callback = f"{stage.discord.api_url}/interactions/{taken.id}/{taken.token}/callback"
        await http.post(callback, json={"type": 5, "data": {"flags": 64}})
    reply = CommandRefused(
        reply_to=reply_to(taken.id, taken.token, minutes),
        command="invitations.JoinInvitation",
        code="full",
        details={"max_participants": 2},
    )
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    envelope = Envelope.first(reply)
    await broker.publish(REPLIES, envelope.name, envelope)
    await broker.close()
    assert "満員" in (await taken.answer(10))["content"]


def test_what_is_no_date_teaches_nothing() -> None:
    discord = RemoteClock("discord")
    for date in "", "tomorrow", "Sun, 99 Nov 2026 00:00:00 GMT":
        discord.hear(date)
    assert discord.skew_seconds == 0
