"""What the tickets service shows to its member and to staff."""

from services.tickets.sql import audit, lists, tickets
from services.tickets.sql.lists import Kind, Page
from shared.database import Connection
from shared.dispatch import Outcome, answered
from shared.messages.tickets.commands import (
    ListOwnTickets,
    ListTickets,
    ReadTicketLog,
    ReadTranscript,
)
from shared.messages.tickets.details import TicketLogEntry
from shared.messages.tickets.replies import TicketLogShown, TicketsListed, TranscriptGranted
from shared.refusal import Refused


async def read_transcript(command: ReadTranscript, connection: Connection) -> Outcome:
    """Grant the record of a ticket, and write down who read it."""
    ticket = await tickets.lock(connection, command)
    ticket.check_read(command.actor)
    state = await tickets.state(connection, ticket.id)
    await audit.write_down(connection, command, ticket.id)
    return answered(command, TranscriptGranted, ticket=state)


async def list_tickets(command: ListTickets, connection: Connection) -> Outcome:
    """Show staff a page of the open tickets."""
    if not command.actor.is_staff:
        raise Refused("not_staff")
    page = await lists.open_tickets(connection, command.guild_id, command.cursor)
    return _listed(command, "open", page)


async def list_own_tickets(command: ListOwnTickets, connection: Connection) -> Outcome:
    """Show a member a page of their own tickets; nobody can name another member."""
    user_id = command.actor.user_id
    page = await lists.own_tickets(connection, user_id, command.guild_id, command.cursor)
    return _listed(command, "own", page)


async def read_log(command: ReadTicketLog, connection: Connection) -> Outcome:
    """Show staff a page of the audit log of their guild's tickets."""
    if not command.actor.is_staff:
        raise Refused("not_staff")
    page = await audit.newest_first(connection, command)
    entries = [TicketLogEntry.model_validate(row) for row in page.rows]
    turning = {"next": page.next, "previous": page.previous}
    return answered(
        command, TicketLogShown, member_id=command.member_id, entries=entries, **turning
    )


def _listed(command: ListTickets | ListOwnTickets, kind: Kind, page: Page) -> Outcome:
    lines, around = page
    return answered(command, TicketsListed, kind=kind, tickets=lines, **around._asdict())
