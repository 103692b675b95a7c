"""The SQL of lists, page by page: each has a statement forward and one back."""

from typing import Literal, TypeAlias

import asyncpg

from services.tickets.sql.state import LINE
from shared.database import Connection
from shared.messages.tickets.details import TicketLine
from shared.paging import FIRST, LAST, Around, Cursor, backward, paginate, read_cursor

Kind: TypeAlias = Literal["open", "own"]
Page: TypeAlias = tuple[list[TicketLine], Around]

PAGE = 10


# By idx_ticket_guild_open, whose condition alone cannot use both columns of the place.
LIST_OPEN = f"""
SELECT {LINE}
  FROM tickets
 WHERE status = 'open'
   AND guild_id = $1
   AND created_at >= $2
   AND (created_at, id) > ($2, $3)
 ORDER BY created_at ASC, id ASC
 LIMIT $4
"""

LIST_OPEN_BACK = backward(LIST_OPEN)


async def open_tickets(connection: Connection, guild_id: str, cursor: str | None) -> Page:
    """Read a page of a guild's open tickets, the oldest first."""
    at = read_cursor(cursor) if cursor else Cursor(FIRST, "")
    statement = LIST_OPEN_BACK if at.is_before else LIST_OPEN
    rows = await connection.fetch(statement, guild_id, at.at, at.id, PAGE + 1)
    return _page(rows, at)


# By idx_ticket_user_history.
LIST_OWN = f"""
SELECT {LINE}
  FROM tickets
 WHERE user_id = $1
   AND guild_id = $2
   AND created_at <= $3
   AND (created_at, id) < ($3, $4)
 ORDER BY created_at DESC, id DESC
 LIMIT $5
"""

LIST_OWN_BACK = backward(LIST_OWN)


async def own_tickets(
    connection: Connection, user_id: str, guild_id: str, cursor: str | None
) -> Page:
    """Read a page of a member's tickets, the newest first."""
    at = read_cursor(cursor) if cursor else Cursor(LAST, "")
    statement = LIST_OWN_BACK if at.is_before else LIST_OWN
    rows = await connection.fetch(statement, user_id, guild_id, at.at, at.id, PAGE + 1)
    return _page(rows, at)


def _page(rows: list[asyncpg.Record], at: Cursor) -> Page:
    lines = [TicketLine(**row) for row in rows]
    return paginate(lines, at, PAGE, lambda each: (each.created_at, each.id))
