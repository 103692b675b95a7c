"""What a service answers to who asked; only the gateway reads these."""

from pydantic import Field

from shared.messages.envelope import Reply
from shared.messages.invitations import InvitationState


class CommandAccepted(Reply):
    """The wish has come true; how the invitation stands now, where it is about one.

    `details` holds the numbers its sentence needs.
    """

    command: str
    invitation: InvitationState | None = None
    details: dict[str, str | int] = Field(default_factory=dict)


class CommandRefused(Reply):
    """A rule said no, and nothing changed; `details` holds the numbers its sentence needs."""

    command: str
    code: str
    details: dict[str, str | int] = Field(default_factory=dict)
