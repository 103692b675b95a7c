"""What the tickets service does when a ticket is silent, and when a person writes again."""

from collections.abc import Sequence
from datetime import timedelta

from services.tickets.domain import Ticket
from services.tickets.sql import guilds, tickets
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
    command: RecordActivity, connection: Connection, *, every: timedelta
) -> Outcome:
    """Count the silence in a ticket from now on."""
    ticket = await tickets.lock(connection, command)
    rules = await guilds.view(connection, ticket.guild_id)
    heard = ticket.hear(await database_time(connection), rules, every)
    return Outcome([TicketContinued(ticket=await tickets.save(connection, heard))])


async def warn_ticket(command: WarnTicket, connection: Connection) -> Outcome:
    """Announce the end of a ticket that has been silent for long."""
    ticket = await tickets.lock(connection, command)
    rules = await guilds.view(connection, ticket.guild_id)
    warned = ticket.warn(await database_time(connection), rules)
    return Outcome([TicketWarned(ticket=await tickets.save(connection, warned))])


async def close_silent_ticket(command: CloseSilentTicket, connection: Connection) -> Outcome:
    """End a ticket that has stayed silent after its warning."""
    ticket = await tickets.lock(connection, command)
    closed = ticket.close_silent(await database_time(connection))
    state = await tickets.save(connection, closed)
    guild = await guilds.view(connection, ticket.guild_id)
    event = TicketClosed(ticket=state, cause="silence", log_channel_id=guild.log_channel_id)
    return Outcome([event])


async def close_tickets_of_member(command: CloseTicketsOfMember, connection: Connection) -> Outcome:
    """End every ticket of a member who left the guild."""
    now = await database_time(connection)
    guild = await guilds.view(connection, command.guild_id)

    async def close(ticket: Ticket) -> Sequence[TicketClosed]:
        state = await tickets.save(connection, ticket.abandon(now))
        return [TicketClosed(ticket=state, cause="left", log_channel_id=guild.log_channel_id)]

    found = await tickets.lock_of_member(
        connection, command.guild_id, command.actor.user_id, command.left_at
    )
    return Outcome(await each_apart(connection, found, close, lambda each: each.id))
