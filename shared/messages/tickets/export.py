"""What the tickets service stores about one member; what is typed in it is still sealed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Frozen, SealedWords, Snowflake, UtcDatetime
from shared.messages.text import Code, StoredName, StoredText
from shared.messages.tickets.details import Category, TicketStatus

MOST = Field(max_length=1000)  # of a part, as shared/parts.py reads it


class OwnTicket(Frozen):
    """A ticket that the member opened; the assignee is another member's data.

    The subject is sealed to `request_id`, the reason of its end to `id`.
    """

    id: Snowflake
    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    user_name: StoredName
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
    user_name: StoredName
    category: Category
    subject: SealedWords
    details: SealedWords
    created_at: UtcDatetime


class TicketAction(Frozen):
    """An entry of the audit log of tickets: by the member, or by another member about them."""

    at: UtcDatetime
    is_own: bool
    name: StoredName | None = None
    action: Code
    ticket_id: Snowflake | None = None
    details: Annotated[dict[Code, StoredText], Field(max_length=20)]


class TicketsExport(Frozen):
    """Everything that the tickets service stores about one member, or a part of it."""

    tickets: Annotated[list[OwnTicket], MOST]
    requests: Annotated[list[OwnRequest], MOST]
    staff_of: Annotated[list[Snowflake], MOST] = Field(
        description="the tickets that the member is in charge of as staff"
    )
    closed_by_member: Annotated[list[Snowflake], MOST] = Field(
        description="others' tickets that the member closed"
    )
    added_to: Annotated[list[Snowflake], MOST] = Field(
        description="others' tickets the member was let into"
    )
    removed_from: Annotated[list[Snowflake], MOST] = Field(
        description="others' tickets the member was put out of"
    )
    audit_log: Annotated[list[TicketAction], MOST]
