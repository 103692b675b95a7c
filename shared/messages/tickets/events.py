"""What the tickets service tells. It has happened and cannot be refused."""

from uuid import UUID

from shared.messages.envelope import Event, ReplyTo, SealedWords, Snowflake
from shared.messages.text import StoredName
from shared.messages.tickets.details import Category, CloseCause, TicketState


class TicketRequested(Event):
    """A private thread can be opened. What the member wrote is sealed: the gateway reads it."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    user_id: Snowflake
    user_name: StoredName
    category: Category
    subject: SealedWords
    details: SealedWords


class RequestDiscarded(Event):
    """A request came to nothing."""

    request_id: UUID


class ThreadOrphaned(Event):
    """A thread was opened that no request waits for, such as a second one; it must go."""

    request_id: UUID
    thread_id: Snowflake


class TicketEvent(Event):
    """Something happened to a ticket; how it stands now is inside, and nothing said in it.

    With `reply_to`, a member waits for the answer, which the gateway gives after Discord has done
    its part.
    """

    ticket: TicketState
    reply_to: ReplyTo | None = None


class TicketOpened(TicketEvent):
    """Member and staff can talk."""


class TicketClaimed(TicketEvent):
    """A staff member is in charge of the ticket."""


class TicketReleased(TicketEvent):
    """The ticket no longer has an assignee."""


class TicketTransferred(TicketEvent):
    """Another staff member is in charge of the ticket."""


class TicketHeld(TicketEvent):
    """Silence does not close the ticket."""


class TicketResumed(TicketEvent):
    """Silence closes the ticket again."""


class TicketContinued(TicketEvent):
    """A message was written: the silence counts from now. Not published for every message."""


class TicketWarned(TicketEvent):
    """Nobody has written for long; it is closed at `closes_at` if nobody does."""


class TicketRestated(TicketEvent):
    """Nothing happened to the ticket: the gateway compares it with Discord, and repairs it.

    The subject is sealed to `request_id`: a message that was deleted is written again.
    """

    request_id: UUID
    subject: SealedWords


class PersonAdded(TicketEvent):
    """Another person may read and write in the ticket's thread."""

    person_id: Snowflake


class PersonRemoved(TicketEvent):
    """A person may no longer read the ticket's thread."""

    person_id: Snowflake


class TicketClosed(TicketEvent):
    """The conversation is over. Final; the reason is sealed: the gateway reads it.

    The gateway keeps the record in `log_channel_id`, the guild's setting when the ticket closed.
    """

    cause: CloseCause = "asked"
    reason: SealedWords | None = None
    log_channel_id: Snowflake | None = None
    is_forgotten: bool = False
    """Who opened it has had everything erased: no record of it is kept."""
