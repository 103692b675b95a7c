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


# The row lock on an aggregate orders its versions, and so the ids of their messages. The position
# is asked by this statement's own execution, after its snapshot: no earlier than what rows tell of.
# With a LIMIT that is a parameter PostgreSQL plans a prepared statement anew each time.
SELECT_OLDEST = f"""
SELECT id, message_id, exchange, routing_key, body, created_at,
       ({SELECT_POSITION}) AS position
  FROM outbox
 ORDER BY id
 LIMIT {BATCH}
"""  # noqa: S608 - all are ours


async def oldest(connection: Connection) -> list[asyncpg.Record]:
    """Read the messages that wait longest, each with how far the database has come meanwhile."""
    return await connection.fetch(SELECT_OLDEST)


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


DELETE_PUBLISHED = """
DELETE FROM outbox
 WHERE id = ANY($1::bigint[])
"""


async def delete(connection: Connection, ids: list[int]) -> None:
    """Forget messages that the broker has confirmed."""
    await connection.execute(DELETE_PUBLISHED, ids)
