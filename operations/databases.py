"""What the command reads in each service's schema, as that service's own role."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from operations.settings import Settings
from services.invitations.sql import sealed_texts as of_invitations
from services.tickets.sql import sealed_texts as of_tickets
from shared.database import Pool, open_pool
from shared.settings import OperatorMistake

COUNTS = {"invitations": of_invitations.count_by_key, "tickets": of_tickets.count_by_key}
"""How each owner of sealed texts counts them: the numbers that its metric tells."""


@contextlib.asynccontextmanager
async def pool_of(settings: Settings, role: str) -> AsyncIterator[Pool]:
    """Open a role's database; a mistake names the role's own setting."""
    wanted = settings.database(role)
    try:
        pool = await open_pool(wanted)
    except OperatorMistake as mistake:
        own = f"{role.upper()}_DATABASE_URL"
        raise OperatorMistake(str(mistake).replace("DATABASE_URL", own)) from None
    try:
        yield pool
    finally:
        await pool.close()


@dataclass(frozen=True, slots=True)
class Outbox:
    """The messages that a service has stored and not yet published."""

    service: str
    waiting: int
    oldest: timedelta | None
    refused: int


SELECT_OUTBOX = """
SELECT count(*) AS waiting, clock_timestamp() - min(created_at) AS oldest,
       (SELECT count(*) FROM refused_messages) AS refused
  FROM outbox
"""


async def outbox(settings: Settings, role: str) -> Outbox:
    """Look at a service's outbox."""
    async with pool_of(settings, role) as pool:
        row = await pool.fetchrow(SELECT_OUTBOX)
    assert row is not None  # noqa: S101 - it counts
    return Outbox(role, row["waiting"], row["oldest"], row["refused"])


async def sealed_texts(settings: Settings, role: str) -> Mapping[str, int]:
    """Count a service's sealed texts by their keys."""
    async with pool_of(settings, role) as pool:
        return await COUNTS[role](pool)
