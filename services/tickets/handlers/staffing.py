"""What the tickets service does for staff who look after tickets, and for who closes one."""

from services.tickets import audit, repository
from services.tickets.domain import Rules
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    HoldTicket,
    ReleaseTicket,
    RemoveFromTicket,
    ResumeTicket,
    TransferTicket,
)
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    TicketClaimed,
    TicketClosed,
    TicketEvent,
    TicketHeld,
    TicketReleased,
    TicketResumed,
    TicketTransferred,
)


async def claim_ticket(command: ClaimTicket, connection: Connection) -> Outcome:
    """Let a member of staff look after a ticket, if they are the first."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    state = await repository.save(connection, ticket.claim(command.actor))
    await audit.write_down(connection, command, ticket.id)
    return accepted(TicketClaimed(ticket=state), ticket_id=ticket.id)


async def release_ticket(command: ReleaseTicket, connection: Connection) -> Outcome:
    """Let nobody look after a ticket any more."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    state = await repository.save(connection, ticket.release(command.actor))
    await audit.write_down(connection, command, ticket.id)
    return accepted(TicketReleased(ticket=state), ticket_id=ticket.id)


async def transfer_ticket(command: TransferTicket, connection: Connection) -> Outcome:
    """Let another member of staff look after a ticket."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    state = await repository.save(connection, ticket.transfer(command.actor, command.to))
    await audit.write_down(connection, command, ticket.id, to=command.to.user_id)
    told = TicketTransferred(ticket=state)
    return accepted(told, ticket_id=ticket.id, user_id=command.to.user_id)


async def hold_ticket(command: HoldTicket, connection: Connection) -> Outcome:
    """Keep a ticket open however long nobody writes."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    state = await repository.save(connection, ticket.hold(command.actor))
    await audit.write_down(connection, command, ticket.id)
    return accepted(TicketHeld(ticket=state), ticket_id=ticket.id)


async def resume_ticket(command: ResumeTicket, connection: Connection, *, rules: Rules) -> Outcome:
    """Count the silence in a ticket again."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    resumed = ticket.resume(command.actor, await repository.now(connection), rules)
    state = await repository.save(connection, resumed)
    await audit.write_down(connection, command, ticket.id)
    return accepted(TicketResumed(ticket=state), ticket_id=ticket.id)


async def close_ticket(command: CloseTicket, connection: Connection) -> Outcome:
    """End a ticket, and free its member's slot."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    closed = ticket.close(command.actor, await repository.now(connection), command.reason)
    state = await repository.save(connection, closed)
    await audit.write_down(connection, command, ticket.id)
    return accepted(TicketClosed(ticket=state, reason=command.reason), ticket_id=ticket.id)


async def add_to_ticket(command: AddToTicket, connection: Connection) -> Outcome:
    """Have somebody else let into a ticket's thread."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    let_in = ticket.let_in(command.actor, command.user_id)
    state = await repository.save(connection, let_in)
    await audit.write_down(connection, command, ticket.id, user_id=command.user_id)
    told = PersonAdded(ticket=state, person_id=command.user_id)
    return accepted(told, ticket_id=ticket.id, user_id=command.user_id)


async def remove_from_ticket(command: RemoveFromTicket, connection: Connection) -> Outcome:
    """Have somebody put out of a ticket's thread."""
    ticket = await repository.lock(connection, command.ticket_id, command.actor)
    put_out = ticket.put_out(command.actor, command.user_id)
    state = await repository.save(connection, put_out)
    await audit.write_down(connection, command, ticket.id, user_id=command.user_id)
    told: list[TicketEvent] = [PersonRemoved(ticket=state, person_id=command.user_id)]
    if ticket.staff_id != state.staff_id:
        told.append(TicketReleased(ticket=state))
    return accepted(*told, ticket_id=ticket.id, user_id=command.user_id)
