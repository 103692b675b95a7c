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
from collections import defaultdict
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
MOST_RATE = 100
RATES = (10, 50, MOST_RATE)
ONE, TWO, DIRECT = "one gateway", "two gateways", "a bot that writes by itself"
# What is wanted: so many times the p50 and p99 of the bot that writes by itself, of one gateway.
P50_GOAL, P99_GOAL, TWO_GOAL, CALLS_GOAL = 2.5, 1.5, 1.3, 1.0
SUM_VERSIONS = "SELECT sum(version) FROM invitations.invitations"


@dataclass(frozen=True)
class Turn:
    """The presses of some seconds: milliseconds to each answer, and what they took."""

    answers: Sequence[float]
    presses: int
    calls: int
    seconds: float
    cpu: Spent


@dataclass(frozen=True)
class Answered:
    """The turns at one rate; its figures are the medians of theirs."""

    by: str
    rate: int
    turns: Sequence[Turn]

    @property
    def name(self) -> str:
        """Name the run."""
        return f"{self.rate} a second, {self.by}"

    @property
    def cuts(self) -> tuple[float, float]:
        """Return p50 and p99 of the answers in milliseconds."""
        p50s, p99s = zip(*(_cuts(turn.answers) for turn in self.turns), strict=True)
        return statistics.median(p50s), statistics.median(p99s)

    @property
    def calls(self) -> float:
        """Return the calls to Discord for a press and its answer."""
        return statistics.median(turn.calls / turn.presses for turn in self.turns)

    @property
    def unanswered(self) -> int:
        """Return the presses of all turns that had no answer."""
        return sum(turn.presses - len(turn.answers) for turn in self.turns)

    @property
    def cpu(self) -> Spent:
        """Return the CPU milliseconds of a press by kind of process."""
        names = sorted({name for turn in self.turns for name in turn.cpu})
        return {
            name: statistics.median(turn.cpu.get(name, 0.0) for turn in self.turns)
            for name in names
        }

    def row(self) -> tuple[str, ...]:
        """Return a line of the table."""
        longest = max(max(turn.answers, default=0.0) for turn in self.turns)
        cores = statistics.median(
            sum(turn.cpu.values()) * turn.presses / turn.seconds / 1000 for turn in self.turns
        )
        times = (f"{each:.1f}" for each in (*self.cuts, longest))
        return self.name, *times, f"{self.calls:.2f}", str(self.unanswered), f"{cores:.2f}"


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


async def measure(servers: Servers, seconds: float, turns: int) -> list[Answered]:
    """Press through one gateway, through two, and through a bot in their place, in turns."""
    found: dict[tuple[str, int], list[Turn]] = defaultdict(list)
    async with guild_on(servers) as (stage, guild):
        for number in range(turns):
            if number:
                await join_gateway(stage, 1)
            with step(f"turn {number + 1} of {turns}"):
                await _at(found, stage, guild, ONE, RATES, seconds)
                await join_gateway(stage, 2)
                await _at(found, stage, guild, TWO, RATES, seconds)
                await _come_to_rest(stage)  # nothing else takes what the gateways leave
                for gateway in stage.gateways.values():
                    await stage.stop_process(gateway)
                await stage.discord.wait_for_sessions(0, 60)
                environment = {**stage.invitations_environment(), **stage.gateway_environment(0)}
                bot = await stage.launch("benchmarks.bench.direct_bot", environment)
                await stage.discord.wait_for_sessions(1, 60)
                await _at(found, stage, guild, DIRECT, RATES, seconds)
                bot.kill()
                await stage.discord.wait_for_sessions(0, 60)
    return [Answered(by, rate, each) for (by, rate), each in found.items()]


async def _at(
    found: dict[tuple[str, int], list[Turn]],
    stage: Whole,
    guild: Guild,
    by: str,
    rates: Sequence[int],
    seconds: float,
) -> None:
    await _pressed(stage, guild, *WARMING)
    for rate in rates:
        if by != DIRECT:  # the bot publishes nothing
            await _come_to_rest(stage)
        found[by, rate].append(await _pressed(stage, guild, rate, seconds))


