"""What the tickets service does when the gateway compares tickets with their threads."""

from services.tickets.sql import guilds, tickets
from shared.database import Connection, database_time
from shared.dispatch import Outcome
from shared.messages.tickets.commands import (
    EndTicketOfThread,
    MoveTicketMessage,
    RestateTickets,
)
from shared.messages.tickets.events import TicketClosed


async def restate_tickets(command: RestateTickets, connection: Connection) -> Outcome:
    """Publish tickets as they stand; an unknown one is left out, it may not be open yet."""
    return Outcome(await tickets.restated(connection, command))


async def end_ticket_of_thread(command: EndTicketOfThread, connection: Connection) -> Outcome:
    """Close a ticket whose thread is no more, and free its member's slot."""
    ticket = await tickets.lock(connection, command)
    state = await tickets.save(connection, ticket.end(await database_time(connection)))
    guild = await guilds.view(connection, ticket.guild_id)
    ended = {"cause": command.cause, "log_channel_id": guild.log_channel_id}
    return Outcome([TicketClosed(ticket=state, **ended)])


async def move_message(command: MoveTicketMessage, connection: Connection) -> Outcome:
    """Note which message has a ticket's buttons now; the first report about a lost one counts."""
    await tickets.lock(connection, command)
    await tickets.move_message(connection, command)
    return Outcome()
