"""Say a command to the service's handlers, and read what they tell."""

import json
from typing import Any
from uuid import uuid4

import asyncpg

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import Handled, handle_once
from shared.messages.envelope import Command, Envelope
from tests import builders


async def say(pool: Pool, command: Command) -> Handled:
    return await handle_once(Envelope.first(command), HANDLERS, pool)


async def drain(pool: Pool) -> list[tuple[str, dict[str, Any]]]:
    """Give name and body of every message in the outbox, oldest first, and empty it."""
    rows = await pool.fetch("DELETE FROM outbox RETURNING id, routing_key, body")
    return [
        (row["routing_key"].partition(".")[2], json.loads(row["body"])["body"])
        for row in sorted(rows, key=lambda row: row["id"])
    ]


async def list_in_public(pool: Pool, *guild_ids: str) -> None:
    """Let guilds be in the list that everybody may read."""
    statement = "INSERT INTO guilds (guild_id, is_listed) VALUES ($1, TRUE) ON CONFLICT DO NOTHING"
    for guild_id in guild_ids:
        await pool.execute(statement, guild_id)


async def published(
    pool: Pool, invitation_id: str = builders.INVITATION_ID, **changes: Any
) -> None:
    """Publish that invitation, and empty the outbox."""
    request_id = uuid4()
    await say(pool, builders.draft(request_id, **changes))
    await say(pool, builders.publish(request_id, invitation_id))
    await drain(pool)


async def stored(pool: Pool) -> asyncpg.Record:
    row = await pool.fetchrow("SELECT * FROM invitations")
    assert row is not None
    return row