async def _come_to_rest(stage: Whole) -> None:
    with contextlib.suppress(TimeoutError):
        await stage.settled()


async def steadily(guild: Guild, rate: float, seconds: float) -> list[Press]:
    """Press by the clock, whatever becomes of it."""
    pressed, started_at = [], time.perf_counter()
    for number in range(round(rate * seconds)):
        due = started_at + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))  # the rate is the measure
        pressed.append(await guild.press())
    return pressed


async def _pressed(stage: Whole, guild: Guild, rate: int, seconds: float) -> Turn:
    """Press, and wait for what can still come."""
    stage.discord.exchanges.clear()
    changed = -await _versions(stage)
    before, started_at = spent(), time.perf_counter()
    pressed = [each.interaction for each in await steadily(guild, rate, seconds)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not all(each.answer_id() for each in pressed):  # noqa: ASYNC110 - the bell rings at every change, and would be load
        await asyncio.sleep(0.05)
    took, cpu = time.perf_counter() - started_at, since(before, len(pressed))
    answers, calls = _answers(stage, pressed)
    changed += await _versions(stage)
    assert changed == len(pressed) or len(answers) < len(pressed), "a press was refused"
    return Turn(answers, len(pressed), calls, took, cpu)


async def _versions(stage: Whole) -> int:
    """Give a figure that every press makes greater by one, unless it is refused."""
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    found = await connection.fetchval(SUM_VERSIONS)
    await connection.close()
    return int(found)


def _answers(stage: Whole, pressed: Sequence[Interaction]) -> tuple[list[float], int]:
    """Return the milliseconds until each answer arrived, and the calls, refused ones included."""
    born = {each.token: each.born_at for each in pressed}
    arrived: dict[str, float] = {}
    calls = 0
    for exchange in stage.discord.exchanges:
        if (token := exchange.arguments.get("token")) not in born:
            continue
        is_edit = exchange.template == ORIGINAL and exchange.method == "PATCH"
        is_callback = exchange.template == CALLBACK
        calls += is_edit or is_callback
        is_answer = is_edit or (is_callback and exchange.body["type"] == MESSAGE)
        if is_answer and exchange.was_applied:
            arrived.setdefault(token, exchange.at)
    return [(at - born[token]) * 1000 for token, at in arrived.items()], calls


def _cuts(milliseconds: Sequence[float]) -> tuple[float, float]:
    found = milliseconds if len(milliseconds) > 1 else [1000 * PATIENCE_SECONDS] * 2
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return cuts[49], cuts[98]


def compared(found: Sequence[Answered]) -> str:
    """Return the table of all rates."""
    head = ("", "p50 ms", "p99 ms", "longest ms", "calls a press", "unanswered", "cores busy")
    return table(head, [each.row() for each in found])


def judged(found: Sequence[Answered]) -> list[str]:
    """Return a sentence for each run of ours: how it compares, and whether that is enough."""
    known = {(each.by, each.rate): each for each in found}
    sentences = []
    for each in found:
        if each.by == DIRECT:
            continue
        p50_goal, p99_goal = (P50_GOAL, P99_GOAL) if each.by == ONE else (TWO_GOAL, TWO_GOAL)
        peer = known[DIRECT if each.by == ONE else ONE, each.rate]
        p50, p99 = (own / other for own, other in zip(each.cuts, peer.cuts, strict=True))
        is_reached = (
            p50 <= p50_goal and p99 <= p99_goal and not each.unanswered and each.calls <= CALLS_GOAL
        )
        sentences.append(
            f"{each.name}: p50 {p50:.1f} × and p99 {p99:.1f} × those of {peer.by}, at most "
            f"{p50_goal} and {p99_goal} wanted; {each.calls:.2f} calls a press, at most "
            f"{CALLS_GOAL} wanted: {'reached' if is_reached else '**missed**'}."
        )
    return sentences
