"""The SQL of requests: what a member asked for, and which of their slots it takes."""

from dataclasses import dataclass
from uuid import UUID

from shared.database import Connection
from shared.messages.envelope import ReplyTo
from shared.messages.tickets.commands import DiscardRequest, OpenTicket, RequestTicket
from shared.refusal import Refused

# Of two requests at once the second waits for the member's lock, which `inbox.sign` takes, and so
# finds the slot taken; idx_request_slot stands beneath.
SELECT_FREE_SLOT = """
SELECT min(free)
  FROM generate_series(1, $4::int) AS free
 WHERE NOT EXISTS (
   SELECT
     FROM requests
    WHERE guild_id = $1
      AND user_id = $2
      AND category = $3
      AND slot = free
 )
   AND $4 > (
   SELECT count(slot)
     FROM requests
    WHERE guild_id = $1
      AND user_id = $2
      AND category = $3
 )
"""


async def free_slot(connection: Connection, command: RequestTicket, most: int) -> int | None:
    """Return the first of a member's slots that no ticket takes; None where `most` are taken.

    A slot beyond `most` counts, too: the guild may have lowered its limit.
    """
    place = command.guild_id, command.actor.user_id
    slot: int | None = await connection.fetchval(SELECT_FREE_SLOT, *place, command.category, most)
    return slot


INSERT_REQUEST = """
INSERT INTO requests (request_id, guild_id, channel_id, user_id, user_name, category, subject,
                      details, reply_to, slot)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def insert(connection: Connection, command: RequestTicket, slot: int) -> None:
    """Keep what a member asked for, and where the answer goes."""
    await connection.execute(
        INSERT_REQUEST,
        command.request_id,
        command.guild_id,
        command.channel_id,
        command.actor.user_id,
        command.actor.name,
        command.category,
        command.subject,
        command.details,
        command.reply_to.model_dump_json() if command.reply_to else None,
        slot,
    )


@dataclass(frozen=True, slots=True)
class Request:
    """A request, as far as its thread needs to know it; `ticket_id` once it is open."""

    request_id: UUID
    guild_id: str
    ticket_id: str | None
    reply_to: ReplyTo | None


LOCK_REQUEST = """
SELECT request_id, guild_id, ticket_id, reply_to
  FROM requests
 WHERE request_id = $1
   FOR UPDATE
"""


async def lock(connection: Connection, command: OpenTicket | DiscardRequest) -> Request | None:
    """Read a request and keep it from changing until the transaction ends.

    Raises Refused if it is of another guild than the command.
    """
    row = await connection.fetchrow(LOCK_REQUEST, command.request_id)
    if row is None:
        return None
    if command.is_stranger_to(row["guild_id"]):
        raise Refused("ticket_not_found")
    reply_to = row["reply_to"] and ReplyTo.model_validate_json(row["reply_to"])
    return Request(row["request_id"], row["guild_id"], row["ticket_id"], reply_to or None)


# The row stays: it holds the slot, and a second thread of it is known for what it is.
MARK_OPENED = """
UPDATE requests
   SET ticket_id = $2, details = NULL, reply_to = NULL
 WHERE request_id = $1
"""


async def mark_opened(connection: Connection, request_id: UUID, ticket_id: str) -> None:
    """Remember which ticket a request has become."""
    await connection.execute(MARK_OPENED, request_id, ticket_id)


DELETE_REQUEST = """
DELETE FROM requests
 WHERE request_id = $1
"""


async def delete(connection: Connection, request_id: UUID) -> None:
    """Forget a request, and free its slot."""
    await connection.execute(DELETE_REQUEST, request_id)


# One that came to nothing would keep its slot, so it goes after a day; one whose ticket is over
# stays as long as the inbox remembers, so that a late second thread of it is known for what it is.
DELETE_OLD_REQUESTS = """
DELETE FROM requests
 WHERE created_at < CURRENT_TIMESTAMP - INTERVAL '1 day'
   AND (ticket_id IS NULL
     OR (slot IS NULL AND created_at < CURRENT_TIMESTAMP - INTERVAL '31 days'))
"""


# What a clock that was ahead has written counts from now on: its slot is free again in a day.
BRING_BACK_REQUESTS = """
UPDATE requests
   SET created_at = CURRENT_TIMESTAMP
 WHERE created_at > CURRENT_TIMESTAMP + INTERVAL '1 day'
"""


async def delete_old(connection: Connection) -> None:
    """Forget requests that nothing will ask for any more."""
    await connection.execute(BRING_BACK_REQUESTS)
    await connection.execute(DELETE_OLD_REQUESTS)
