"""Commands of the gateway that repairs what was changed on Discord, and the events they cause."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from shared.messages.envelope import Event, Frozen, Snowflake, UnpressedCommand
from shared.messages.invitations.details import CoHosts, Status
from shared.messages.invitations.events import InvitationEvent
from shared.messages.text import Code, Codes

RepairKind: TypeAlias = Literal["announcement", "thread", "panel", "scheduled_event", "host"]
"""What is not as it should be."""


class OwedRepair(Frozen):
    """What Discord does not let the gateway repair; `missing` names the permissions it lacks."""

    kind: RepairKind
    code: Code
    missing: Codes = Field(default_factory=list)


OwedRepairs = Annotated[list[OwedRepair], Field(max_length=10)]


class RepairCommand(UnpressedCommand):
    """The gateway has compared one invitation with what Discord shows."""

    invitation_id: Snowflake


class MoveAnnouncement(RepairCommand):
    """Another message shows an invitation, because `before_id` was deleted.

    Until then it is the announcement of a draft `request_id`, by which it is deleted if another
    message was faster. The thread is the one that stood, or a new one.
    """

    request_id: UUID
    before_id: Snowflake
    announcement_id: Snowflake
    thread_id: Snowflake
    channel_id: Snowflake


class MovePanel(RepairCommand):
    """Another message is the panel for staff, because `before_id` was deleted or never stood."""

    before_id: Snowflake | None = None
    staff_channel_id: Snowflake
    staff_message_id: Snowflake


class ReportOwedRepairs(RepairCommand):
    """These are all repairs that an invitation waits for; those reported before are done."""

    owed: OwedRepairs


class ReleaseFormerStaff(RepairCommand):
    """The staff member in charge is staff no longer, or has left the guild."""

    staff_id: Snowflake


class AnnouncementMoved(InvitationEvent):
    """Another message shows the invitation; the one before, `before_id`, was deleted."""

    before_id: Snowflake


class PanelMoved(InvitationEvent):
    """Another message is the panel for staff."""


class RepairsOwed(Event):
    """Discord refuses repairs that it did not refuse before; `owed` are the new ones."""

    guild_id: Snowflake
    invitation_id: Snowflake
    owed: OwedRepairs


class InvitationPlace(Frozen):
    """Where an invitation is shown, and who must be there."""

    id: Snowflake
    status: Status
    channel_id: Snowflake
    announcement_id: Snowflake
    thread_id: Snowflake
    host_id: Snowflake
    co_host_ids: CoHosts = Field(default_factory=list)
    staff_channel_id: Snowflake | None = None
    staff_message_id: Snowflake | None = None
    staff_id: Snowflake | None = None
    is_owed: bool = False
    """Whether it waits for a repair; one that is over is in the list only if it does."""

    @property
    def hosts_and_staff(self) -> list[str | None]:
        """Return the ids of host, co-hosts, and the staff member in charge."""
        return [self.host_id, *self.co_host_ids, self.staff_id]


class InvitationPlaces(Frozen):
    """The open invitations of a guild, and those that wait for a repair, by id; `next` goes on."""

    invitations: Annotated[list[InvitationPlace], Field(max_length=500)]
    next: Snowflake | None = None
    restates_tickets: bool = False
    """Whether the tickets service knows `RestateTickets`: all services are of one release."""
