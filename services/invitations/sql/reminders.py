"""The SQL of reminders: who is to be reminded of a start, and who wants none."""

from collections.abc import Sequence
from datetime import datetime

from services.invitations.sql.state import STATE, fetch_state
from shared.database import Connection
from shared.messages.invitations.details import InvitationState

# By idx_participant_count_covering.
SELECT_TO_REMIND = """
SELECT user_id
  FROM participants
 WHERE invitation_id = $1
   AND status = 'joined'
   AND NOT EXISTS (
     SELECT
       FROM reminder_opt_outs
      WHERE reminder_opt_outs.user_id = participants.user_id
   )
 ORDER BY joined_at, id
"""


async def to_remind(connection: Connection, invitation_id: str) -> Sequence[str]:
    """List those with a seat who have not opted out, in the order they came."""
    return [row["user_id"] for row in await connection.fetch(SELECT_TO_REMIND, invitation_id)]


SELECT_OPTED_OUT = """
SELECT user_id
  FROM reminder_opt_outs
 WHERE user_id = ANY($1::text[])
"""


async def wanted_by(connection: Connection, user_ids: Sequence[str]) -> Sequence[str]:
    """Return those of some members who have not opted out, in their order."""
    rows = await connection.fetch(SELECT_OPTED_OUT, user_ids)
    opted_out = {row["user_id"] for row in rows}
    return [each for each in user_ids if each not in opted_out]


MARK_REMINDED = f"""
UPDATE invitations
   SET reminded_for = start_time, reminded_until = $2, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def mark_reminded(
    connection: Connection, invitation_id: str, until: datetime
) -> InvitationState:
    """Remember that a locked invitation's reminders up to a moment were sent for its start."""
    return await fetch_state(connection, MARK_REMINDED, invitation_id, until)


SKIP_REMINDERS = """
UPDATE invitations
   SET reminded_until = $2
 WHERE id = $1
"""


async def skip(connection: Connection, invitation_id: str, until: datetime) -> None:
    """Send a locked invitation's reminders up to a moment never: nobody wanted them."""
    await connection.execute(SKIP_REMINDERS, invitation_id, until)


OPT_OUT = """
INSERT INTO reminder_opt_outs (user_id)
VALUES ($1)
ON CONFLICT (user_id) DO NOTHING
"""


async def opt_out(connection: Connection, user_id: str) -> None:
    """Let a member never be reminded."""
    await connection.execute(OPT_OUT, user_id)


OPT_IN = """
DELETE FROM reminder_opt_outs
 WHERE user_id = $1
"""


async def opt_in(connection: Connection, user_id: str) -> None:
    """Let a member be reminded again."""
    await connection.execute(OPT_IN, user_id)
