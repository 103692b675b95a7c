"""Messages that only the gateway reads: answers to a press, and texts that only it opens."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Actor, Answer, Sealed, Snowflake
from shared.messages.invitations.details import InvitationState, Status, Tag
from shared.messages.invitations.export import MemberExport
from shared.messages.invitations.mine import HistoryEntry
from shared.messages.invitations.staffing import AuditEntry
from shared.messages.seals import TellsOutdated
from shared.messages.text import Code, ExportPlace, Facts
from shared.messages.tickets.export import TicketsExport


class CommandAccepted(Answer):
    """The wish has come true; how the invitation stands now, where it is about one.

    `details` holds what the sentence needs besides.
    """

    invitation: InvitationState | None = None
    details: Facts = Field(default_factory=dict)


class CommandRefused(Answer):
    """A rule said no, and nothing changed; `details` holds the numbers its sentence needs."""

    code: Code
    details: Facts = Field(default_factory=dict)


class SecretsRevealed(Answer):
    """What a host sealed, for a member who may read it; `request_id` is the row it is bound to."""

    request_id: UUID
    vrchat_profile: Sealed | None = None
    instance_link: Sealed | None = None


class HistoryShown(Answer):
    """A page of what a member took part in, newest start first, with the filters it was asked by.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    tag: Tag | None = None
    status: Status | None = None
    entries: Annotated[list[HistoryEntry], Field(max_length=100)]
    next: Code | None = None
    previous: Code | None = None


class AuditLogShown(Answer):
    """A page of the audit log, newest first, with what it was narrowed to.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    invitation_id: Snowflake | None = None
    member_id: Snowflake | None = None
    entries: Annotated[list[AuditEntry], Field(max_length=10)]
    next: Code | None = None
    previous: Code | None = None


class CalendarsShown(Answer):
    """The secrets of a member's own calendar and of their guild's, each bound to its owner's id."""

    member_id: Snowflake
    guild_id: Snowflake
    member: Sealed | None = None
    guild: Sealed | None = None
    may_renew_guild: bool = False


class DataExported(Answer):
    """A part of what is stored about a member; sealed is only what they typed in tickets.

    The gateway asks for the part at `next` as the `actor`; there is none after the last.
    """

    export: MemberExport
    tickets: TicketsExport | None = None
    actor: Actor | None = None
    next: ExportPlace | None = None


class SealsOutdated(TellsOutdated):
    """Texts of invitations that another key than `key_id` sealed; more may come after them."""
