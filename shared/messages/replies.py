"""What a service answers to who asked; only the gateway reads these."""

from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Reply, Sealed
from shared.messages.invitations.details import InvitationState, Status, Tag
from shared.messages.invitations.mine import HistoryEntry


class CommandAccepted(Reply):
    """The wish has come true; how the invitation stands now, where it is about one.

    `details` holds what the sentence needs besides.
    """

    command: str
    invitation: InvitationState | None = None
    details: dict[str, str | int] = Field(default_factory=dict)


class CommandRefused(Reply):
    """A rule said no, and nothing changed; `details` holds the numbers its sentence needs."""

    command: str
    code: str
    details: dict[str, str | int] = Field(default_factory=dict)


class SecretsRevealed(Reply):
    """What a host sealed, for a member who may read it; `request_id` is the row it is bound to."""

    command: str
    request_id: UUID
    vrchat_profile: Sealed | None = None
    instance_link: Sealed | None = None


class HistoryShown(Reply):
    """A page of what a member took part in, newest start first, with the filters it was asked by.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    command: str
    tag: Tag | None = None
    status: Status | None = None
    entries: list[HistoryEntry]
    next: str | None = None
    previous: str | None = None
