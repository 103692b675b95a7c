"""The SQL of a member who leaves every open invitation at once."""

from collections.abc import Sequence
from datetime import datetime

from services.invitations.domain import Invitation
from services.invitations.state import RULED, invitation
from shared.database import Connection
from shared.messages.invitations.details import Part

# By idx_participant_user_history. Everybody takes these locks in the order of the ids, so that two
# who leave at once never wait for each other. NO KEY for the reason that LOCK_INVITATIONS has.
LOCK_OPEN = f"""
SELECT {RULED}
  FROM invitations
 WHERE id IN (
   SELECT invitation_id
     FROM participants
    WHERE user_id = $1
 )
   AND status IN ('recruiting', 'full')
   AND ($2::text IS NULL OR guild_id = $2)
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_open(
    connection: Connection, user_id: str, guild_id: str | None
) -> Sequence[Invitation]:
    """Lock every open invitation that a member has a part in, of one guild or of all."""
    rows = await connection.fetch(LOCK_OPEN, user_id, guild_id)
    return [invitation(row) for row in rows]


# A statement of its own, after the lock: the locking one saw the participants of before.
# Both moments are Discord's, the leaving as a gateway knows it from Discord's answers: to some
# seconds. What older versions wrote is this database's time; a day in the future, it was written by
# a clock that was ahead, and is older.
TAKE_BACK = """
DELETE FROM participants
 WHERE invitation_id = $1
   AND user_id = $2
   AND ($3::timestamptz IS NULL
     OR COALESCE(chosen_at, created_at) <= $3 + INTERVAL '10 seconds'
     OR COALESCE(chosen_at, created_at) > clock_timestamp() + INTERVAL '1 day')
RETURNING status
"""


async def take_back(
    connection: Connection, invitation_id: str, user_id: str, until: datetime | None
) -> Part | None:
    """Take a member out of a locked invitation; return the part they had.

    They stay in if they chose it more than ten seconds after `until`.
    """
    part: Part | None = await connection.fetchval(TAKE_BACK, invitation_id, user_id, until)
    return part
