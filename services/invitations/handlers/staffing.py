"""What the invitations service does for staff alone: who is in charge of an invitation."""

from services.invitations.domain import check_staff
from services.invitations.sql import audit, invitations
from shared.database import Connection
from shared.dispatch import Outcome, accepted, answered
from shared.guilds import guild_of
from shared.messages.envelope import Actor
from shared.messages.invitations.staffing import (
    AssignStaff,
    AuditEntry,
    ReadAuditLog,
    ReleaseStaff,
    StaffAssigned,
    StaffReleased,
)
from shared.messages.replies import AuditLogShown


async def assign_staff(command: AssignStaff, connection: Connection) -> Outcome:
    """Put a staff member in charge of an event; the row's lock makes one of two the first."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_assign(command.actor)
    who = command.actor
    await invitations.set_staff(connection, invitation.id, who)
    await audit.write_down(connection, command)
    state = await invitations.next_version(connection, invitation.id)
    assigned = StaffAssigned(invitation=state, staff_id=who.user_id, staff_name=who.name)
    return accepted(assigned, invitation=state)


async def release_staff(command: ReleaseStaff, connection: Connection) -> Outcome:
    """Leave an event without an assignee, and write down who it was."""
    invitation = await invitations.lock_invitation(connection, command)
    was = invitation.check_release(command.actor)
    await audit.write_down(connection, command, staff_id=was.user_id)
    released = await release(connection, invitation.id, was)
    return accepted(released, invitation=released.invitation)


async def release(connection: Connection, invitation_id: str, was: Actor) -> StaffReleased:
    """Leave a locked event without the staff member in charge."""
    await invitations.set_staff(connection, invitation_id, None)
    state = await invitations.next_version(connection, invitation_id)
    return StaffReleased(invitation=state, staff_id=was.user_id, staff_name=was.name)


async def read_audit_log(command: ReadAuditLog, connection: Connection) -> Outcome:
    """Show staff a page of their guild's audit log."""
    guild_id = guild_of(command.actor)
    if command.invitation_id is not None:
        await invitations.check_of_guild(connection, command.invitation_id, guild_id)
    check_staff(command.actor)
    page = await audit.newest_first(connection, command, guild_id)
    filters = {"invitation_id": command.invitation_id, "member_id": command.member_id}
    entries = [AuditEntry.model_validate(row) for row in page.rows]
    turning = {"next": page.next, "previous": page.previous}
    return answered(command, AuditLogShown, **filters, **turning, entries=entries)
