"""What each event means for the deadlines."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from services.scheduler import repository
from services.scheduler.domain import Deadline, deadlines_of, deadlines_of_ticket
from shared.database import Connection, Pool
from shared.dispatch import Handled, Outcome, handle_once
from shared.messages.envelope import Envelope, Event, Message
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationCompleted,
    InvitationEdited,
    InvitationEvent,
    InvitationPublished,
    ReminderDue,
)
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    TicketClaimed,
    TicketClosed,
    TicketContinued,
    TicketEvent,
    TicketHeld,
    TicketOpened,
    TicketReleased,
    TicketResumed,
    TicketTransferred,
    TicketWarned,
)

StoryHandler: TypeAlias = Callable[[Any, Connection, UUID], Awaitable[Outcome]]
"""A handler that also needs the correlation id, to hand it on when the deadline fires."""


async def follow_invitation(
    event: InvitationEvent, connection: Connection, correlation_id: UUID
) -> Outcome:
    """Keep the deadlines of an open invitation at its times; clear those of a final one."""
    for deadline in deadlines_of(event.invitation):
        await _keep_or_clear(deadline, connection, correlation_id)
    return Outcome()


async def follow_ticket(
    event: TicketEvent, connection: Connection, correlation_id: UUID
) -> Outcome:
    """Keep the deadlines of a ticket where its silence is counted; clear the others."""
    for deadline in deadlines_of_ticket(event.ticket):
        await _keep_or_clear(deadline, connection, correlation_id)
    return Outcome()


async def _keep_or_clear(deadline: Deadline, connection: Connection, correlation_id: UUID) -> None:
    key = deadline.kind, deadline.subject_id
    if deadline.due_at is None:
        await repository.clear(connection, key, deadline.version)
    else:
        await repository.keep(connection, key, deadline.due_at, deadline.version, correlation_id)


async def ignore(_event: Event, _connection: Connection, _correlation_id: UUID) -> Outcome:
    """Let pass what sets no deadline: some of a ticket, and what bindings of before still bring."""
    return Outcome()


# The queue is not bound to participant events: they move no deadline.
HANDLERS: Mapping[type[Message], StoryHandler] = {
    InvitationPublished: follow_invitation,
    InvitationEdited: follow_invitation,
    ReminderDue: follow_invitation,
    InvitationCancelled: follow_invitation,
    InvitationCompleted: follow_invitation,
    TicketOpened: follow_ticket,
    TicketClaimed: follow_ticket,
    TicketReleased: follow_ticket,
    TicketTransferred: follow_ticket,
    TicketHeld: follow_ticket,
    TicketResumed: follow_ticket,
    TicketContinued: follow_ticket,
    TicketWarned: follow_ticket,
    PersonAdded: follow_ticket,
    PersonRemoved: follow_ticket,
    TicketClosed: follow_ticket,
}


async def handle(
    envelope: Envelope, pool: Pool, on_commit: Callable[[], None] = lambda: None
) -> Handled:
    """Handle an event once, then call `on_commit`."""
    event = type(envelope.body)

    async def in_its_story(body: Message, connection: Connection) -> Outcome:
        return await HANDLERS.get(event, ignore)(body, connection, envelope.correlation_id)

    return await handle_once(envelope, {event: in_its_story}, pool, on_commit)
