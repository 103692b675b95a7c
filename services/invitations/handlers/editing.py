"""What the invitations service does for hosts and staff: change what an event says, and end it."""

from services.invitations.confirmations import ask_before_cancel
from services.invitations.edit import Edit
from services.invitations.handlers.guilds import check_tag
from services.invitations.handlers.participant_events import participant_events, promote
from services.invitations.handlers.repetition import draft_next, goes_on
from services.invitations.handlers.roster import give_up_parts
from services.invitations.postable import check_published
from services.invitations.sql import audience, audit, invitations
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted
from shared.limits import Limit
from shared.messages.invitations.commands import (
    CancelInvitation,
    CompleteInvitation,
    EditInvitation,
)
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationCompleted,
    InvitationEdited,
    ParticipantPromoted,
)


async def edit_invitation(command: EditInvitation, connection: Connection) -> Outcome:
    """Change what an open event says; new seats go to the waitlist."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    check_published(command.changes)
    edit = Edit.of(await invitations.details(connection, invitation.id), command)
    invitation.check_edit(edit, await database_time(connection))
    invitation.check_co_hosts(command.actor, edit.after.co_host_ids)
    if edit.after.tag != edit.before.tag:
        await check_tag(connection, invitation.guild_id, edit.after.tag)
    await invitations.edit(connection, invitation.id, edit.after)
    for entry in edit.entries():
        await audit.write_down(connection, command, **entry)
    seats = invitation.seats_added(edit.after.max_participants)
    promoted = await promote(connection, invitation.id, seats)
    state = await invitations.next_version(connection, invitation.id)
    edited = InvitationEdited(
        invitation=state,
        changed=edit.changed,
        before=edit.before,
        by_id=command.actor.user_id,
        user_ids=await audience.concerned(connection, invitation.id) if edit.is_news else [],
    )
    moved_up = [(each, ParticipantPromoted) for each in promoted]
    events = [edited, *await participant_events(connection, invitation.id, moved_up)]
    events += await give_up_parts(connection, command, edit.after.co_host_ids)
    return accepted(*events, invitation=events[-1].invitation)


async def cancel_invitation(
    command: CancelInvitation, connection: Connection, *, events: Limit | None = None
) -> Outcome:
    """Cancel an event, and keep the reason."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    check_published(command)
    ask_before_cancel(invitation, command)
    state = await invitations.end_invitation(
        connection, invitation.id, "cancelled", command.reason or None
    )
    await audit.write_down(connection, command, reason=command.reason)
    drafted = await draft_next(connection, state, by=command.actor, limit=events)
    cancelled = InvitationCancelled(
        invitation=state,
        reason=command.reason,
        by_id=command.actor.user_id,
        user_ids=await audience.concerned(connection, invitation.id),
    )
    return accepted(cancelled, *drafted, invitation=state, **goes_on(drafted))


async def complete_invitation(
    command: CompleteInvitation, connection: Connection, *, events: Limit | None = None
) -> Outcome:
    """End an event before its time."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_completed_by(command.actor)
    state = await invitations.end_invitation(connection, invitation.id, "completed")
    await audit.write_down(connection, command)
    drafted = await draft_next(connection, state, by=command.actor, limit=events)
    completed = InvitationCompleted(invitation=state, is_early=True, by_id=command.actor.user_id)
    return accepted(completed, *drafted, invitation=state, **goes_on(drafted))
