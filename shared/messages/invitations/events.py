"""What the invitations service tells. It has happened and cannot be refused."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Event, Snowflake
from shared.messages.invitations.details import MOST_CO_HOSTS, Details, InvitationState, Part
from shared.messages.invitations.editing import NEWS
from shared.messages.invitations.mentions import NOBODY, Mention
from shared.messages.invitations.names import ImageName
from shared.messages.invitations.reminding import MOST_MORE, ReminderText
from shared.messages.text import MOST_PARTICIPANTS, Codes, StoredName, StoredText

MOST_CONCERNED = 1000
Concerned = Annotated[list[Snowflake], Field(max_length=MOST_CONCERNED)]
"""Participants, then the waitlist, then the interested who have not opted out; each once."""


class InvitationDrafted(Event):
    """An announcement can be posted, with this mention. The profile is not in here."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    host_id: Snowflake
    host_name: StoredName
    details: Details
    mention: Mention = NOBODY
    image: ImageName | None = None


class DraftDiscarded(Event):
    """A draft came to nothing."""

    request_id: UUID


class AnnouncementOrphaned(Event):
    """A second announcement of one draft was posted; its message, thread and panel must go."""

    request_id: UUID
    channel_id: Snowflake
    message_id: Snowflake
    staff_channel_id: Snowflake | None = None
    staff_message_id: Snowflake | None = None


class InvitationEvent(Event):
    """Something happened to an invitation; how it stands now is inside."""

    invitation: InvitationState


class InvitationPublished(InvitationEvent):
    """Members can join."""


class InstanceLinkChanged(InvitationEvent):
    """There is a link to the instance, or another one. The link is not in here."""


class ProfileChanged(InvitationEvent):
    """There is a profile of the host, or another one. The profile is not in here."""


class InvitationEdited(InvitationEvent):
    """The event says something else now: the fields `changed`, which stood as in `before`.

    `user_ids` are the members whom it concerns: none for a small edit. `by_id` made it.
    """

    changed: Codes
    before: Details
    by_id: Snowflake | None = None
    user_ids: Concerned = Field(default_factory=list)

    @property
    def is_news(self) -> bool:
        """Return whether it is a new time or a new world."""
        return not NEWS.isdisjoint(self.changed)


class ParticipantEvent(InvitationEvent):
    """Something happened to one member's part in an invitation."""

    user_id: Snowflake
    user_name: StoredName


class ParticipantJoined(ParticipantEvent):
    """A member has a seat; `by_id` is the staff member or host who added them."""

    by_id: Snowflake | None = None


class ParticipantInterested(ParticipantEvent):
    """A member has a bookmark, and no longer the seat or place in the queue there may have been."""

    gave_up: Part | None = None


class ParticipantWaitlisted(ParticipantEvent):
    """A member waits for a seat, behind everybody who waited before."""


class ParticipantPromoted(ParticipantEvent):
    """The member who waited longest has the seat that became free; it never stood empty."""


class ParticipantLeft(ParticipantEvent):
    """A member has no seat, no bookmark and no place in the queue.

    `gave_up` is what they had. `by_id` is the staff member or host who removed them.
    """

    gave_up: Part | None = None
    by_id: Snowflake | None = None


class CoHostLeft(InvitationEvent):
    """A member is co-host no longer: they have left the guild, or want nothing of them stored."""

    user_id: Snowflake


class InvitationCancelled(InvitationEvent):
    """The event will not take place. Final; `user_ids` are the members whom it concerns."""

    reason: StoredText = ""
    by_id: Snowflake | None = None
    user_ids: Concerned = Field(default_factory=list)


class InvitationCompleted(InvitationEvent):
    """The event is over. Final; `is_early` if the member `by_id` ended it before its time."""

    is_early: bool = False
    by_id: Snowflake | None = None


class SignUpChanged(InvitationEvent):
    """The opening time or the cut-off has come: once for each."""


class InvitationStarted(InvitationEvent):
    """The event is under way: once for each start."""


class ReminderDue(InvitationEvent):
    """The event starts soon: those with a seat who want to know, in the order they came.

    `host_ids` are host and co-hosts who want to know too; an older service has `is_for_host` only.
    `has_instance_link` if participants can read one. `texts` are the host's words of the reminders
    that are due.
    """

    user_ids: Annotated[list[Snowflake], Field(max_length=MOST_PARTICIPANTS)]
    host_ids: Annotated[list[Snowflake], Field(max_length=1 + MOST_CO_HOSTS)] = Field(
        default_factory=list
    )
    texts: Annotated[list[ReminderText], Field(max_length=1 + MOST_MORE)] = Field(
        default_factory=list
    )
    is_for_host: bool = False
    has_instance_link: bool = False


class MemberErased(Event):
    """A member has erased their data: delete or anonymise what you keep of `user_id`.

    Every event from before that names them is before this one.
    """

    user_id: Snowflake
