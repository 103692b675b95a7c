"""Presses for long: what grows, of every process and table."""

import asyncio
import contextlib
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import asyncpg

from benchmarks.bench.answers import Guild, guild_on, join_gateway, steadily
from benchmarks.bench.cpu import family
from deploy.local.servers import Servers
from deploy.local.steps import step
from playground import demo
from services.invitations.handlers.participation import join_invitation
from services.invitations.sql import invitations
from shared.database import open_pool
from shared.messages.invitations.commands import JoinInvitation
from shared.settings import DatabaseSettings
from tests import builders
from tests.journeys.conftest import Whole
from tests.tables import table

KIBIBYTES = 1024  # of a mebibyte
OWN = "Pss_Anon:"  # what a process shares with nobody, proc_pid_smaps_rollup(5)
LOOK_EVERY_SECONDS = 5.0
WARMING_SHARE = 0.5  # of the time that is looked at
AT_ONCE, MOST_SECONDS = 20, 10.0
# So little more in the last third of the time than in the third before is called flat.
FLAT_SHARE, FLAT_MEBIBYTES = 0.01, 0.5

COUNT = """
SELECT (SELECT count(*) FROM invitations.inbox) + (SELECT count(*) FROM scheduler.inbox)
         AS "rows of the inboxes",
       (SELECT count(*) FROM invitations.outbox) + (SELECT count(*) FROM scheduler.outbox)
         AS "rows of the outboxes",
       (SELECT count(*) FROM pg_stat_activity)
         AS "processes of PostgreSQL"
"""


class Samples:
    """What was seen of each process and table, minute by minute."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.minutes: list[float] = []
        self.seen: dict[str, list[float]] = defaultdict(list)

    def note(self, minute: float, figures: Mapping[str, float]) -> None:
        """Write down one moment."""
        self.minutes.append(minute)
        for name, figure in figures.items():
            self.seen[name].append(figure)

    def grown(self) -> str:
        """Give a table of everything that was there all the time."""
        lasting = {
            name: figures
            for name, figures in sorted(self.seen.items())
            if len(figures) == len(self.minutes)
        }
        head = ("", "at first", "at last", "a minute", "")
        return table(head, [self._row(name, figures) for name, figures in lasting.items()])

    def _row(self, name: str, figures: Sequence[float]) -> tuple[str, ...]:
        slope = statistics.linear_regression(self.minutes, figures).slope
        grows = verdict(figures) if name.endswith("MB") else ""
        return name, f"{figures[0]:,.1f}", f"{figures[-1]:,.1f}", f"{slope:+.2f}", grows


def verdict(figures: Sequence[float]) -> str:
    """Say whether the last third of the time needs more than the third before."""
    third = len(figures) // 3
    if third == 0:
        return "too short"
    before, last = (
        statistics.fmean(part) for part in (figures[-2 * third : -third], figures[-third:])
    )
    more = last - before
    return f"**{more:+.1f}**" if more > max(FLAT_MEBIBYTES, FLAT_SHARE * before) else "flat"


async def soaked(servers: Servers, seconds: float) -> tuple[float, str, str]:
    """Press for long at half of the most; give the rate, a table of what grew, and what is left."""
    samples = Samples()
    async with guild_on(servers) as (stage, guild):
        await join_gateway(stage, 2)
        await _touch_every_connection(stage, guild.invitations)
        with step("the most"):
            rate = await _most(guild) / 2
        with step(f"pools, caches and plans, at {rate:.0f} a second"):
            await steadily(guild, rate, WARMING_SHARE * seconds)
        pressing = asyncio.create_task(steadily(guild, rate, seconds))
        started_at = time.monotonic()
        async with _counting(stage) as count:
            while not pressing.done():
                minute = (time.monotonic() - started_at) / 60
                sizes = {f"{name}, MB": size for name, size in memory().items()}
                samples.note(minute, {**sizes, **await count()})
                print(f"  {minute:4.1f} of {seconds / 60:.0f} minutes", flush=True)
                await asyncio.wait({pressing}, timeout=LOOK_EVERY_SECONDS)
        await pressing
        left = await _left(stage)
    return rate, samples.grown(), left


async def _touch_every_connection(stage: Whole, ids: Sequence[str]) -> None:
    """Write a press over each connection that the service may have, and take it back.

    A process of PostgreSQL takes some megabytes with the first press it sees, and the last of them
    sees one only when many come in one moment.
    """
    settings = DatabaseSettings(database_url=stage.servers.database_url("invitations", stage.name))
    pool = await open_pool(settings)
    everybody = asyncio.Barrier(settings.database_connections)

    async def touch(invitation_id: str) -> None:
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await invitations.view(connection, invitation_id)
            member = builders.in_guild(builders.MEMBER, demo.GUILD_ID)
            join = JoinInvitation(actor=member, invitation_id=invitation_id)
            await join_invitation(join, connection)
            await everybody.wait()
            await transaction.rollback()

    await asyncio.gather(*map(touch, ids[: settings.database_connections]))
    await pool.close()


async def _most(guild: Guild) -> float:
    """Let some press as soon as they read their answers; give the presses a second."""
    until = time.monotonic() + MOST_SECONDS
    answered = 0

    async def member() -> None:
        nonlocal answered
        while time.monotonic() < until:
            press = await guild.press()
            with contextlib.suppress(TimeoutError):
                await press.answer()
                answered += 1

    await asyncio.gather(*(member() for _ in range(AT_ONCE)))
    return answered / MOST_SECONDS


@asynccontextmanager
async def _counting(stage: Whole) -> AsyncIterator[Callable[[], Awaitable[dict[str, float]]]]:
    """Give what counts messages in queues, and rows of every inbox and outbox."""
    login = aiohttp.encode_basic_auth(*stage.servers.management_credentials)
    url = f"{stage.servers.management_url}/api/queues/{stage.vhost}"
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))

    async def count() -> dict[str, float]:
        rows = dict(await connection.fetchrow(COUNT))
        queues = await (await http.get(url)).json()
        return {**rows, "messages in queues": sum(each.get("messages", 0) for each in queues)}

    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        yield count
    await connection.close()


async def _left(stage: Whole) -> str:
    try:
        await stage.settled()
    except TimeoutError:
        return "Half a minute after the last press messages were **left** in queues or outboxes."
    return "After the last press no message was left in a queue or an outbox."


def memory() -> Mapping[str, float]:
    """Give the mebibytes that each kind of process below this one shares with nobody."""
    sizes: dict[str, float] = defaultdict(float)
    for number, program in family():
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has just ended
            continue
        [kibibytes] = [line.split()[1] for line in lines if line.startswith(OWN)] or ["0"]
        sizes[program] += int(kibibytes) / KIBIBYTES
    return sizes
