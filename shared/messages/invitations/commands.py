"""What the invitations service can be asked. It may refuse."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import (
    Command,
    ScheduledCommand,
    Sealed,
    Snowflake,
    UnpressedCommand,
)
from shared.messages.invitations.details import Details, InstanceType, Part
from shared.messages.invitations.editing import Basis, Changes
from shared.messages.seals import FindsOutdated, ReplacesOutdated
from shared.messages.text import Code, Facts, PersonName, Remark


class InvitationCommand(Command):
    """Something is wanted of one invitation."""

    invitation_id: Snowflake


class DraftInvitation(Command):
    """A host has filled in the form; nothing is posted yet."""

    request_id: UUID
    guild_id: Snowflake
    channel_id: Snowflake
    host_name: PersonName
    details: Details
    vrchat_profile: Sealed | None = None


class PublishInvitation(UnpressedCommand):
    """The announcement and its thread stand on Discord; the invitation can exist."""

    request_id: UUID
    invitation_id: Snowflake
    thread_id: Snowflake
    channel_id: Snowflake
    # The panel in the staff channel, where there is one.
    staff_channel_id: Snowflake | None = None
    staff_message_id: Snowflake | None = None


class DiscardDraft(UnpressedCommand):
    """Discord would not take the announcement; the host gets the reason, `details` its cause."""

    request_id: UUID
    code: Code
    details: Facts = Field(default_factory=dict)


class OrderedPress(InvitationCommand):
    """A press that takes or gives up a part: of one member's, the one pressed last decides."""


class JoinInvitation(OrderedPress):
    """A member wants a seat."""


class ShowInterest(OrderedPress):
    """A member wants to remember an event without taking a seat.

    `gives_up` is the seat or place in the queue that they have confirmed to give up.
    """

    gives_up: Part | None = None


class JoinWaitlist(OrderedPress):
    """A member wants the next seat of a full event that nobody waits longer for."""


class LeaveInvitation(OrderedPress):
    """A member gives back a seat, a bookmark or a place in the queue.

    `gives_up` is the part that they have confirmed to give up: required while others wait.
    """

    gives_up: Part | None = None


class EditInvitation(InvitationCommand):
    """Host or staff change what an open event says.

    Refused if another member has changed a field since this form showed it.
    """

    based_on: Basis
    changes: Changes

    def concerns(self) -> Sequence[str]:
        """Return the actor and the co-hosts that the command names."""
        return [self.actor.user_id, *(self.changes.co_host_ids or ())]


class CancelInvitation(InvitationCommand):
    """Host or staff cancel an event.

    `for_people` is the number of participants and waiting members for whom they have confirmed it.
    """

    reason: Remark = ""
    for_people: Annotated[int, Field(ge=0)] = 0


class CompleteInvitation(InvitationCommand):
    """Host or staff end an event before its time."""


class SetInstanceLink(InvitationCommand):
    """Host or staff give the link of the running instance, in place of the one before.

    `told_type` is the instance type that the link itself tells, where it tells one;
    `is_other_world` says that it names another world than the event's own link.
    """

    instance_link: Sealed
    told_type: InstanceType | None = None
    is_other_world: bool = False


class SetProfile(InvitationCommand):
    """Host or staff give the host's VRChat profile, in place of the one before."""

    vrchat_profile: Sealed


class RevealSecrets(InvitationCommand):
    """A member wants to read the host's profile and the instance link."""


class FindOutdatedSeals(FindsOutdated):
    """The gateway wants what another key has sealed of invitations, a batch `after` a place."""


class ReplaceSeals(ReplacesOutdated):
    """The gateway has sealed a batch of invitations' texts again, and asks for the next."""


class CloseInvitation(ScheduledCommand):
    """The end time should have come; the service looks for itself."""

    invitation_id: Snowflake


class RemindParticipants(ScheduledCommand):
    """The start should be near; the service looks for itself, and who wants to be reminded."""

    invitation_id: Snowflake


class AnnounceSignUp(ScheduledCommand):
    """Sign-up should have opened or closed; the service looks for itself."""

    invitation_id: Snowflake


class AnnounceStart(ScheduledCommand):
    """The event should have started; the service looks for itself."""

    invitation_id: Snowflake


class SetReminders(Command):
    """A member wants to be reminded of starts, or no longer, whatever the event."""

    are_wanted: bool


class CloseOverdueInvitations(ScheduledCommand):
    """Complete every invitation whose end time has passed (Q4, the safety net)."""


class CleanInbox(ScheduledCommand):
    """Forget receipts whose message cannot come again, and drafts that came to nothing."""
