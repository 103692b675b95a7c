"""Events that tests of lists store without a message, and that are taken away after each file."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.stage import Stage

# Without its triggers, which let nobody delete what is final.
FORGET = """
SET LOCAL session_replication_role = replica;
DELETE FROM invitations.participants WHERE invitation_id <> ALL ({shown});
DELETE FROM invitations.invitations WHERE id <> ALL ({shown});
"""


@pytest.fixture(scope="module", autouse=True)
async def unshown_events_end(stage: Stage) -> AsyncIterator[None]:
    """Forget events without an announcement: the reconciler would post each of them again."""
    yield
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    there = ", ".join(f"'{message_id}'" for message_id in stage.discord.world.messages)
    async with connection.transaction():
        await connection.execute(FORGET.format(shown=f"ARRAY[{there}]::varchar[]"))
    await connection.close()
