"""Raw SQL that takes and frees seats around any service, and what it leaves behind."""

import asyncio
from typing import TypeAlias

from asyncpg import Connection

from tests.schema.rows import Session

Pair: TypeAlias = tuple[Connection, Connection]

JOIN = """
    INSERT INTO participants (invitation_id, user_id, user_name, status)
    VALUES ($1, $2, '参加者', 'joined')
"""
UPSERT = f"{JOIN} ON CONFLICT ON CONSTRAINT unique_participant DO UPDATE SET status = 'joined'"
JOIN_MANY = """
    INSERT INTO participants (invitation_id, user_id, user_name, status)
    SELECT $1, user_id, '参加者', 'joined' FROM unnest($2::text[]) AS user_id
"""
LEAVE = "DELETE FROM participants WHERE invitation_id = $1 AND user_id = $2"
WAITING_FOR_LOCK = """
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock')
"""


async def seats(connection: Session, invitation_id: str) -> tuple[int, str]:
    """Give an invitation's count of seats and status, the count checked against the rows."""
    row = await connection.fetchrow(
        """
        SELECT joined_count, status,
          (SELECT count(*) FROM participants p
           WHERE p.invitation_id = i.id AND p.status = 'joined') AS counted
        FROM invitations i WHERE id = $1
        """,
        invitation_id,
    )
    assert row is not None
    assert row["joined_count"] == row["counted"]
    return row["joined_count"], row["status"]


async def until_waiting(watcher: Connection, waiter: Connection) -> None:
    """Return once one session waits for a lock."""
    async with asyncio.timeout(30):
        # PostgreSQL tells nobody that a session waits, so this asks.
        while not await watcher.fetchval(  # noqa: ASYNC110 - as above
            WAITING_FOR_LOCK, waiter.get_server_pid()
        ):
            await asyncio.sleep(0)
