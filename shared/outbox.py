"""Messages leave a service through its outbox, in the transaction that caused them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg

from shared.database import Connection, Pool
from shared.exchanges import exchange_of
from shared.messages.envelope import MOST_MESSAGE_BYTES, Envelope
from shared.read_router import SELECT_POSITION

BATCH = 100  # windows of confirms beyond 100 measured slower
BATCH_BYTES = 4 * MOST_MESSAGE_BYTES  # and one message more: what the relay holds in memory
TOO_LARGE = f"more than {MOST_MESSAGE_BYTES} bytes"


class MessageTooLarge(Exception):  # noqa: N818 - it reads as what happened
    """A handler has caused a message that is larger than any may be."""


INSERT_MESSAGES = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT message_id, exchange, routing_key, body
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS message (message_id, exchange, routing_key, body, place)
 ORDER BY place
"""


async def append(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Keep messages for the relay; raises MessageTooLarge."""
    if columns := list(zip(*map(_row, envelopes), strict=True)):
        await connection.execute(INSERT_MESSAGES, *columns)


def _row(envelope: Envelope) -> tuple[UUID, str, str, str]:
    body = envelope.to_json()
    if len(body.encode()) > MOST_MESSAGE_BYTES:
        raise MessageTooLarge(envelope.name)
    return envelope.id, exchange_of(envelope.body), envelope.name, body


# One relay is active per schema: three that skipped each other's rows swapped 503 of 4,000 events.
# The lease is a row lock, so it ends with the transaction, or with its connection. Where nothing
# waits it is not taken: a row lock makes the commit write to the disk. The row lock on an
# aggregate orders its versions, and so the ids of their messages. DELETE skips rows that another
# relay removed after this snapshot. The position is asked by its own execution, after the
# snapshot: no earlier than what the rows tell of. With a LIMIT that is a parameter PostgreSQL plans
# a prepared statement each time. A body that is too large (a release before this one may have
# written it) is set aside and never read into this process.
TAKE_OLDEST = f"""
WITH oldest AS MATERIALIZED (
  SELECT id, octet_length(body) AS size
    FROM outbox
   ORDER BY id
   LIMIT {BATCH}
), lease AS MATERIALIZED (
  SELECT is_only
    FROM relay_lease
   WHERE EXISTS (SELECT FROM oldest)
     FOR UPDATE SKIP LOCKED
), turn AS MATERIALIZED (
  SELECT EXISTS (SELECT FROM lease) OR NOT EXISTS (SELECT FROM oldest) AS is_ours
), fitting AS (
  SELECT id, sum(size) OVER (ORDER BY id) - size AS size_before
    FROM oldest
), taken AS (
  DELETE FROM outbox
   WHERE (SELECT is_ours FROM turn)
     AND id = ANY (ARRAY (SELECT id FROM fitting WHERE size_before < {BATCH_BYTES}))
  RETURNING id, message_id, exchange, routing_key, body, created_at,
            octet_length(body) > {MOST_MESSAGE_BYTES} AS is_too_large
), set_aside AS (
  INSERT INTO refused_messages (id, message_id, exchange, routing_key, body, created_at, reason)
  SELECT id, message_id, exchange, routing_key, body, created_at, '{TOO_LARGE}'
    FROM taken
   WHERE is_too_large
)
SELECT is_ours, id, message_id, exchange, routing_key, created_at, is_too_large,
       CASE WHEN NOT is_too_large THEN body END AS body,
       extract(epoch FROM clock_timestamp() - created_at)::float8 AS age_seconds,
       ({SELECT_POSITION}) AS position
  FROM turn
  LEFT JOIN taken ON TRUE
 ORDER BY id
"""  # noqa: S608 - all are ours


async def take_oldest(connection: Connection) -> list[asyncpg.Record] | None:
    """Take out the messages that wait longest, each with how far the database has come meanwhile.

    They are there again unless the transaction commits. None if another relay is at it. What is
    too large has no body and is set aside already.
    """
    rows = await connection.fetch(TAKE_OLDEST)
    return [row for row in rows if row["id"] is not None] if rows[0]["is_ours"] else None


def is_full(rows: Sequence[asyncpg.Record]) -> bool:
    """Return whether more messages may wait behind a batch that was taken out."""
    size = sum(len(row["body"] or "") for row in rows)
    return len(rows) == BATCH or size > BATCH_BYTES // 4  # a character takes up to four bytes


SET_ASIDE = """
INSERT INTO refused_messages (id, message_id, exchange, routing_key, body, created_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def set_aside(connection: Connection, row: asyncpg.Record, reason: str) -> None:
    """Keep a message that was taken out, and that the broker refuses for good."""
    columns = ("id", "message_id", "exchange", "routing_key", "body", "created_at")
    await connection.execute(SET_ASIDE, *(row[column] for column in columns), reason)


SELECT_STATE = """
SELECT (
         SELECT extract(epoch FROM clock_timestamp() - created_at)::float8
           FROM outbox
          ORDER BY id
          LIMIT 1
       ) AS age_seconds,
       (SELECT count(*) FROM refused_messages) AS refused
"""


async def state(pool: Pool) -> tuple[float | None, int]:
    """Return for how long the oldest message has waited, if any, and how many were set aside."""
    row = await pool.fetchrow(SELECT_STATE)
    assert row is not None  # noqa: S101 - it has no WHERE
    return row["age_seconds"], row["refused"]


# An operator has been asked to look at them for as long as a message can still matter.
DELETE_OLD_REFUSED = """
DELETE FROM refused_messages
 WHERE refused_at < CURRENT_TIMESTAMP - INTERVAL '30 days'
"""


async def forget_old(connection: Connection) -> None:
    """Forget messages that were refused more than thirty days ago, like receipts and erasures."""
    await connection.execute(DELETE_OLD_REFUSED)
