"""From a member's press to the answer on the screen, through Discord, at a steady rate.

The miniature Discord writes down when each call arrives: nobody has to wait for an answer to see
it, so that looking costs nothing.
"""

import asyncio
import contextlib
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.bench.cpu import Spent, since, spent
from deploy.local.servers import Servers
from deploy.local.steps import step
from playground.interactions import MESSAGE, Interaction
from playground.press import Press
from playground.rest_interactions import CALLBACK
from playground.rest_webhooks import ORIGINAL
from tests.journeys.conftest import Whole
from tests.stage import opened
from tests.tables import table

INVITATIONS, MEMBERS = 10, 90  # of a hundred seats each
WARMING = (10, 5)  # presses a second, and seconds
PATIENCE_SECONDS = 20.0
P50_GOAL, P99_GOAL, GOAL_RATE = 10.0, 50.0, 100
RATES = (10, 50, GOAL_RATE)
ONE, TWO, DIRECT = "one gateway", "two gateways", "a bot that writes by itself"
SUM_VERSIONS = "SELECT sum(version) FROM invitations.invitations"


@dataclass(frozen=True)
class Answered:
    """How long it took until Discord had the callback, and until members read their answer."""

    by: str
    rate: int
    thinking: Sequence[float]
    answers: Sequence[float]
    presses: int
    seconds: float
    cpu: Spent

    @property
    def name(self) -> str:
        """Name the run."""
        return f"{self.rate} a second, {self.by}"

    @property
    def cores(self) -> float:
        """Give how many cores were busy."""
        return sum(self.cpu.values()) * self.presses / self.seconds / 1000

    @property
    def cuts(self) -> tuple[float, float]:
        """Give p50 and p99 of the answers."""
        return _cuts(self.answers)

    def row(self) -> tuple[str, ...]:
        """Write a line of the table."""
        figures = [*_cuts(self.thinking), *self.cuts, max(self.answers, default=0.0)]
        unanswered = self.presses - len(self.answers)
        return self.name, *(f"{each:.1f}" for each in figures), str(unanswered), f"{self.cores:.2f}"


class Guild:
    """Members and announcements, and whose turn it is to press what."""

    def __init__(self, stage: Whole) -> None:
        """Take the stage."""
        self._stage = stage
        self._turns = itertools.count()
        self.invitations: list[str] = []
        self._members: list[str] = []

    async def gather(self) -> None:
        """Announce the invitations, and let the members come."""
        for number in range(INVITATIONS):
            what = {"event_name": f"同期会 {number}", "options": {"capacity": 100}}
            self.invitations.append(await self._stage.create(**what))
        self._members = [await self._stage.member(f"会員{n}") for n in range(MEMBERS)]

    async def press(self) -> Press:
        """Let the next member press: all join every invitation in turn, then all leave it."""
        turn = next(self._turns)
        round_number, place = divmod(turn, INVITATIONS * MEMBERS)
        invitation_id = self.invitations[place % INVITATIONS]
        action = ("join", "leave")[round_number % 2]
        user = self._members[place // INVITATIONS]
        custom_id = f"{action}:{invitation_id}"
        return await self._stage.discord.click(invitation_id, custom_id, user=user)


@asynccontextmanager
async def guild_on(servers: Servers) -> AsyncIterator[tuple[Whole, Guild]]:
    """Run every service, one of the gateways as well, and announce what members press on."""
    with tempfile.TemporaryDirectory() as logs:
        async with opened(Whole, servers, Path(logs)) as stage:
            stage.is_like_production = True
            with step("every service"):
                await asyncio.gather(
                    stage.start_invitations(), stage.start_scheduler(), stage.start_tickets()
                )
                await join_gateway(stage, 1)
            guild = Guild(stage)
            with step(f"{INVITATIONS} announcements"):
                await guild.gather()
            yield stage, guild


async def join_gateway(stage: Whole, number: int) -> None:
    """Start one more gateway, the first, or the second."""
    await stage.start_gateway(number - 1)
    await stage.discord.wait_for_sessions(number, 60)


async def measure(servers: Servers, seconds: float) -> list[Answered]:
    """Press through one gateway, then through two, then through a bot in their place."""
    async with guild_on(servers) as (stage, guild):
        found = [*await _at(stage, guild, ONE, RATES, seconds)]
        await join_gateway(stage, 2)
        found += await _at(stage, guild, TWO, (GOAL_RATE,), seconds)
        for gateway in stage.gateways.values():
            await stage.stop_process(gateway)
        environment = {**stage.invitations_environment(), **stage.gateway_environment(0)}
        bot = await stage.launch("benchmarks.bench.direct_bot", environment)
        await stage.discord.wait_for_sessions(1, 60)
        found += await _at(stage, guild, DIRECT, RATES, seconds)
        bot.kill()
    return found


async def _at(
    stage: Whole, guild: Guild, by: str, rates: Sequence[int], seconds: float
) -> list[Answered]:
    await _pressed(stage, guild, by, *WARMING)
    found = []
    for rate in rates:
        with step(f"{rate} presses a second, {by}"):
            found.append(await _pressed(stage, guild, by, rate, seconds))
    return found


async def steadily(guild: Guild, rate: float, seconds: float) -> list[Press]:
    """Press by the clock, whatever becomes of it."""
    pressed, started_at = [], time.perf_counter()
    for number in range(round(rate * seconds)):
        due = started_at + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))  # the rate is the measure
        pressed.append(await guild.press())
    return pressed


