"""What the tickets service does when a ticket is silent, and when a person writes again."""

from collections.abc import Sequence

from services.tickets.domain import Rules, Ticket
from services.tickets.sql import tickets
from shared.database import Connection, database_time
from shared.dispatch import Outcome
from shared.messages.tickets.commands import (
    CloseSilentTicket,
    CloseTicketsOfMember,
    RecordActivity,
    WarnTicket,
)
from shared.messages.tickets.events import TicketClosed, TicketContinued, TicketWarned
from shared.rows import each_apart


async def record_activity(
    command: RecordActivity, connection: Connection, *, rules: Rules
) -> Outcome:
    """Count the silence in a ticket from now on."""
    ticket = await tickets.lock(connection, command)
    heard = ticket.hear(await database_time(connection), rules)
    return Outcome([TicketContinued(ticket=await tickets.save(connection, heard))])


async def warn_ticket(command: WarnTicket, connection: Connection, *, rules: Rules) -> Outcome:
    """Announce the end of a ticket that has been silent for long."""
    ticket = await tickets.lock(connection, command)
    warned = ticket.warn(await database_time(connection), rules)
    return Outcome([TicketWarned(ticket=await tickets.save(connection, warned))])


async def close_silent_ticket(command: CloseSilentTicket, connection: Connection) -> Outcome:
    """End a ticket that has stayed silent after its warning."""
    ticket = await tickets.lock(connection, command)
    closed = ticket.close_silent(await database_time(connection))
    state = await tickets.save(connection, closed)
    return Outcome([TicketClosed(ticket=state, cause="silence")])


async def close_tickets_of_member(command: CloseTicketsOfMember, connection: Connection) -> Outcome:
    """End every ticket of a member who left the guild."""
    now = await database_time(connection)

    async def close(ticket: Ticket) -> Sequence[TicketClosed]:
        state = await tickets.save(connection, ticket.abandon(now))
        return [TicketClosed(ticket=state, cause="left")]

    found = await tickets.lock_of_member(
        connection, command.guild_id, command.actor.user_id, command.left_at
    )
    return Outcome(await each_apart(connection, found, close, lambda each: each.id))
