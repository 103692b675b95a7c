"""Commands of staff about an invitation and its audit log, and their events."""

from typing import Annotated

from pydantic import StringConstraints

from shared.messages.envelope import Command, Frozen, Snowflake, UtcDatetime
from shared.messages.invitations.commands import InvitationCommand
from shared.messages.invitations.events import InvitationEvent
from shared.messages.text import Code, Noted, StoredName, StoredTitle

AuditPlace = Annotated[str, StringConstraints(pattern=r"^[ab][0-9]{1,18}$")]
"""A cursor of the audit log, as the service gave it: right after an entry, or right before it."""


class AssignStaff(InvitationCommand):
    """A staff member wants to be in charge of an invitation; the first one to press is."""


class ReleaseStaff(InvitationCommand):
    """Leave an invitation without a staff member; any staff member may send this."""


class ReadAuditLog(Command):
    """Staff read a page of the audit log: all, of one invitation, or of one member."""

    invitation_id: Snowflake | None = None
    member_id: Snowflake | None = None
    cursor: AuditPlace | None = None


class AuditEntry(Frozen):
    """Who did what, when; `action` is the command's name, `details` what it needs besides.

    The invitation's name and place are those of now; there are none where it is about none.
    """

    at: UtcDatetime
    actor_id: Snowflake
    actor_name: StoredName
    action: Code
    details: Noted
    invitation_id: Snowflake | None = None
    guild_id: Snowflake | None = None
    channel_id: Snowflake | None = None
    event_name: StoredTitle | None = None
    announcement_id: Snowflake | None = None


class StaffAssigned(InvitationEvent):
    """A staff member is in charge of the invitation."""

    staff_id: Snowflake
    staff_name: StoredName


class StaffReleased(InvitationEvent):
    """The staff member is no longer in charge of the invitation."""

    staff_id: Snowflake
    staff_name: StoredName
