"""A message that comes twice is handled once."""

from shared.database import Connection
from shared.messages.envelope import Envelope

INSERT_RECEIPT = """
INSERT INTO inbox (message_id, message_name)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
RETURNING message_id
"""


async def is_new(connection: Connection, envelope: Envelope) -> bool:
    """Sign for a message; False when it was signed for before.

    Two at once: the second waits for the first's commit, then finds the receipt.
    """
    return await connection.fetchval(INSERT_RECEIPT, envelope.id, envelope.name) is not None


# A redelivery comes within minutes; a dead letter may be replayed for days.
DELETE_OLD_RECEIPTS = """
DELETE FROM inbox
 WHERE message_id IN (
   SELECT message_id
     FROM inbox
    WHERE received_at < CURRENT_TIMESTAMP - INTERVAL '30 days'
    ORDER BY received_at
    LIMIT 10000
 )
"""


async def clean(connection: Connection) -> None:
    """Forget receipts older than any message that can still arrive."""
    await connection.execute(DELETE_OLD_RECEIPTS)
