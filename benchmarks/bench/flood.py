"""How long other members wait beside one member who presses as fast as answers come.

Four sessions of one member join, leave, export and search without a pause, while others press at a
steady rate. A gateway publishes 120 presses a minute of a member and refuses the rest by itself; a
row without it shows what the service does of its own. Turns with and without the flood follow each
other, so that a noisy machine is noisy for all.
"""

import asyncio
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from benchmarks.bench.gateway import Press, gateway, published
from benchmarks.bench.presses import CONNECTIONS
from benchmarks.bench.steady import pressed
from benchmarks.load.service import serving
from deploy.local.steps import step
from shared.database import Pool
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from shared.messages.invitations.mine import ExportMyData
from shared.rate_limiter import Limiter
from tests import builders
from tests.conftest import Site
from tests.tables import table

SESSIONS = 4
RATE = 50.0  # presses a second of all others
ALONE, BEHIND, AROUND = "alone", "a flood behind a gateway", "a flood around the gateway"
# As they are without a setting; a site of tests lifts them.
LIMITS = {"PRESSES_PER_MINUTE": "60", "EXPORTS_PER_DAY": "5"}
A_MINUTE = 120  # presses as well as suggestions of a member that a gateway lets through
REFUSED_SECONDS = 0.05  # a session's round trip to Discord and back for a refusal
GOAL = 2.0
FLOODER = builders.member(10**6)


@dataclass
class Turns:
    """What the others of one row waited, turn by turn, and how many presses the flood had."""

    name: str
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    floods: list[float] = field(default_factory=list)

    def row(self, before: float) -> tuple[str, ...]:
        """Write the medians as a row of the table."""
        p50, p99, flood = (statistics.median(each) for each in (self.p50, self.p99, self.floods))
        return self.name, f"{flood:,.0f}", f"{p50:.1f}", f"{p99:.1f}", f"{p99 / before:.2f}"


async def measure(site: Site, rounds: int, seconds: float) -> list[Turns]:
    """Let others press alone and beside the flood, in turns."""
    pool = await site.pool(connections=CONNECTIONS)
    found = {name: Turns(name) for name in (ALONE, BEHIND, AROUND)}
    for number, name in itertools.product(range(rounds), found):
        with (
            step(f"round {number + 1} of {rounds}: {name}"),
            serving(site, **LIMITS) as run,
        ):
            async with gateway(site) as press:
                await pressed(pool, press, RATE, 2)  # pools, caches and plans are there afterwards
                waited, flood = await _turn(pool, press, run.base_url, name, seconds)
        cuts = statistics.quantiles(waited, n=100, method="inclusive")
        found[name].p50.append(cuts[49])
        found[name].p99.append(cuts[98])
        found[name].floods.append(flood / seconds)
    await pool.close()
    return list(found.values())


async def _turn(
    pool: Pool, press: Press, api_url: str, name: str, seconds: float
) -> tuple[list[float], int]:
    """Press steadily; return the milliseconds of each, and how often the flood was answered."""
    [target] = await published(pool, 1)
    flood = Flood(press, api_url, target, Limiter(A_MINUTE / 60, A_MINUTE), name == BEHIND)
    sessions = [
        asyncio.create_task(flood.session(number))
        for number in range(SESSIONS if name != ALONE else 0)
    ]
    waited = await pressed(pool, press, RATE, seconds)
    for session in sessions:
        assert not session.done(), "a session has failed"
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
    return waited, flood.answered


@dataclass
class Flood:
    """One member in several sessions, and how often the service answered them."""

    press: Press
    api_url: str
    target: str
    limiter: Limiter
    has_gateway: bool
    answered: int = 0

    async def session(self, own_number: int) -> None:
        """Press and search without a pause until cancelled."""
        async with aiohttp.ClientSession() as http:
            for number in itertools.count(own_number, SESSIONS):
                own = {"actor": FLOODER, "reply_to": builders.reply_to(str(10**6 + number))}
                for command in (
                    JoinInvitation(invitation_id=self.target, **own),
                    LeaveInvitation(invitation_id=self.target, **own),
                    ExportMyData(**own),
                ):
                    if await self._is_let_through("presses"):
                        await self.press(Envelope.first(command))
                        self.answered += 1
                if await self._is_let_through("suggestions"):
                    url = f"{self.api_url}/api/invitations?guild=1&words={number}"
                    async with http.get(url) as response:
                        await response.read()
                    self.answered += 1

    async def _is_let_through(self, kind: str) -> bool:
        """Ask the gateway's limiter; the member presses on when the refusal has arrived."""
        if not self.has_gateway or not self.limiter.take(kind):
            return True
        await asyncio.sleep(REFUSED_SECONDS)
        return False


def written(found: Sequence[Turns]) -> str:
    """Give the table of all rows, each beside the first."""
    before = statistics.median(found[0].p99)
    head = (f"others, {RATE:.0f} presses/s", "flood/s", "p50 ms", "p99 ms", "p99 ratio")
    return table(head, [each.row(before) for each in found])


def judged(found: Sequence[Turns]) -> str:
    """Say whether the others wait at most twice as long as before."""
    alone, behind, *_ = (statistics.median(each.p99) for each in found)
    verdict = "reached" if behind <= GOAL * alone else "**missed**"
    return f"p99 beside one who floods: {behind / alone:.2f}, at most {GOAL:g} wanted: {verdict}."