async def _pressed(stage: Whole, guild: Guild, by: str, rate: int, seconds: float) -> Answered:
    """Press, and wait for what can still come."""
    with contextlib.suppress(TimeoutError):
        await stage.settled()
    stage.discord.exchanges.clear()
    changed = -await _versions(stage)
    before, started_at = spent(), time.perf_counter()
    pressed = [each.interaction for each in await steadily(guild, rate, seconds)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not all(each.answer_id() for each in pressed):  # noqa: ASYNC110 - the bell rings at every change, and would be load
        await asyncio.sleep(0.05)
    took, cpu = time.perf_counter() - started_at, since(before, len(pressed))
    thinking = [
        (each.callback_at - each.born_at) * 1000 for each in pressed if each.callback_at is not None
    ]
    answers = _answers(stage, pressed)
    changed += await _versions(stage)
    assert changed == len(pressed) or len(answers) < len(pressed), "a press was refused"
    return Answered(by, rate, thinking, answers, len(pressed), took, cpu)


async def _versions(stage: Whole) -> int:
    """Give a figure that every press makes greater by one, unless it is refused."""
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    found = await connection.fetchval(SUM_VERSIONS)
    await connection.close()
    return int(found)


def _answers(stage: Whole, pressed: Sequence[Interaction]) -> list[float]:
    """Give the milliseconds until each answer arrived, of those that did."""
    born = {each.token: each.born_at for each in pressed}
    arrived: dict[str, float] = {}
    for exchange in stage.discord.exchanges:
        is_edit = exchange.template == ORIGINAL and exchange.method == "PATCH"
        is_callback = exchange.template == CALLBACK and exchange.body["type"] == MESSAGE
        if (is_edit or is_callback) and exchange.was_applied:
            arrived.setdefault(exchange.arguments["token"], exchange.at)
    return [(at - born[token]) * 1000 for token, at in arrived.items() if token in born]


def _cuts(milliseconds: Sequence[float]) -> tuple[float, float]:
    found = milliseconds if len(milliseconds) > 1 else [1000 * PATIENCE_SECONDS] * 2
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return cuts[49], cuts[98]


def compared(found: Sequence[Answered]) -> str:
    """Give the table of all rates."""
    head = (
        *("", "thinking p50 ms", "p99 ms", "answer p50 ms", "p99 ms", "longest ms"),
        *("unanswered", "cores busy"),
    )
    return table(head, [each.row() for each in found])


def judged(found: Sequence[Answered]) -> list[str]:
    """Say of each run at the goal's rate whether the goal is reached."""
    sentences = []
    for each in found:
        if each.rate == GOAL_RATE and each.by != DIRECT:
            p50, p99 = each.cuts
            is_reached = p50 < P50_GOAL and p99 < P99_GOAL and len(each.answers) == each.presses
            verdict = "reached" if is_reached else "**missed**"
            sentences.append(
                f"{each.name}: p50 {p50:.1f} ms and p99 {p99:.1f} ms, "
                f"below {P50_GOAL:.0f} and {P99_GOAL:.0f} wanted: {verdict}."
            )
    return sentences
