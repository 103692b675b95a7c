"""Messages leave a service through its outbox, in the transaction that caused them."""

from collections.abc import Iterable

import asyncpg

from shared.database import Connection
from shared.exchanges import exchange_of
from shared.messages.envelope import Envelope

INSERT_MESSAGE = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
VALUES ($1, $2, $3, $4)
"""


async def append(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Keep messages for the relay."""
    rows = [(e.id, exchange_of(e.body), e.name, e.to_json()) for e in envelopes]
    if rows:
        await connection.executemany(INSERT_MESSAGE, rows)


# The row lock on an aggregate orders its versions, and so the ids of their messages.
SELECT_OLDEST = """
SELECT id, message_id, exchange, routing_key, body, created_at
  FROM outbox
 ORDER BY id
 LIMIT $1
"""


async def oldest(connection: Connection, limit: int) -> list[asyncpg.Record]:
    """Read the messages that wait longest."""
    return await connection.fetch(SELECT_OLDEST, limit)


DELETE_PUBLISHED = """
DELETE FROM outbox
 WHERE id = ANY($1::bigint[])
"""


async def delete(connection: Connection, ids: list[int]) -> None:
    """Forget messages that the broker has confirmed."""
    await connection.execute(DELETE_PUBLISHED, ids)
