"""What the tickets service does for itself."""

from services.tickets.sql import guilds, requests, tickets
from shared import erasures, inbox, limits, outbox
from shared.database import Connection, database_time
from shared.dispatch import Outcome
from shared.messages.tickets.commands import CleanInbox
from shared.messages.tickets.events import TicketContinued


async def clean_inbox(_command: CleanInbox, connection: Connection) -> Outcome:
    """Forget old receipts and requests; count a silence again that would last too long."""
    await inbox.clean(connection)
    await outbox.forget_old(connection)
    await erasures.forget_old(connection)
    await limits.forget_old(connection)
    await requests.delete_old(connection)
    now = await database_time(connection)
    events = []
    for ticket in await tickets.lock_far_away(connection):
        rules = await guilds.view(connection, ticket.guild_id)
        state = await tickets.save(connection, ticket.recount(now, rules))
        events.append(TicketContinued(ticket=state))
    return Outcome(events)
