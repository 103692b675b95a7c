"""The SQL of events that come back every week."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.invitations.weekly import NextWeek
from shared.database import Connection
from shared.messages.invitations.repetition import Repetition

# The row is bound to the request, as long as the invitation is, and its draft before it.
KEEP_REPETITION = """
INSERT INTO repetitions (request_id, times_left, until_date)
SELECT request_id, $2::integer, $3::date
  FROM invitations
 WHERE id = $1
ON CONFLICT (request_id) DO UPDATE
   SET times_left = EXCLUDED.times_left, until_date = EXCLUDED.until_date
"""


async def keep(connection: Connection, invitation_id: str, repetition: Repetition) -> None:
    """Remember how a locked invitation comes back, in place of what was said before."""
    await connection.execute(KEEP_REPETITION, invitation_id, repetition.times, repetition.until)


@dataclass(frozen=True, slots=True)
class Series:
    """How an invitation comes back, and the request that it is bound to now."""

    request_id: UUID
    repetition: Repetition
    skipped_start: datetime | None
    """The local time at which it would start now, if the clocks did not skip it."""


SELECT_SERIES = """
SELECT repetitions.request_id, times_left, until_date, skipped_start
  FROM repetitions
  JOIN invitations USING (request_id)
 WHERE invitations.id = $1
"""


async def series(connection: Connection, invitation_id: str) -> Series | None:
    """Read how a locked invitation comes back, if it does."""
    row = await connection.fetchrow(SELECT_SERIES, invitation_id)
    if row is None:
        return None
    repetition = Repetition(times=row["times_left"], until=row["until_date"])
    return Series(row["request_id"], repetition, row["skipped_start"])


MOVE_REPETITION = """
UPDATE repetitions
   SET request_id = $2, skipped_start = $3, times_left = $4, until_date = $5
 WHERE request_id = $1
"""


async def move(connection: Connection, old: UUID, new: UUID, following: NextWeek) -> None:
    """Bind a series that goes on to its next occurrence."""
    left = following.left or Repetition()
    ends = (left.times, left.until)
    await connection.execute(MOVE_REPETITION, old, new, following.skipped, *ends)


DELETE_REPETITION = """
DELETE FROM repetitions
 WHERE request_id = $1
"""


async def delete(connection: Connection, request_id: UUID) -> None:
    """Let a series end with what it is bound to."""
    await connection.execute(DELETE_REPETITION, request_id)


# A draft that was deleted by hand takes its series along, a day later.
DELETE_STRANDED = """
DELETE FROM repetitions
 WHERE NOT EXISTS (
   SELECT
     FROM drafts
    WHERE drafts.request_id = repetitions.request_id
 )
   AND NOT EXISTS (
   SELECT
     FROM invitations
    WHERE invitations.request_id = repetitions.request_id
 )
"""


async def delete_stranded(connection: Connection) -> None:
    """Forget series that are bound to nothing."""
    await connection.execute(DELETE_STRANDED)
