"""What the invitations service can be asked, and what it tells."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.messages.editing import Basis, Changes
from shared.messages.envelope import Command, Event, Frozen, Sealed, Snowflake, UtcDatetime
from shared.messages.links import WorldLink
from shared.messages.text import Description, Name, PersonName, Remark, Seats

Tag = Literal["観光", "ゲーム", "まったり", "撮影会", "イベント", "その他"]
InstanceType = Literal[
    "group", "friend", "friendplus", "public", "invite", "inviteplus", "groupplus", "grouppublic"
]
Status = Literal["recruiting", "full", "completed", "cancelled"]
Participation = Literal["joined", "interested"]
MOST_PARTICIPANTS = 100
REMINDER_MINUTES, MOST_REMINDER_MINUTES = 15, 24 * 60


class Details(Frozen):
    """What a host says of an event. The table's CHECKs say the same."""

    event_name: Name
    start_time: UtcDatetime
    end_time: UtcDatetime
    world_name: Name
    world_link: WorldLink | None = None
    tag: Tag
    description: Description
    instance_type: InstanceType
    max_participants: Seats
    # How long before the start those with a seat are reminded; 0 is never.
    reminder_minutes: Annotated[int, Field(ge=0, le=MOST_REMINDER_MINUTES)] = REMINDER_MINUTES

    @model_validator(mode="after")
    def starts_before_it_ends(self) -> Self:
        """Refuse an event that ends before it starts."""
        if self.start_time >= self.end_time:
            raise PydanticCustomError("ends_before_start", "must end after it starts")
        return self


class InvitationState(Details):
    """An invitation as it stands after an event; nothing secret. `version` grows by one each."""

    id: Snowflake
    version: int
    guild_id: Snowflake
    channel_id: Snowflake
    thread_id: Snowflake
    host_id: Snowflake
    host_name: str
    status: Status
    joined_count: int
    waitlisted_count: int = 0
    cancel_reason: str | None = None


# --- commands


class DraftInvitation(Command):
    """A host has filled in the form; nothing is posted yet."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    host_name: PersonName
    details: Details
    vrchat_profile: Sealed | None = None


class PublishInvitation(Command):
    """The announcement and its thread stand on Discord; the invitation can exist."""

    request_id: UUID
    invitation_id: Snowflake
    thread_id: Snowflake
    channel_id: Snowflake


class DiscardDraft(Command):
    """Discord would not take the announcement; the host is told why."""

    request_id: UUID
    code: str


class JoinInvitation(Command):
    """A member wants a seat."""

    invitation_id: Snowflake


class ShowInterest(Command):
    """A member wants to remember an event without taking a seat."""

    invitation_id: Snowflake


class JoinWaitlist(Command):
    """A member wants the next seat of a full event that nobody waits longer for."""

    invitation_id: Snowflake


class LeaveInvitation(Command):
    """A member gives back a seat, a bookmark or a place in the queue."""

    invitation_id: Snowflake


class EditInvitation(Command):
    """Host or staff change what an open event says.

    Refused when somebody has changed, since it was shown, what this form showed.
    """

    invitation_id: Snowflake
    based_on: Basis
    changes: Changes


class CancelInvitation(Command):
    """Host or staff call an event off."""

    invitation_id: Snowflake
    reason: Remark = ""


class CompleteInvitation(Command):
    """Host or staff end an event before its time."""

    invitation_id: Snowflake


class SetInstanceLink(Command):
    """Host or staff give the link of the running instance, in place of the one before.

    `told_type` is the instance type that the link itself tells, where it tells one.
    """

    invitation_id: Snowflake
    instance_link: Sealed
    told_type: InstanceType | None = None


class RevealSecrets(Command):
    """A member wants to read the host's profile and the instance link."""

    invitation_id: Snowflake


class CloseInvitation(Command):
    """The end time should have come; the service looks for itself."""

    invitation_id: Snowflake


class RemindParticipants(Command):
    """The start should be near; the service looks for itself, and who wants to be reminded."""

    invitation_id: Snowflake


class SetReminders(Command):
    """A member wants to be reminded of starts, or no longer, whatever the event."""

    are_wanted: bool


class CloseOverdueInvitations(Command):
    """Complete every invitation whose end time has passed (Q4, the safety net)."""


class CleanInbox(Command):
    """Forget receipts whose message cannot come again, and drafts that came to nothing."""


# --- events


class InvitationDrafted(Event):
    """An announcement can be posted. The profile is not in here."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    host_id: Snowflake
    host_name: str
    details: Details


class DraftDiscarded(Event):
    """A draft came to nothing."""

    request_id: UUID


class AnnouncementOrphaned(Event):
    """A second announcement of one draft was posted; its message and thread must go."""

    request_id: UUID
    channel_id: Snowflake
    message_id: Snowflake


class InvitationEvent(Event):
    """Something happened to an invitation; how it stands now is inside."""

    invitation: InvitationState


class InvitationPublished(InvitationEvent):
    """Members can join."""


class InstanceLinkChanged(InvitationEvent):
    """There is a link to the instance, or another one. The link is not in here."""


class InvitationEdited(InvitationEvent):
    """The event says something else now: the fields `changed`, which stood as in `before`."""

    changed: list[str]
    before: Details


class ParticipantEvent(InvitationEvent):
    """Something happened to one member's part in an invitation."""

    user_id: Snowflake
    user_name: str


class ParticipantJoined(ParticipantEvent):
    """A member has a seat."""


class ParticipantInterested(ParticipantEvent):
    """A member has a bookmark, and no longer the seat or place in the queue there may have been."""


class ParticipantWaitlisted(ParticipantEvent):
    """A member waits for a seat, behind everybody who waited before."""


class ParticipantPromoted(ParticipantEvent):
    """The member who waited longest has the seat that became free; it never stood empty."""


class ParticipantLeft(ParticipantEvent):
    """A member has no seat, no bookmark and no place in the queue."""


class InvitationCancelled(InvitationEvent):
    """The event will not take place. Final."""

    reason: str = ""


class InvitationCompleted(InvitationEvent):
    """The event is over. Final; `is_early` when somebody ended it before its time."""

    is_early: bool = False


class ReminderDue(InvitationEvent):
    """The event starts soon: those with a seat who want to know, in the order they came."""

    user_ids: list[Snowflake]
