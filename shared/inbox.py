"""A message that comes twice is handled once."""

from collections.abc import Sequence
from uuid import UUID

from shared.database import Connection
from shared.messages.envelope import Envelope

# By id, so that two processes that sign for the same messages never wait in a circle.
INSERT_RECEIPTS = """
INSERT INTO inbox (message_id, message_name)
SELECT message_id, message_name
  FROM unnest($1::uuid[], $2::text[]) AS message (message_id, message_name)
 ORDER BY message_id
ON CONFLICT DO NOTHING
RETURNING message_id
"""


async def sign(connection: Connection, envelopes: Sequence[Envelope]) -> set[UUID]:
    """Sign for messages; give the ids of those that nobody had signed for.

    Two at once: the second waits for the first's commit, then finds the receipt.
    """
    ids, names = [each.id for each in envelopes], [each.name for each in envelopes]
    rows = await connection.fetch(INSERT_RECEIPTS, ids, names)
    return {row["message_id"] for row in rows}


# A redelivery comes within minutes; a dead letter may be replayed for days. By ctid, which can only
# be looked up: a join by message_id is planned as a nested loop where the statistics are of a table
# that was almost empty, and 10,000 receipts then take longer than statement_timeout. No receipt is
# ever updated, so none moves between the two readings.
DELETE_OLD_RECEIPTS = """
DELETE FROM inbox
 WHERE ctid = ANY (ARRAY (
   SELECT ctid
     FROM inbox
    WHERE received_at < CURRENT_TIMESTAMP - INTERVAL '30 days'
    ORDER BY received_at
    LIMIT 10000
 ))
"""
FULL_BATCH = "DELETE 10000"
MOST_BATCHES = 20  # in one transaction; the next day's takes what is left


async def clean(connection: Connection) -> None:
    """Forget receipts older than any message that can still arrive."""
    for _ in range(MOST_BATCHES):
        if await connection.execute(DELETE_OLD_RECEIPTS) != FULL_BATCH:
            break
