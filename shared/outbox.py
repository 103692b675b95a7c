"""Messages leave a service through its outbox, in the transaction that caused them."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from shared.database import Connection, Pool
from shared.exchanges import exchange_of
from shared.messages.envelope import Envelope
from shared.replica import SELECT_POSITION

BATCH = 100  # windows of confirms beyond 100 measured slower

INSERT_MESSAGES = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT message_id, exchange, routing_key, body
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS message (message_id, exchange, routing_key, body, place)
 ORDER BY place
"""


async def append(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Keep messages for the relay."""
    if columns := list(zip(*map(_row, envelopes), strict=True)):
        await connection.execute(INSERT_MESSAGES, *columns)


def _row(envelope: Envelope) -> tuple[UUID, str, str, str]:
    return envelope.id, exchange_of(envelope.body), envelope.name, envelope.to_json()


# One relay is active per schema: three with SKIP LOCKED swapped 503 of 4,000 events. The row lock
# on an aggregate orders its versions, and so the ids of their messages. What another relay has
# forgotten since this statement's snapshot is left out by DELETE. The position is asked by its own
# execution, after the snapshot: no earlier than what the rows tell of. With a LIMIT that is a
# parameter PostgreSQL plans a prepared statement anew each time.
TAKE_OLDEST = f"""
WITH turn AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock(hashtext('relay.' || current_schema())) AS is_ours
), taken AS (
  DELETE FROM outbox
   WHERE (SELECT is_ours FROM turn)
     AND id = ANY (ARRAY (SELECT id FROM outbox ORDER BY id LIMIT {BATCH}))
  RETURNING id, message_id, exchange, routing_key, body,
            extract(epoch FROM clock_timestamp() - created_at)::float8 AS age_seconds
)
SELECT is_ours, taken.*, ({SELECT_POSITION}) AS position
  FROM turn
  LEFT JOIN taken ON TRUE
 ORDER BY id
"""  # noqa: S608 - all are ours


async def take_oldest(connection: Connection) -> list[asyncpg.Record] | None:
    """Take out the messages that wait longest, each with how far the database has come meanwhile.

    They are there again unless the transaction commits. None if another relay is at it.
    """
    rows = await connection.fetch(TAKE_OLDEST)
    return [row for row in rows if row["id"] is not None] if rows[0]["is_ours"] else None


SELECT_AGE = """
SELECT extract(epoch FROM clock_timestamp() - created_at)::float8
  FROM outbox
 ORDER BY id
 LIMIT 1
"""


async def age_seconds(pool: Pool) -> float | None:
    """Tell how long the oldest message has waited; None if none does."""
    seconds: float | None = await pool.fetchval(SELECT_AGE)
    return seconds
