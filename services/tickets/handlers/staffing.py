"""What the tickets service does for staff, and for a member who closes a ticket."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from services.tickets.domain import Ticket
from services.tickets.sql import audit, guilds, tickets
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    HoldTicket,
    ReleaseTicket,
    RemoveFromTicket,
    ResumeTicket,
    TicketCommand,
    TransferTicket,
)
from shared.messages.tickets.details import TicketState
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

Event: TypeAlias = Callable[..., TicketEvent]
"""An event of a ticket that lacks only the state."""


async def claim_ticket(command: ClaimTicket, connection: Connection) -> Outcome:
    """Assign a ticket to the first member of staff who wants it."""
    ticket = await tickets.lock(connection, command)
    return await _accepted(command, connection, ticket.claim(command.actor), TicketClaimed)


async def release_ticket(command: ReleaseTicket, connection: Connection) -> Outcome:
    """Leave a ticket without an assignee."""
    ticket = await tickets.lock(connection, command)
    return await _accepted(command, connection, ticket.release(command.actor), TicketReleased)


async def transfer_ticket(command: TransferTicket, connection: Connection) -> Outcome:
    """Assign a ticket to another member of staff."""
    ticket = await tickets.lock(connection, command)
    transferred = ticket.transfer(command.actor, command.to)
    state = await tickets.save(connection, transferred)
    await audit.write_down(connection, command, ticket.id, to=command.to.user_id)
    return _when_shown(command, state, [TicketTransferred], user_id=command.to.user_id)


async def hold_ticket(command: HoldTicket, connection: Connection) -> Outcome:
    """Keep a ticket open however long it is silent."""
    ticket = await tickets.lock(connection, command)
    return await _accepted(command, connection, ticket.hold(command.actor), TicketHeld)


async def resume_ticket(command: ResumeTicket, connection: Connection) -> Outcome:
    """Count the silence in a ticket again."""
    ticket = await tickets.lock(connection, command)
    rules = await guilds.view(connection, ticket.guild_id)
    resumed = ticket.resume(command.actor, await database_time(connection), rules)
    return await _accepted(command, connection, resumed, TicketResumed)


async def close_ticket(command: CloseTicket, connection: Connection) -> Outcome:
    """Close a ticket, and free its member's slot."""
    ticket = await tickets.lock(connection, command)
    closed = ticket.close(command.actor, await database_time(connection), command.reason)
    guild = await guilds.view(connection, ticket.guild_id)
    event = partial(TicketClosed, reason=command.reason, log_channel_id=guild.log_channel_id)
    return await _done(command, connection, closed, event)


async def add_to_ticket(command: AddToTicket, connection: Connection) -> Outcome:
    """Add a person to a ticket's thread."""
    ticket = await tickets.lock(connection, command)
    let_in = ticket.let_in(command.actor, command.user_id)
    event = partial(PersonAdded, person_id=command.user_id)
    return await _done(command, connection, let_in, event, user_id=command.user_id)


async def remove_from_ticket(command: RemoveFromTicket, connection: Connection) -> Outcome:
    """Remove a person from a ticket's thread; a removed assignee is no longer in charge."""
    ticket = await tickets.lock(connection, command)
    put_out = ticket.put_out(command.actor, command.user_id)
    events: list[Event] = [partial(PersonRemoved, person_id=command.user_id)]
    if ticket.staff_id != put_out.staff_id:
        events.append(TicketReleased)
    return await _done(command, connection, put_out, *events, user_id=command.user_id)


async def _accepted(
    command: TicketCommand, connection: Connection, changed: Ticket, event: Event
) -> Outcome:
    """Store a changed ticket and its audit entry, publish the event and answer."""
    state = await tickets.save(connection, changed)
    await audit.write_down(connection, command, changed.id)
    return accepted(event(ticket=state), ticket_id=changed.id)


async def _done(
    command: TicketCommand,
    connection: Connection,
    changed: Ticket,
    *events: Event,
    **details: str,
) -> Outcome:
    """As above, but the answer waits for Discord."""
    state = await tickets.save(connection, changed)
    await audit.write_down(connection, command, changed.id, **details)
    return _when_shown(command, state, events, **details)


def _when_shown(
    command: TicketCommand, state: TicketState, events: Sequence[Event], **details: str
) -> Outcome:
    """Let the first event carry where the answer goes, unless the gateway is too old to answer."""
    first, *others = events
    reply_to = command.reply_to
    is_answered_later = reply_to is not None and reply_to.follows_events
    event = first(ticket=state, reply_to=reply_to if is_answered_later else None)
    return Outcome(
        [event, *(each(ticket=state) for each in others)],
        is_accepted=not is_answered_later,
        details={"ticket_id": state.id, **details},
    )
