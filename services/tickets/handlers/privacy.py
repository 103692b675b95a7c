"""What the tickets service does with what is stored about a member, at their wish."""

from collections.abc import Iterator, Sequence

import structlog

from services.tickets.domain import Ticket
from services.tickets.sql import erasure, export, tickets
from services.tickets.sql.requests import Request
from shared import erasures
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted, answer_to, answered
from shared.messages.envelope import Actor, Message
from shared.messages.replies import CommandRefused
from shared.messages.tickets.commands import RequestTicket
from shared.messages.tickets.events import RequestDiscarded, TicketClosed, TicketReleased
from shared.messages.tickets.mine import EraseMyData, ExportMyData
from shared.messages.tickets.replies import DataExported
from shared.rows import row_named

log = structlog.get_logger()


async def export_my_data(command: ExportMyData, connection: Connection) -> Outcome:
    """Give a member a part of everything that is stored about them here."""
    part, following = await export.part_about(connection, command.actor.user_id, command.after)
    said = {"actor": command.actor, "export": part, "part": command.part}
    return answered(command, DataExported, next=following, **said)


async def erase_my_data(command: EraseMyData, connection: Connection) -> Outcome:
    """End what a member has open, then forget their tickets; others' lose only the name."""
    await erasures.begin(connection, command)
    member = command.actor
    pending = await erasure.lock_pending(connection, member.user_id)
    concerned = await erasure.lock_concerned(connection, member.user_id)
    ended = await _ended(concerned, member, connection)
    await erasure.erase(connection, member.user_id)
    log.info("member.erased", ended=len(ended), requests=len(pending))
    return accepted(*_discarded(pending), *ended, choice="done")


async def _ended(
    concerned: Sequence[Ticket], member: Actor, connection: Connection
) -> list[Message]:
    """Close the tickets that the member opened, and remove the member as assignee of others."""
    now = await database_time(connection)
    events: list[Message] = []
    for ticket in concerned:
        with row_named("ticket", ticket.id):
            if ticket.user_id == member.user_id:
                state = await tickets.save(connection, ticket.abandon(now))
                events.append(TicketClosed(ticket=state, is_forgotten=True))
            else:
                state = await tickets.save(connection, ticket.without_staff())
                events.append(TicketReleased(ticket=state))
    return events


def _discarded(pending: Sequence[Request]) -> Iterator[Message]:
    """Yield the events and answers that no thread will come."""
    for request in pending:
        yield RequestDiscarded(request_id=request.request_id)
        code = "cannot_open_thread"
        yield from answer_to(request.reply_to, RequestTicket, CommandRefused, code=code)
