"""Whatever a command says within its contract, the service does it or refuses; nothing fails."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.messages.invitations.commands import FindOutdatedSeals, ReplaceSeals
from tests.conftest import Site
from tests.services.invitations.telling import drain, published, say
from tests.shared.inventing import commands

# No person's word comes into these: the gateway repeats what the service sent it.
AMONG_OURSELVES = {FindOutdatedSeals, ReplaceSeals}
EMPTY = "TRUNCATE invitations.invitations, invitations.drafts CASCADE"


@pytest.fixture
async def owner(database: Site) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


@pytest.fixture
async def shared_pool(database: Site) -> AsyncIterator[Pool]:
    pool = await database.pool()
    yield pool
    await pool.close()


async def test_no_command_fails(shared_pool: Pool, owner: asyncpg.Connection) -> None:
    outcomes = set[str]()
    for kind in HANDLERS.keys() - AMONG_OURSELVES:
        await published(shared_pool)
        for command in commands(kind):
            outcomes.add(await say(shared_pool, command))
            await drain(shared_pool)
        await owner.execute(EMPTY)
    assert outcomes == {"done", "refused"}
