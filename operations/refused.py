"""The messages of outboxes that the broker refuses for good: found, shown, tried again, deleted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.databases import pool_of
from operations.letters import covered
from operations.settings import ROLES, Settings

MOST_SHOWN = 100_000  # bytes of a body that `show` reads


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message as it was set aside, without its body."""

    service: str
    id: str
    name: str
    size: int
    reason: str
    refused_at: datetime

    def summary(self) -> dict[str, Any]:
        """Return what stands in a list of messages."""
        return {name: getattr(self, name) for name in self.__slots__}


SELECT_REFUSED = """
SELECT message_id::text AS id, routing_key AS name, octet_length(body) AS size, reason, refused_at
  FROM refused_messages
 WHERE cardinality($1::text[]) = 0
    OR EXISTS (SELECT FROM unnest($1::text[]) AS wanted (id)
                WHERE starts_with(message_id::text, wanted.id))
 ORDER BY refused_messages.id
"""


async def find(settings: Settings, ids: Sequence[str]) -> list[RefusedMessage]:
    """Return the messages whose ids begin so, or all of them, by service in their order."""
    found = []
    for role in ROLES:
        async with pool_of(settings, role) as pool:
            rows = await pool.fetch(SELECT_REFUSED, ids)
        found += [RefusedMessage(role, **row) for row in rows]
    return found


SELECT_BODY = """
SELECT left(body, $2)
  FROM refused_messages
 WHERE message_id = $1::text::uuid
"""


async def body(settings: Settings, message: RefusedMessage) -> object:
    """Return what a message says, with nothing of what is sealed in it; a long one is cut off."""
    async with pool_of(settings, message.service) as pool:
        text: str = await pool.fetchval(SELECT_BODY, message.id, MOST_SHOWN) or ""
    try:
        return covered(json.loads(text))
    except (ValueError, RecursionError):
        return covered(text)


RETRY = """
WITH again AS (
  DELETE FROM refused_messages
   WHERE message_id = ANY($1::text[]::uuid[])
  RETURNING id, message_id, exchange, routing_key, body
)
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT message_id, exchange, routing_key, body
  FROM again
 ORDER BY id
RETURNING message_id::text AS id
"""

DROP = """
DELETE FROM refused_messages
 WHERE message_id = ANY($1::text[]::uuid[])
RETURNING message_id::text AS id
"""


async def change(settings: Settings, statement: str, meant: Sequence[RefusedMessage]) -> list[str]:
    """Put messages back into their outboxes by RETRY, or delete them by DROP; return their ids."""
    done: list[str] = []
    for role in {message.service: None for message in meant}:
        ids = [message.id for message in meant if message.service == role]
        async with pool_of(settings, role) as pool:
            done += [row["id"] for row in await pool.fetch(statement, ids)]
    return done
