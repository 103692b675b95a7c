"""Which event sets which deadline, and which command a due one sends."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.messages.envelope import Actor, Command, Envelope, new_id
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    AnnounceStart,
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    RemindParticipants,
)
from shared.messages.invitations.details import InvitationState
from shared.messages.tickets import commands as tickets
from shared.messages.tickets.details import TicketState

CLOSE_INVITATION = "close_invitation"
REMIND_PARTICIPANTS = "remind_participants"
REMIND_BESIDES = ("remind_participants_1", "remind_participants_2", "remind_participants_3")
OPEN_SIGN_UP = "open_sign_up"
CLOSE_SIGN_UP = "close_sign_up"
ANNOUNCE_START = "announce_start"
WARN_TICKET = "warn_ticket"
CLOSE_SILENT_TICKET = "close_silent_ticket"
CLOSE_OVERDUE_INVITATIONS = "close_overdue_invitations"
CLEAN_INVITATIONS_INBOX = "clean_invitations_inbox"
CLEAN_TICKETS_INBOX = "clean_tickets_inbox"
CLEAN_SCHEDULER = "clean_scheduler"

OPEN = {"recruiting", "full"}
SCHEDULER = Actor(user_id="0", name="scheduler")

RECURRING: Mapping[str, timedelta] = {
    CLOSE_OVERDUE_INVITATIONS: timedelta(minutes=5),
    CLEAN_INVITATIONS_INBOX: timedelta(days=1),
    CLEAN_TICKETS_INBOX: timedelta(days=1),
    CLEAN_SCHEDULER: timedelta(days=1),
}
"""How often each deadline comes back by itself."""

_COMMANDS: Mapping[str, Callable[[str], Command | None]] = {
    CLOSE_INVITATION: lambda subject_id: CloseInvitation(actor=SCHEDULER, invitation_id=subject_id),
    **dict.fromkeys(
        (REMIND_PARTICIPANTS, *REMIND_BESIDES),
        lambda subject_id: RemindParticipants(actor=SCHEDULER, invitation_id=subject_id),
    ),
    OPEN_SIGN_UP: lambda subject_id: AnnounceSignUp(actor=SCHEDULER, invitation_id=subject_id),
    CLOSE_SIGN_UP: lambda subject_id: AnnounceSignUp(actor=SCHEDULER, invitation_id=subject_id),
    ANNOUNCE_START: lambda subject_id: AnnounceStart(actor=SCHEDULER, invitation_id=subject_id),
    WARN_TICKET: lambda subject_id: tickets.WarnTicket(actor=SCHEDULER, ticket_id=subject_id),
    CLOSE_SILENT_TICKET: lambda subject_id: tickets.CloseSilentTicket(
        actor=SCHEDULER, ticket_id=subject_id
    ),
    CLOSE_OVERDUE_INVITATIONS: lambda _: CloseOverdueInvitations(actor=SCHEDULER),
    CLEAN_INVITATIONS_INBOX: lambda _: CleanInbox(actor=SCHEDULER),
    CLEAN_TICKETS_INBOX: lambda _: tickets.CleanInbox(actor=SCHEDULER),
    CLEAN_SCHEDULER: lambda _: None,  # its own tables: nobody else is asked
}

KINDS = tuple(_COMMANDS)
"""The kinds this version knows; a newer replica's own kinds are left to that replica."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment that something waits for; `due_at` None means that nothing waits any more."""

    kind: str
    subject_id: str
    due_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Fired:
    """A deadline whose moment has come, `late_seconds` ago."""

    kind: str
    subject_id: str
    correlation_id: UUID | None
    late_seconds: float

    def envelope(self) -> Envelope | None:
        """Write the command it sends, which continues the story that set the deadline."""
        command = _COMMANDS[self.kind](self.subject_id)
        if command is None:
            return None
        if self.correlation_id is None:
            return Envelope.first(command)
        return Envelope(
            id=new_id(),
            name=command.wire_name(),
            correlation_id=self.correlation_id,
            body=command,
        )


def deadlines_of(invitation: InvitationState) -> Iterator[Deadline]:
    """Return when an invitation closes, reminds, starts, and opens and closes sign-up."""
    is_open = invitation.status in OPEN
    closes_at = invitation.end_time if is_open else None
    yield Deadline(CLOSE_INVITATION, invitation.id, closes_at, invitation.version)
    more = [each.minutes for each in invitation.more_reminders]
    minutes = [invitation.reminder_minutes, *more, *([0] * len(REMIND_BESIDES))]
    reminders = zip((REMIND_PARTICIPANTS, *REMIND_BESIDES), minutes, strict=False)
    announced = (
        *((kind, _before(invitation.start_time, each)) for kind, each in reminders),
        (OPEN_SIGN_UP, invitation.opening_time),
        (CLOSE_SIGN_UP, invitation.cutoff_time),
        (ANNOUNCE_START, invitation.start_time),
    )
    for kind, at in announced:
        yield Deadline(kind, invitation.id, at if is_open else None, invitation.version)


def _before(start: datetime, minutes: int) -> datetime | None:
    return start - timedelta(minutes=minutes) if minutes else None


def deadlines_of_ticket(ticket: TicketState) -> Iterator[Deadline]:
    """Tell when silence warns a ticket and when it ends it; its owner has counted both."""
    yield Deadline(WARN_TICKET, ticket.id, ticket.warns_at, ticket.version)
    yield Deadline(CLOSE_SILENT_TICKET, ticket.id, ticket.closes_at, ticket.version)
