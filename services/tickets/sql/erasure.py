"""The SQL of erasing a member: what is locked first, and the owner's function for the rest."""

from collections.abc import Sequence

from services.tickets.domain import Ticket
from services.tickets.sql.requests import Request
from services.tickets.sql.state import RULED
from shared.database import Connection
from shared.member_hashes import SHORT, hash_of
from shared.messages.envelope import ReplyTo

# In one order, so that two who are erased never wait for each other.
LOCK_PENDING = """
SELECT request_id, guild_id, ticket_id, reply_to
  FROM requests
 WHERE user_id = $1
   AND ticket_id IS NULL
 ORDER BY request_id
   FOR UPDATE
"""


async def lock_pending(connection: Connection, user_id: str) -> Sequence[Request]:
    """Read what a member asked for and what has no thread yet, and keep it from changing."""
    rows = await connection.fetch(LOCK_PENDING, user_id)
    return [
        Request(
            row["request_id"],
            row["guild_id"],
            None,
            ReplyTo.model_validate_json(row["reply_to"]) if row["reply_to"] else None,
        )
        for row in rows
    ]


# All at once and in the order of the ids, for the same reason.
LOCK_CONCERNED = f"""
SELECT {RULED}
  FROM tickets
 WHERE status = 'open'
   AND $1 IN (user_id, staff_id)
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_concerned(connection: Connection, user_id: str) -> Sequence[Ticket]:
    """Lock every open ticket that a member opened or is in charge of."""
    return [Ticket(**row) for row in await connection.fetch(LOCK_CONCERNED, user_id)]


ERASE_MEMBER = """
SELECT erase_member($1, $2)
"""


async def erase(connection: Connection, user_id: str) -> None:
    """Take a member out of every row; what was done to tickets stays, without who did it."""
    await connection.execute(ERASE_MEMBER, user_id, hash_of(user_id, SHORT))
