"""A gateway whose clock differs from Discord's by twenty minutes serves members like any other.

The miniature Discord makes its ids and its Date header by its own clock: a Discord that is behind
is the same as a machine that is ahead. Gateways that differ from each other have libfaketime.
"""

import re
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from deploy.local.servers import Servers
from playground import demo
from playground.press import Press
from services.gateway.discord.clocks import RemoteClock
from shared.broker import Broker
from shared.exchanges import REPLIES
from shared.messages.envelope import Envelope
from shared.messages.replies import CommandRefused
from tests.chaos.clock import Clock, forget
from tests.services.gateway.consumers.test_events import reply_to
from tests.services.gateway.discord.test_forged import forge
from tests.services.gateway.features.participants.test_waitlist import press, promoted
from tests.stage import Stage, opened, ready

TWENTY_MINUTES = 1200.0
ANSWERS = "interaction_answer_duration_seconds"
SECONDS = 5  # the Date header has none of a fraction, and a busy machine takes its time


class Skewed(Stage):
    """A stage whose first gateway has a clock of its own."""

    clock: Clock


@pytest.fixture(
    scope="module",
    params=[(TWENTY_MINUTES, [0]), (-TWENTY_MINUTES, [0]), (0, [TWENTY_MINUTES, -TWENTY_MINUTES])],
    ids=["all behind Discord", "all ahead of Discord", "two gateways, one ahead and one behind"],
)
async def skewed(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Skewed]:
    """Run the invitations service and gateways, each with a clock that is not Discord's."""
    logs = tmp_path_factory.mktemp("logs")
    discord_ahead, gateways_ahead = request.param
    async with opened(Skewed, servers, logs, skew_seconds=discord_ahead) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        for number, seconds in reversed(list(enumerate(gateways_ahead))):
            stage.clock = Clock(logs / f"{number}.clock")
            stage.clock.step(seconds)
            await stage.start_gateway(number, **stage.clock.environment)
        await stage.discord.wait_for_sessions(len(gateways_ahead))
        yield stage
        for gateway in stage.gateways.values():
            forget(gateway.pid)


async def test_presses_are_taken_and_answered(skewed: Skewed) -> None:
    invitation_id = await skewed.create(event_name="時計の違う会")
    assert "参加しました" in await press(skewed, invitation_id, "join", demo.TARO)
    await skewed.shows(invitation_id, f"<@{demo.TARO}>", "1 / 2")
    assert "取り消しました" in await press(skewed, invitation_id, "leave", demo.TARO)
    await skewed.shows(invitation_id, "0 / 2")


async def test_now_is_the_moment_of_the_press(skewed: Skewed) -> None:
    invitation_id = await skewed.create(event_name="いま始まる会", options={"start": "今"})
    message = await skewed.shows(invitation_id, "いま始まる会")
    start = re.search(r"<t:(\d+)", str(message["embeds"]))
    assert start
    assert abs(int(start[1]) - (time.time() + skewed.discord.skew_seconds)) < 90


async def test_a_member_who_leaves_the_guild_keeps_no_seat(skewed: Skewed) -> None:
    leaver = skewed.discord.add_member("抜ける人")
    invitation_id = await skewed.create(event_name="席の空く会", options={"capacity": 1})
    assert "参加しました" in await press(skewed, invitation_id, "join", leaver)
    await skewed.shows(invitation_id, f"wait:{invitation_id}")
    assert "番目" in await press(skewed, invitation_id, "wait", demo.HANAKO)
    skewed.discord.leave(leaver)
    await promoted(skewed, invitation_id, demo.HANAKO)
    await skewed.shows(invitation_id, "1 / 1", f"<@{demo.HANAKO}>")


async def test_no_answer_seems_to_take_twenty_minutes(skewed: Skewed) -> None:
    invitation_id = await skewed.create(event_name="測られる会")
    await press(skewed, invitation_id, "join", demo.JIRO)
    figures = [await metrics(skewed.gateway_ports[number]) for number in skewed.gateways]
    count, seconds = (
        sum(each.get(f'{ANSWERS}_{part}{{interaction="JoinInvitation"}}', 0.0) for each in figures)
        for part in ("count", "sum")
    )
    # Discord's header says the time in whole seconds: a fast answer may seem to take none.
    assert count > 0
    assert 0 <= seconds < TWENTY_MINUTES / 2
    assert any('clock_skew_seconds{against="invitations"}' in each for each in figures)


async def test_a_clock_that_jumps_is_noticed_before_discord_says_a_word(skewed: Skewed) -> None:
    await skewed.create(event_name="時計が飛ぶ会")
    skewed.clock.step(3600)
    figures = await metrics(skewed.gateway_ports[0])
    skew = figures['clock_skew_seconds{against="discord"}']
    assert abs(skew - (3600 - skewed.discord.skew_seconds)) < SECONDS
    of_service = await metrics(skewed.invitations_port)
    assert abs(of_service['clock_skew_seconds{against="database"}']) < SECONDS
    await test_presses_are_taken_and_answered(skewed)


async def metrics(port: int) -> dict[str, float]:
    """Give what a service measures, by name and labels."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        lines = (await answer.text()).splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def test_an_answer_is_given_whatever_the_clock_of_the_gateway_that_took_the_press(
    stage: Stage,
) -> None:
    await stage.create(event_name="時計を問わない会")
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    for minutes in -20, 35:
        taken = await acknowledged(stage)
        reply = CommandRefused(
            reply_to=reply_to(taken.id, f"0 {taken.token}", minutes),
            command="invitations.JoinInvitation",
            code="full",
            details={"max_participants": 2},
        )
        envelope = Envelope.first(reply)
        await broker.publish(REPLIES, envelope.name, envelope)
        await stage.discord.wait_until(
            lambda press=taken: "満員" in press.current()["content"], "the reply is shown", 10
        )
    await broker.close()


async def acknowledged(stage: Stage) -> Press:
    """Press a button that leads to no command, and wait for the gateway's own answer."""
    taken = forge(stage, "none-of-ours", demo.TARO)
    assert "このボタンは古い" in (await taken.answer(10))["content"]
    return taken


def test_a_malformed_date_header_is_ignored() -> None:
    discord = RemoteClock("discord")
    for date in "", "tomorrow", "Sun, 99 Nov 2026 00:00:00 GMT":
        discord.hear(date)
    assert discord.skew_seconds == 0
