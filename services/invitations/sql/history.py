"""The SQL of a member's history: what they took part in, page by page."""

from services.invitations.sql.lists import Wanted
from shared.database import Reader
from shared.messages.invitations.mine import HistoryEntry
from shared.paging import LAST, Around, Cursor, backward, paginate

# Q3 under its names. idx_participant_user_history finds the member's rows; the starts stand in
# another table, so these few rows are sorted.
SELECT_HISTORY = """
SELECT i.id, i.guild_id, i.channel_id, i.event_name, i.start_time, i.tag, i.status,
       p.status AS participation_status,
       COALESCE(i.announcement_id, i.id) AS announcement_id
  FROM participants p
  JOIN invitations i ON i.id = p.invitation_id
 WHERE p.user_id = $1
   AND ($7::text IS NULL OR i.guild_id = $7)
   AND i.status <> 'cancelled'
   AND (i.start_time, i.id) < ($2, $3)
   AND ($5::text IS NULL OR i.tag = $5)
   AND ($6::text IS NULL OR i.status = $6)
 ORDER BY i.start_time DESC, i.id DESC
 LIMIT $4
"""

SELECT_HISTORY_BACK = backward(SELECT_HISTORY)


async def newest_first(
    connection: Reader, user_id: str, wanted: Wanted, at: Cursor | None, limit: int
) -> tuple[list[HistoryEntry], Around]:
    """Give a page of what a member took part in, and the pages around it."""
    at = at or Cursor(LAST, "")
    statement = SELECT_HISTORY_BACK if at.is_before else SELECT_HISTORY
    narrowed = wanted.tag, wanted.status, wanted.guild_id
    rows = await connection.fetch(statement, user_id, at.at, at.id, limit + 1, *narrowed)
    entries = [HistoryEntry(**row) for row in rows]
    return paginate(entries, at, limit, lambda each: (each.start_time, each.id))
