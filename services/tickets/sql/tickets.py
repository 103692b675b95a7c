"""The SQL of tickets: a statement, then the function that runs it."""

from datetime import datetime
from typing import Any, TypeAlias

from services.tickets.domain import Ticket
from services.tickets.sql.state import RULED, STATE, fetch_state
from shared.database import Connection
from shared.messages.tickets.commands import (
    CloseSilentTicket,
    MoveTicketMessage,
    OpenTicket,
    RestateTickets,
    TicketCommand,
    WarnTicket,
)
from shared.messages.tickets.details import TicketState
from shared.messages.tickets.events import TicketRestated
from shared.messages.tickets.guilds import TicketSettings
from shared.refusal import Refused

OfTicket: TypeAlias = TicketCommand | WarnTicket | CloseSilentTicket

INSERT_TICKET = f"""
INSERT INTO tickets (id, message_id, request_id, guild_id, channel_id, user_id, user_name,
                     category, subject, created_at, last_activity_at, warns_at)
SELECT $2, $3, request_id, guild_id, channel_id, user_id, user_name, category, subject,
       $4::timestamptz, $4, $5::timestamptz
  FROM requests
 WHERE request_id = $1
RETURNING {STATE}
"""


async def insert(
    connection: Connection, command: OpenTicket, now: datetime, warns_at: datetime
) -> TicketState:
    """Make a locked request a ticket."""
    place = command.request_id, command.ticket_id, command.message_id
    return await fetch_state(connection, INSERT_TICKET, *place, now, warns_at)


# NO KEY: nothing refers to a ticket, and nothing that will should have to wait.
LOCK_TICKET = f"""
SELECT {RULED}
  FROM tickets
 WHERE id = $1
   FOR NO KEY UPDATE
"""


async def lock(connection: Connection, command: OfTicket) -> Ticket:
    """Read a ticket and keep it from changing until the transaction ends.

    Raises Refused if there is none, or if it is of another guild than the command.
    """
    row = await connection.fetchrow(LOCK_TICKET, command.ticket_id)
    if row is None or command.is_stranger_to(row["guild_id"]):
        raise Refused("ticket_not_found")
    return Ticket(**row)


# By idx_ticket_user_history. In one order, so that two of these never wait for each other.
# Both moments are Discord's: a thread's id says when it was opened, to the millisecond above its
# lowest 22 bits, and the leaving is known to some seconds.
LOCK_OF_MEMBER = f"""
SELECT {RULED}
  FROM tickets
 WHERE guild_id = $1
   AND user_id = $2
   AND status = 'open'
   AND ($3::timestamptz IS NULL
     OR TIMESTAMPTZ '2015-01-01 00:00:00Z'
        + trunc(id::numeric / 4194304)::float8 * INTERVAL '1 millisecond'
        <= $3 + INTERVAL '10 seconds')
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_of_member(
    connection: Connection, guild_id: str, user_id: str, until: datetime | None
) -> list[Ticket]:
    """Lock the tickets that a member had opened by a moment, or ten seconds after it."""
    rows = await connection.fetch(LOCK_OF_MEMBER, guild_id, user_id, until)
    return [Ticket(**row) for row in rows]


# By idx_ticket_open. No rule puts a step further away than this: a clock that was ahead has, or the
# guild has shortened its times since.
LOCK_FAR_AWAY = f"""
SELECT {RULED}
  FROM tickets
  LEFT JOIN guilds USING (guild_id)
 WHERE status = 'open'
   AND (warns_at > clock_timestamp() + INTERVAL '1 minute'
                   + make_interval(mins => COALESCE(warn_after_minutes, $1))
     OR closes_at > clock_timestamp() + INTERVAL '1 minute'
                    + make_interval(mins => COALESCE(close_after_minutes, $2)))
 ORDER BY id
   FOR NO KEY UPDATE OF tickets
"""
DEFAULTS = TicketSettings()


async def lock_far_away(connection: Connection) -> list[Ticket]:
    """Lock the open tickets whose next step is further away than their guild's rules allow."""
    minutes = DEFAULTS.warn_after_minutes, DEFAULTS.close_after_minutes
    rows = await connection.fetch(LOCK_FAR_AWAY, *minutes)
    return [Ticket(**row) for row in rows]


# By idx_ticket_guild_open, and by the key.
SELECT_RESTATED = f"""
SELECT {STATE}, request_id, subject
  FROM tickets
 WHERE guild_id = $1
   AND (id = ANY($2) OR ($3 AND status = 'open'))
 ORDER BY id
"""


async def restated(connection: Connection, command: RestateTickets) -> list[TicketRestated]:
    """Return the tickets that a command names, and all open ones of the guild if it asks so."""
    asked = command.guild_id, list(command.ticket_ids), command.is_routine
    rows = await connection.fetch(SELECT_RESTATED, *asked)
    return [_restated(dict(row)) for row in rows]


def _restated(row: dict[str, Any]) -> TicketRestated:
    request_id, subject = row.pop("request_id"), row.pop("subject")
    return TicketRestated(ticket=TicketState(**row), request_id=request_id, subject=subject)


MOVE_MESSAGE = """
UPDATE tickets
   SET message_id = $3
 WHERE id = $1
   AND message_id = $2
"""


async def move_message(connection: Connection, command: MoveTicketMessage) -> None:
    """Replace the message of a locked ticket, unless it was replaced before."""
    moved = command.ticket_id, command.before_id, command.message_id
    await connection.execute(MOVE_MESSAGE, *moved)


SELECT_TICKET = f"""
SELECT {STATE}
  FROM tickets
 WHERE id = $1
"""


async def state(connection: Connection, ticket_id: str) -> TicketState:
    """Read a locked ticket as events show it."""
    return await fetch_state(connection, SELECT_TICKET, ticket_id)


# Closing it frees its slot: trg_ticket_slot.
SAVE_TICKET = f"""
UPDATE tickets
   SET version = version + 1, status = $2, staff_id = $3, staff_name = $4, on_hold = $5,
       last_activity_at = $6, warns_at = $7, closes_at = $8, closed_at = $9, closed_by = $10,
       close_reason = $11, added_ids = $12, removed_ids = $13
 WHERE id = $1
RETURNING {STATE}
"""


async def save(connection: Connection, ticket: Ticket) -> TicketState:
    """Write a locked ticket as it is now, under its next version."""
    return await fetch_state(
        connection,
        SAVE_TICKET,
        ticket.id,
        ticket.status,
        ticket.staff_id,
        ticket.staff_name,
        ticket.on_hold,
        ticket.last_activity_at,
        ticket.warns_at,
        ticket.closes_at,
        ticket.closed_at,
        ticket.closed_by,
        ticket.close_reason,
        ticket.added_ids,
        ticket.removed_ids,
    )
