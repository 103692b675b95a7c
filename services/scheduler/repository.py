"""The table of deadlines; every "due" and "now" in it is the database's.

Each replica's own clock differs from the others'. One clock for the comparison and for the mark,
in one statement, makes them agree: none fires early, and none thinks another one's deadline late.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduler.domain import Fired
from shared.database import Connection

# A deadline that has fired stays so, unless its moment moves. The story is that of the event
# which chose the moment: a later press of a button has nothing to do with it.
UPSERT_DEADLINE = """
INSERT INTO deadlines (kind, subject_id, due_at, version, correlation_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, subject_id) DO UPDATE
   SET due_at = EXCLUDED.due_at,
       version = EXCLUDED.version,
       fired_at = CASE WHEN deadlines.due_at = EXCLUDED.due_at THEN deadlines.fired_at END,
       set_at = CASE WHEN deadlines.due_at = EXCLUDED.due_at
                     THEN deadlines.set_at
                     ELSE statement_timestamp() END,
       correlation_id = CASE WHEN deadlines.due_at = EXCLUDED.due_at
                             THEN deadlines.correlation_id
                             ELSE EXCLUDED.correlation_id END
 WHERE deadlines.version < EXCLUDED.version
"""


async def keep(
    connection: Connection,
    key: tuple[str, str],
    due_at: datetime,
    version: int,
    correlation_id: UUID,
) -> None:
    """Set the deadline of a kind and subject, unless a newer version has set or cleared it."""
    await connection.execute(UPSERT_DEADLINE, *key, due_at, version, correlation_id)


# The row stays: an older event can still arrive, and must find the newer version. What never fired
# is due at infinity; its fired_at takes it out of the index and says when it can be forgotten.
CLEAR_DEADLINE = """
INSERT INTO deadlines (kind, subject_id, due_at, version, fired_at)
VALUES ($1, $2, 'infinity', $3, statement_timestamp())
ON CONFLICT (kind, subject_id) DO UPDATE
   SET due_at = CASE WHEN deadlines.fired_at IS NULL THEN 'infinity' ELSE deadlines.due_at END,
       version = EXCLUDED.version,
       fired_at = COALESCE(deadlines.fired_at, EXCLUDED.fired_at)
 WHERE deadlines.version < EXCLUDED.version
"""


async def clear(connection: Connection, key: tuple[str, str], version: int) -> None:
    """Let a deadline never fire (again), unless a newer version has set it."""
    await connection.execute(CLEAR_DEADLINE, *key, version)


# A deadline further away than its interval comes nearer: a new version may have a shorter interval,
# and a database clock that was years ahead has written a slot that would be years away.
UPSERT_RECURRING = """
INSERT INTO deadlines (kind, subject_id, due_at, version, repeat_every)
VALUES ($1, '', statement_timestamp() + $2::interval, 0, $2)
ON CONFLICT (kind, subject_id) DO UPDATE
   SET due_at = LEAST(deadlines.due_at, EXCLUDED.due_at),
       repeat_every = EXCLUDED.repeat_every
 WHERE deadlines.repeat_every <> EXCLUDED.repeat_every
    OR deadlines.due_at > EXCLUDED.due_at
"""


async def keep_recurring(connection: Connection, intervals: Mapping[str, timedelta]) -> None:
    """Create the absent recurring deadlines and bring those nearer that are too far away.

    Replicas may do so at once.
    """
    # In one order everywhere: two replicas that lock the same rows crosswise would deadlock.
    await connection.executemany(UPSERT_RECURRING, sorted(intervals.items()))


# idx_deadline_due serves it. statement_timestamp() is stable within the statement, so the index
# can be used, and every replica that waits for a lock judges by the moment it asked.
FIRE_DUE = """
WITH due AS (
  SELECT kind, subject_id, due_at
    FROM deadlines
   WHERE fired_at IS NULL
     AND due_at <= statement_timestamp()
     AND kind = ANY($1::text[])
   ORDER BY due_at
   LIMIT $2
     FOR UPDATE SKIP LOCKED
)
UPDATE deadlines
   SET fired_at = CASE WHEN repeat_every IS NULL THEN statement_timestamp() END,
       due_at = CASE
         WHEN repeat_every IS NULL THEN deadlines.due_at
         ELSE deadlines.due_at + repeat_every * (1 + floor(
           extract(epoch FROM statement_timestamp() - deadlines.due_at)
           / extract(epoch FROM repeat_every))::float8)
       END
  FROM due
 WHERE deadlines.kind = due.kind
   AND deadlines.subject_id = due.subject_id
RETURNING deadlines.kind, deadlines.subject_id, deadlines.correlation_id,
          GREATEST(0, extract(epoch FROM statement_timestamp()
            - GREATEST(due.due_at, deadlines.set_at, $3)))::float8 AS late_seconds
"""


async def fire_due(
    connection: Connection, kinds: Sequence[str], limit: int, since: datetime
) -> list[Fired]:
    """Mark what is due and nobody else is marking; a recurring one moves to its next free slot.

    None is late before it was set, nor before `since`, when this process began to fire.
    """
    return [Fired(**row) for row in await connection.fetch(FIRE_DUE, kinds, limit, since)]


SELECT_NEXT = """
SELECT extract(epoch FROM due_at - clock_timestamp())::float8
  FROM deadlines
 WHERE fired_at IS NULL
   AND kind = ANY($1::text[])
 ORDER BY due_at
 LIMIT 1
"""


async def seconds_until_next(connection: Connection, kinds: Sequence[str]) -> float | None:
    """Tell how long until the next deadline; negative when it is due, None when nothing waits."""
    seconds: float | None = await connection.fetchval(SELECT_NEXT, kinds)
    return seconds


# What a clock that was ahead has marked is kept for 30 days from now on.
BRING_BACK_SETTLED = """
UPDATE deadlines
   SET fired_at = statement_timestamp()
 WHERE fired_at > statement_timestamp() + INTERVAL '1 day'
"""

# As long as receipts are kept: no event from before can come again and need the version.
DELETE_SETTLED = """
DELETE FROM deadlines
 WHERE fired_at < statement_timestamp() - INTERVAL '30 days'
"""


async def forget_settled(connection: Connection) -> None:
    """Forget deadlines that fired or were cleared long ago."""
    await connection.execute(BRING_BACK_SETTLED)
    await connection.execute(DELETE_SETTLED)
