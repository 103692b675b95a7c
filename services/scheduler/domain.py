"""Which event sets which deadline, and which command a due one sends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.messages.envelope import Actor, Command, Envelope, new_id
from shared.messages.invitations import (
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    InvitationState,
)

CLOSE_INVITATION = "close_invitation"
CLOSE_OVERDUE_INVITATIONS = "close_overdue_invitations"
CLEAN_INVITATIONS_INBOX = "clean_invitations_inbox"
CLEAN_SCHEDULER = "clean_scheduler"

OPEN = {"recruiting", "full"}
SCHEDULER = Actor(user_id="0", name="scheduler")

RECURRING: Mapping[str, timedelta] = {
    CLOSE_OVERDUE_INVITATIONS: timedelta(minutes=5),
    CLEAN_INVITATIONS_INBOX: timedelta(days=1),
    CLEAN_SCHEDULER: timedelta(days=1),
}
"""How often each deadline comes back by itself."""

_COMMANDS: Mapping[str, Callable[[str], Command | None]] = {
    CLOSE_INVITATION: lambda subject_id: CloseInvitation(actor=SCHEDULER, invitation_id=subject_id),
    CLOSE_OVERDUE_INVITATIONS: lambda _: CloseOverdueInvitations(actor=SCHEDULER),
    CLEAN_INVITATIONS_INBOX: lambda _: CleanInbox(actor=SCHEDULER),
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


def deadline_of(invitation: InvitationState) -> Deadline:
    """Tell when an invitation closes: at its end time while it is open, never once it is final."""
    due_at = invitation.end_time if invitation.status in OPEN else None
    return Deadline(CLOSE_INVITATION, invitation.id, due_at, invitation.version)
