"""What the invitations service does when the gateway repairs what was changed on Discord."""

from services.invitations.domain import FINAL
from services.invitations.handlers.staffing import release
from services.invitations.sql import invitations, repairs
from shared.database import Connection
from shared.dispatch import Outcome
from shared.messages.invitations.events import AnnouncementOrphaned
from shared.messages.invitations.repairs import (
    AnnouncementMoved,
    MoveAnnouncement,
    MovePanel,
    PanelMoved,
    ReleaseFormerStaff,
    RepairsOwed,
    ReportOwedRepairs,
)


async def move_announcement(command: MoveAnnouncement, connection: Connection) -> Outcome:
    """Let another message show an open event; one that came too late is deleted."""
    invitation = await invitations.lock_invitation(connection, command)
    shown, thread_id = await repairs.place(connection, invitation.id)
    if (shown, thread_id) == (command.announcement_id, command.thread_id):
        return Outcome()
    if shown != command.before_id or invitation.status in FINAL:
        if command.announcement_id in (shown, command.before_id):
            return Outcome()  # no other message was posted, only another thread was opened
        orphaned = AnnouncementOrphaned(
            request_id=command.request_id,
            channel_id=command.channel_id,
            message_id=command.announcement_id,
        )
        return Outcome([orphaned])
    state = await repairs.move_announcement(connection, command)
    return Outcome([AnnouncementMoved(invitation=state, before_id=command.before_id)])


async def move_panel(command: MovePanel, connection: Connection) -> Outcome:
    """Let another message be the panel of an open event."""
    invitation = await invitations.lock_invitation(connection, command)
    panel_id = await repairs.panel_id(connection, invitation.id)
    if panel_id != command.before_id or invitation.status in FINAL:
        return Outcome()
    return Outcome([PanelMoved(invitation=await repairs.move_panel(connection, command))])


async def report_owed_repairs(command: ReportOwedRepairs, connection: Connection) -> Outcome:
    """Keep what an event waits for, and tell what it did not wait for before."""
    invitation = await invitations.lock_invitation(connection, command)
    new = await repairs.keep_owed(connection, invitation.id, command.owed)
    if not new:
        return Outcome()
    owed = RepairsOwed(guild_id=invitation.guild_id, invitation_id=invitation.id, owed=new)
    return Outcome([owed])


async def release_former_staff(command: ReleaseFormerStaff, connection: Connection) -> Outcome:
    """Leave an open event without the staff member who is staff no longer."""
    invitation = await invitations.lock_invitation(connection, command)
    was = invitation.staff
    if was is None or was.user_id != command.staff_id or invitation.status in FINAL:
        return Outcome()
    return Outcome([await release(connection, invitation.id, was)])
