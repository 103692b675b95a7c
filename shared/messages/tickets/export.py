"""What the tickets service stores about one member; what is typed in it is still sealed."""

from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Frozen, SealedWords, Snowflake, UtcDatetime
from shared.messages.tickets.details import Category, TicketStatus


class OwnTicket(Frozen):
    """A ticket the member opened; who looks after it is another's data.

    The subject is sealed to `request_id`, the reason of its end to `id`.
    """

    id: Snowflake
    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    user_name: str
    category: Category
    status: TicketStatus
    subject: SealedWords
    close_reason: SealedWords | None = None
    is_on_hold: bool
    created_at: UtcDatetime
    last_activity_at: UtcDatetime
    closed_at: UtcDatetime | None = None


class OwnRequest(Frozen):
    """A ticket the member asked for, whose thread does not stand yet; sealed to `request_id`."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    user_name: str
    category: Category
    subject: SealedWords
    details: SealedWords
    created_at: UtcDatetime


class TicketAction(Frozen):
    """An entry of the audit log of tickets: by the member, or by somebody else about them."""

    at: UtcDatetime
    is_own: bool
    name: str | None = None
    action: str
    ticket_id: Snowflake | None = None
    details: dict[str, str]


class TicketsExport(Frozen):
    """Everything that the tickets service stores about one member."""

    tickets: list[OwnTicket]
    requests: list[OwnRequest]
    staff_of: list[Snowflake] = Field(description="the tickets the member looks after as staff")
    closed_by_member: list[Snowflake] = Field(description="others' tickets that the member closed")
    added_to: list[Snowflake] = Field(description="others' tickets the member was let into")
    removed_from: list[Snowflake] = Field(description="others' tickets the member was put out of")
    audit_log: list[TicketAction]
