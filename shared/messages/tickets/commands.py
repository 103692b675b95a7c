"""What the tickets service can be asked. It may refuse."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import (
    Actor,
    Command,
    ScheduledCommand,
    SealedWords,
    Snowflake,
    UnpressedCommand,
    UtcDatetime,
)
from shared.messages.text import Code, Facts
from shared.messages.tickets.details import Category, Cursor, LogPlace, ThreadEnd


class TicketCommand(Command):
    """Something is wanted of one ticket."""

    ticket_id: Snowflake


class PersonCommand(TicketCommand):
    """Staff decide who is in a ticket's thread."""

    user_id: Snowflake

    def concerns(self) -> Sequence[str]:
        """Return the actor and the member that the command names."""
        return [self.actor.user_id, self.user_id]


class RequestTicket(Command):
    """A member wants to talk to staff in private; no thread is open yet.

    Subject and details are sealed to `request_id`: only the gateway reads them.
    """

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    category: Category
    subject: SealedWords
    details: SealedWords


class ShowTicketPanel(Command):
    """Staff want a panel in a channel, with the categories that the guild offers."""

    guild_id: Snowflake


class OpenTicket(UnpressedCommand):
    """The private thread and the ticket's message stand on Discord; the ticket can exist."""

    request_id: UUID
    ticket_id: Snowflake
    message_id: Snowflake


class DiscardRequest(UnpressedCommand):
    """Discord refused the thread or its member; the member gets the reason, `details` its cause.

    If `thread_id` belongs to no ticket, it is published as an orphan.
    """

    request_id: UUID
    code: Code
    details: Facts = Field(default_factory=dict)
    thread_id: Snowflake | None = None


class ClaimTicket(TicketCommand):
    """A staff member wants to be in charge of a ticket that has no assignee."""


class ReleaseTicket(TicketCommand):
    """The assignee no longer wants to be in charge of the ticket."""


class TransferTicket(TicketCommand):
    """Staff assign a ticket to a staff member, even if another one had it."""

    to: Actor

    def concerns(self) -> Sequence[str]:
        """Return the actor and the member that the command names."""
        return [self.actor.user_id, self.to.user_id]


class HoldTicket(TicketCommand):
    """Staff want silence not to close a ticket."""


class ResumeTicket(TicketCommand):
    """Staff want silence to close a ticket again."""


class CloseTicket(TicketCommand):
    """Member or staff are done; the reason is sealed to the ticket's id."""

    reason: SealedWords | None = None


class AddToTicket(PersonCommand):
    """Staff add a person to a ticket's thread."""


class RemoveFromTicket(PersonCommand):
    """Staff remove a person from a ticket's thread."""


class RecordActivity(TicketCommand, UnpressedCommand):
    """A message was written in a ticket's thread; its text is not included."""


class WarnTicket(ScheduledCommand):
    """A ticket should have been silent for long; the service looks for itself."""

    ticket_id: Snowflake


class CloseSilentTicket(ScheduledCommand):
    """A warned ticket should have stayed silent; the service looks for itself."""

    ticket_id: Snowflake


class CloseTicketsOfMember(UnpressedCommand):
    """The actor has left the guild; what they opened after `left_at` stays."""

    guild_id: Snowflake
    left_at: UtcDatetime | None = None


class RestateTickets(UnpressedCommand):
    """The gateway compares tickets with Discord: these, and all that are open if `is_routine`."""

    guild_id: Snowflake
    ticket_ids: Annotated[tuple[Snowflake, ...], Field(max_length=1000)] = ()
    is_routine: bool = False


class EndTicketOfThread(TicketCommand, UnpressedCommand):
    """The thread of a ticket was deleted, closed or locked in Discord's own menu."""

    cause: ThreadEnd


class MoveTicketMessage(TicketCommand, UnpressedCommand):
    """Another message has a ticket's buttons, because `before_id` was deleted."""

    before_id: Snowflake
    message_id: Snowflake


class ReadTranscript(TicketCommand):
    """Member or staff want the record of a ticket."""


class ReadTicketLog(Command):
    """Staff read a page of the audit log of tickets: of their guild, or of one member."""

    guild_id: Snowflake
    member_id: Snowflake | None = None
    cursor: LogPlace | None = None


class ListTickets(Command):
    """Staff want a page of the guild's open tickets, the oldest first."""

    guild_id: Snowflake
    cursor: Cursor | None = None


class ListOwnTickets(Command):
    """A member wants a page of their tickets in the guild, the newest first."""

    guild_id: Snowflake
    cursor: Cursor | None = None


class CleanInbox(ScheduledCommand):
    """Forget receipts whose message cannot come again, and requests that came to nothing."""
