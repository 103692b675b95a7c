"""How presses grow: the more invitations are hot at a time, and the more rows there are."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence

import asyncpg

from shared.database import Pool
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from tests import builders
from tests.bench.cpu import since, spent
from tests.bench.presses import CONNECTIONS, Press, Row, gateway, published, row_of
from tests.conftest import Site
from tests.load.service import serving
from tests.tables import table

HOT = (1, 10, 100)
MEMBERS = 90  # who press at the same time: fewer than an invitation may have seats
FIRST_MEMBER = 10**17  # nobody whom the seeding knows

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
                f"{row.p50:.0f}",
                f"{row.p99:.0f}",
            )
            for row in rows
        ],
    )


async def _measured(
    site: Site, pool: Pool, name: str, invitations: Sequence[str], presses: int
) -> Row:
    """Let members join and leave, each the next invitation, and time every press."""
    warming, measured = _commands(invitations, 4), _commands(invitations, presses // MEMBERS)
    with serving(site):
        async with gateway(site) as press:
            await _pressed(press, warming)
            changed = -await pool.fetchval(SUM_VERSIONS, invitations)
            before, started_at = spent(), time.perf_counter()
            milliseconds = await _pressed(press, measured)
            seconds, cpu = time.perf_counter() - started_at, since(before, len(milliseconds))
            changed += await pool.fetchval(SUM_VERSIONS, invitations)
    assert changed == len(milliseconds), "a press was refused: what was measured is another thing"
    return row_of(name, milliseconds, seconds, cpu)


async def _pressed(press: Press, commands: Sequence[Sequence[Envelope]]) -> list[float]:
    milliseconds: list[float] = []

    async def member(own: Sequence[Envelope]) -> None:
        for command in own:
            started_at = time.perf_counter()
            await press(command)
            milliseconds.append((time.perf_counter() - started_at) * 1000)

    await asyncio.gather(*map(member, commands))
    return milliseconds


def _commands(invitations: Sequence[str], each: int) -> list[list[Envelope]]:
    """Write what every member presses; seats are never short, for who comes goes again."""
    return [[*_of_member(invitations, number, each // 2)] for number in range(MEMBERS)]


def _of_member(invitations: Sequence[str], number: int, turns: int) -> Iterator[Envelope]:
    for turn in range(turns):
        for kind in (JoinInvitation, LeaveInvitation):
            yield Envelope.first(
                kind(
                    actor=Actor(user_id=str(FIRST_MEMBER + number), name="会員"),
                    reply_to=builders.reply_to(str(number)),
                    invitation_id=invitations[(number + turn * MEMBERS) % len(invitations)],
                )
            )
