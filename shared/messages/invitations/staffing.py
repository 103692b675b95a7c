"""What staff can ask of an invitation and of its audit log, and what is told of it."""

from shared.messages.envelope import Command, Snowflake
from shared.messages.invitations.events import InvitationEvent


class AssignStaff(Command):
    """A staff member wants to look after an invitation; the first one has it."""

    invitation_id: Snowflake


class ReleaseStaff(Command):
    """Nobody shall look after an invitation any more, whoever of the staff asks."""

    invitation_id: Snowflake


class StaffAssigned(InvitationEvent):
    """A staff member looks after the invitation."""

    staff_id: Snowflake
    staff_name: str


class StaffReleased(InvitationEvent):
    """The staff member who looked after the invitation does so no longer."""

    staff_id: Snowflake
    staff_name: str
