"""How presses grow: the more invitations are hot at a time, and the more rows there are."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence

import asyncpg

from benchmarks.bench.cpu import since, spent
from benchmarks.bench.gateway import Press, gateway, published
from benchmarks.bench.presses import CONNECTIONS
from benchmarks.bench.rows import Row, row_of
from benchmarks.load.service import serving
from shared.database import Pool
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.conftest import Site
from tests.tables import table

HOT = (1, 10, 100)
MEMBERS = 90  # who press at the same time: fewer than an invitation may have seats
MEMBER_IDS = [str(10**17 + number) for number in range(MEMBERS)]  # whom the seeding does not know
WARMING = 2  # rounds

SELECT_OPEN = """
SELECT id
  FROM invitations.invitations
 WHERE status = 'recruiting'
 ORDER BY random()
 LIMIT $1
"""

SUM_VERSIONS = """
SELECT sum(version)
  FROM invitations
 WHERE id = ANY ($1::text[])
"""

FREE_SEATS = """
DELETE FROM participants
 WHERE invitation_id = ANY ($1::text[])
   AND user_id = ANY ($2::text[])
"""


async def over_hot(site: Site, presses: int) -> list[Row]:
    """Measure presses that all concern so many invitations."""
    pool = await site.pool(connections=CONNECTIONS)
    rows = [
        await _measured(site, pool, f"{hot:,}", await published(pool, hot), presses) for hot in HOT
    ]
    await pool.close()
    return rows


async def over_rows(site: Site, invitations: int, presses: int) -> Row:
    """Measure presses that concern any of the invitations that recruit."""
    pool = await site.pool(connections=CONNECTIONS)
    await asyncio.to_thread(os.sync)  # or the broker would wait for the disk behind the seeding
    # Among very many this takes longer than a service may ask for.
    superuser = await asyncpg.connect(site.superuser_url)
    chosen = [each["id"] for each in await superuser.fetch(SELECT_OPEN, presses // 2)]
    await superuser.close()
    row = await _measured(site, pool, f"{invitations:,}", chosen, presses)
    await pool.close()
    return row


def grown(of: str, rows: Sequence[Row]) -> str:
    """Give a table of how presses are, by what there is more and more of."""
    return table(
        (of, "presses/s", "CPU ms", "p50 ms", "p99 ms"),
        [
            (
                row.name,
                f"{row.rate:,.0f}",
                f"{sum(row.cpu.values()):.1f}",
                *(f"{each:.0f}" for each in row.milliseconds or ()),
            )
            for row in rows
        ],
    )


async def _measured(
    site: Site, pool: Pool, name: str, invitations: Sequence[str], presses: int
) -> Row:
    """Let all members join, round by round; what lies between the rounds is not measured."""
    rounds = [_joins(invitations, number) for number in range(WARMING + presses // MEMBERS)]
    milliseconds: list[float] = []
    seconds, cpu = 0.0, Counter[str]()
    with serving(site):
        async with gateway(site) as press:
            for number, commands in enumerate(rounds):
                if number == WARMING:
                    milliseconds, seconds, cpu = [], 0.0, Counter()
                    changed = -await pool.fetchval(SUM_VERSIONS, invitations)
                before, started_at = spent(), time.perf_counter()
                milliseconds += await asyncio.gather(*(_timed(press, each) for each in commands))
                seconds += time.perf_counter() - started_at
                cpu.update(since(before, 1))
                await pool.execute(FREE_SEATS, invitations, MEMBER_IDS)
            changed += await pool.fetchval(SUM_VERSIONS, invitations)
    assert changed == len(milliseconds), "a press was refused: what was measured is another thing"
    each = {program: spent / len(milliseconds) for program, spent in cpu.items()}
    return row_of(name, len(milliseconds), seconds, each, milliseconds)


async def _timed(press: Press, command: Envelope) -> float:
    started_at = time.perf_counter()
    await press(command)
    return (time.perf_counter() - started_at) * 1000


def _joins(invitations: Sequence[str], round_number: int) -> list[Envelope]:
    """Write what every member presses in a round: each on the next invitation."""
    return [
        Envelope.first(
            JoinInvitation(
                actor=Actor(user_id=member_id, name="会員", guild_id="1"),
                reply_to=builders.reply_to(member_id),
                invitation_id=invitations[(number + round_number * MEMBERS) % len(invitations)],
            )
        )
        for number, member_id in enumerate(MEMBER_IDS)
    ]
