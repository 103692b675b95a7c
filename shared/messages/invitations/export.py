"""What is stored about one member, as they get it: a JSON file."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Frozen, SealedWords, Snowflake, UtcDatetime
from shared.messages.invitations.details import Details, InvitationState, Part
from shared.messages.invitations.drafting import Choices
from shared.messages.invitations.mentions import Mention
from shared.messages.text import Code, ExportPart, Noted, StoredName, StoredTitle

MOST = Field(max_length=1000)  # of a part, as shared/parts.py reads it

LEFT_OUT = (
    "The host's VRChat profile and instance link are stored encrypted and only until an event is"
    " over; this file says whether there are any (has_…), and leaves them out. So it does with the"
    " secret of the calendar's address, which /calendar shows. Other members' data is theirs."
)


class HostedInvitation(InvitationState):
    """An invitation the member hosts."""

    created_at: UtcDatetime
    updated_at: UtcDatetime
    has_vrchat_profile: bool
    has_instance_link: bool
    repeats_times_left: int | None = None
    repeats_until: date | None = None


class OwnParticipation(Frozen):
    """The member's part in an invitation, whatever became of it."""

    invitation_id: Snowflake
    event_name: StoredTitle
    start_time: UtcDatetime
    user_name: StoredName
    status: Part
    created_at: UtcDatetime
    updated_at: UtcDatetime
    joined_at: UtcDatetime | None = None
    waitlisted_at: UtcDatetime | None = None


class OwnDraft(Details):
    """What the member asked for as a host, kept for a while after it was published or not."""

    guild_id: Snowflake
    channel_id: Snowflake
    host_name: StoredName
    invitation_id: Snowflake | None = None
    created_at: UtcDatetime
    has_vrchat_profile: bool


class OpenDraft(Choices):
    """A draft that the member still works on, as they typed it; the gateway decrypts it."""

    request_id: UUID
    guild_id: Snowflake
    typed: SealedWords
    typed_description: SealedWords
    has_vrchat_profile: bool
    created_at: UtcDatetime
    updated_at: UtcDatetime


class OwnTemplate(Details):
    """A template that the member keeps."""

    template_id: UUID
    guild_id: Snowflake
    name: StoredTitle
    mention: Mention
    created_at: UtcDatetime


class LoggedAction(Frozen):
    """An entry of the audit log: by the member, or by another member about them."""

    at: UtcDatetime
    is_own: bool
    name: StoredName | None = None
    action: Code
    invitation_id: Snowflake | None = None
    details: Noted


class MemberExport(Frozen):
    """Everything that is stored about one member. Times are UTC with a Z, ids are strings.

    Much of it comes in several parts of this form, whose lists belong together.
    """

    format: Literal["doukikai.member.v1"] = "doukikai.member.v1"
    exported_at: UtcDatetime
    user_id: Snowflake
    part: ExportPart = 1
    is_last: bool = True
    hosted_invitations: Annotated[list[HostedInvitation], MOST]
    participations: Annotated[list[OwnParticipation], MOST]
    drafts: Annotated[list[OwnDraft], MOST]
    open_drafts: Annotated[list[OpenDraft], MOST] = Field(default_factory=list)
    templates: Annotated[list[OwnTemplate], MOST] = Field(default_factory=list)
    co_host_of: Annotated[list[Snowflake], MOST] = Field(
        default_factory=list, description="the invitations that the member is a co-host of"
    )
    staff_of: Annotated[list[Snowflake], MOST] = Field(
        description="the invitations that the member is in charge of as staff"
    )
    audit_log: Annotated[list[LoggedAction], MOST]
    reminders_off_since: UtcDatetime | None = None
    calendar_since: UtcDatetime | None = None
    left_out: Annotated[str, Field(max_length=1000)] = LEFT_OUT
