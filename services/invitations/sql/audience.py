"""The SQL of whom a change of an invitation concerns."""

from collections.abc import Sequence

from shared.database import Connection
from shared.messages.invitations.events import MOST_CONCERNED

# By idx_participant_count_covering. A seat or a place in the queue is a promise, so its news has no
# opt-out; a bookmark is none.
SELECT_CONCERNED = f"""
SELECT user_id
  FROM participants
 WHERE invitation_id = $1
   AND (
     status <> 'interested'
     OR NOT EXISTS (
       SELECT
         FROM reminder_opt_outs
        WHERE reminder_opt_outs.user_id = participants.user_id
     )
   )
 ORDER BY array_position(ARRAY['joined', 'waitlisted', 'interested'], status::text),
          COALESCE(joined_at, waitlisted_at, created_at), id
 LIMIT {MOST_CONCERNED}
"""


async def concerned(connection: Connection, invitation_id: str) -> Sequence[str]:
    """List the participants, the waitlist, and the interested who have not opted out."""
    return [row["user_id"] for row in await connection.fetch(SELECT_CONCERNED, invitation_id)]
