"""The SQL of a member's export: every row of tickets that is about them."""

import json

from shared.database import Connection
from shared.messages.tickets.export import OwnRequest, OwnTicket, TicketAction, TicketsExport

# By idx_ticket_user_history.
SELECT_OWN = """
SELECT id, request_id, guild_id, channel_id, user_name, category, status, subject, close_reason,
       on_hold AS is_on_hold, created_at, last_activity_at, closed_at
  FROM tickets
 WHERE user_id = $1
 ORDER BY created_at, id
"""

SELECT_PENDING = """
SELECT request_id, guild_id, channel_id, user_name, category, subject, details, created_at
  FROM requests
 WHERE user_id = $1
   AND ticket_id IS NULL
 ORDER BY created_at, request_id
"""

# Once a year for a member is often: no index leads from staff, or from who was let in, to tickets.
SELECT_OTHERS = """
SELECT id, staff_id = $1 AS staff_of, closed_by = $1 AS closed_by_member,
       $1 = ANY (added_ids) AS added_to, $1 = ANY (removed_ids) AS removed_from
  FROM tickets
 WHERE user_id <> $1
   AND (staff_id = $1 OR closed_by = $1 OR $1 = ANY (added_ids) OR $1 = ANY (removed_ids))
 ORDER BY id
"""

SELECT_ACTIONS = """
SELECT at, actor_id = $1 AS is_own, CASE WHEN actor_id = $1 THEN actor_name END AS name, action,
       ticket_id, details
  FROM audit_log
 WHERE actor_id = $1
    OR EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = $1::text)
 ORDER BY id
"""


async def everything_about(connection: Connection, user_id: str) -> TicketsExport:
    """Read all that is stored about a member."""
    own = await connection.fetch(SELECT_OWN, user_id)
    pending = await connection.fetch(SELECT_PENDING, user_id)
    others = await connection.fetch(SELECT_OTHERS, user_id)
    actions = await connection.fetch(SELECT_ACTIONS, user_id)
    parts = ("staff_of", "closed_by_member", "added_to", "removed_from")
    return TicketsExport(
        tickets=[OwnTicket(**row) for row in own],
        requests=[OwnRequest(**row) for row in pending],
        audit_log=[
            TicketAction(**dict(row) | {"details": json.loads(row["details"])}) for row in actions
        ],
        **{part: [row["id"] for row in others if row[part]] for part in parts},
    )
