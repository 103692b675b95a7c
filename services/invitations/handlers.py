"""What the invitations service does for each command. A handler returns what happened."""

from collections.abc import Sequence

from services.invitations import audit, drafts, due, reminders, repository, sealed
from services.invitations.domain import Edit
from shared.database import Connection
from shared.dispatch import Handlers, Outcome, accepted
from shared.messages.envelope import Actor
from shared.messages.invitations import (
    AnnouncementOrphaned,
    CancelInvitation,
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    CompleteInvitation,
    DiscardDraft,
    DraftDiscarded,
    DraftInvitation,
    EditInvitation,
    InstanceLinkChanged,
    InvitationCancelled,
    InvitationCompleted,
    InvitationDrafted,
    InvitationEdited,
    InvitationPublished,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ParticipantEvent,
    ParticipantInterested,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
    ParticipantWaitlisted,
    PublishInvitation,
    RemindParticipants,
    RevealSecrets,
    SetInstanceLink,
    SetReminders,
    ShowInterest,
)
from shared.messages.replies import CommandAccepted, CommandRefused, SecretsRevealed


async def draft_invitation(command: DraftInvitation, connection: Connection) -> Outcome:
    """Keep what the host asked for; the answer waits until the announcement stands."""
    await drafts.insert(connection, command)
    drafted = InvitationDrafted(
        request_id=command.request_id,
        guild_id=command.guild_id,
        channel_id=command.channel_id,
        host_id=command.actor.user_id,
        host_name=command.host_name,
        details=command.details,
    )
    return Outcome([drafted])


async def publish_invitation(command: PublishInvitation, connection: Connection) -> Outcome:
    """Make a draft an invitation under the ids Discord gave, and answer its host."""
    draft = await drafts.lock(connection, command.request_id)
    if draft is None or draft.invitation_id not in (None, command.invitation_id):
        return Outcome([_orphan(command)])
    if draft.invitation_id == command.invitation_id:
        return Outcome()
    state = await drafts.publish(connection, command)
    published = InvitationPublished(invitation=state)
    if draft.reply_to is None:
        return Outcome([published])
    answer = CommandAccepted(
        reply_to=draft.reply_to, command=DraftInvitation.wire_name(), invitation=state
    )
    return Outcome([published, answer])


async def discard_draft(command: DiscardDraft, connection: Connection) -> Outcome:
    """Forget a draft that Discord would not take, and tell its host."""
    draft = await drafts.lock(connection, command.request_id)
    if draft is None or draft.invitation_id is not None:
        return Outcome()
    await drafts.delete(connection, command.request_id)
    discarded = DraftDiscarded(request_id=command.request_id)
    if draft.reply_to is None:
        return Outcome([discarded])
    answer = CommandRefused(
        reply_to=draft.reply_to, command=DraftInvitation.wire_name(), code=command.code
    )
    return Outcome([discarded, answer])


async def join_invitation(command: JoinInvitation, connection: Connection) -> Outcome:
    """Give a member a seat while there is one."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_join(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "joined")
    return await _participant_outcome(command, connection, ParticipantJoined)


async def join_waitlist(command: JoinWaitlist, connection: Connection) -> Outcome:
    """Let a member wait for a seat, and tell the place in the queue: the last."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_wait(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "waitlisted")
    place = invitation.waitlisted_count + 1
    return await _participant_outcome(command, connection, ParticipantWaitlisted, place=place)


async def show_interest(command: ShowInterest, connection: Connection) -> Outcome:
    """Give a member a bookmark; a seat, if there was one, goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_interest(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "interested")
    promoted = await _promote(connection, invitation.id, invitation.seats_passed_on(current))
    return await _participant_outcome(command, connection, ParticipantInterested, promoted)


async def leave_invitation(command: LeaveInvitation, connection: Connection) -> Outcome:
    """Take back a member's part; a seat goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_leave(current)
    await repository.delete_participant(connection, invitation.id, command.actor.user_id)
    promoted = await _promote(connection, invitation.id, invitation.seats_passed_on(current))
    return await _participant_outcome(command, connection, ParticipantLeft, promoted)


async def set_instance_link(command: SetInstanceLink, connection: Connection) -> Outcome:
    """Keep the sealed link of an instance, and warn when it tells another type than the form."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    invitation.check_edited_by(command.actor)
    state = await sealed.set_instance_link(connection, invitation.id, command.instance_link)
    await audit.write_down(connection, command)
    changed = InstanceLinkChanged(invitation=state)
    if command.told_type is None or command.told_type == state.instance_type:
        return accepted(changed, invitation=state)
    return accepted(changed, invitation=state, told_type=command.told_type)


async def reveal_secrets(command: RevealSecrets, connection: Connection) -> Outcome:
    """Show who has a seat what the host sealed, and write down that they read it."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_reveal(command.actor, current)
    secrets = await sealed.secrets(connection, invitation.id)
    await audit.write_down(connection, command, shown=secrets.names())
    if command.reply_to is None:
        return Outcome()
    revealed = SecretsRevealed(
        reply_to=command.reply_to,
        command=command.wire_name(),
        request_id=secrets.request_id,
        vrchat_profile=secrets.vrchat_profile,
        instance_link=secrets.instance_link,
    )
    return Outcome([revealed])


async def edit_invitation(command: EditInvitation, connection: Connection) -> Outcome:
    """Change what an open event says; new seats go to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    invitation.check_edited_by(command.actor)
    edit = Edit.of(await repository.details(connection, invitation.id), command)
    invitation.check_edit(edit, await repository.now(connection))
    await repository.edit(connection, invitation.id, edit.after)
    await audit.write_down(connection, command, changed=edit.changed)
    seats = invitation.seats_added(edit.after.max_participants)
    promoted = await _promote(connection, invitation.id, seats)
    state = await repository.next_version(connection, invitation.id)
    edited = InvitationEdited(invitation=state, changed=edit.changed, before=edit.before)
    moved_up = [(each, ParticipantPromoted) for each in promoted]
    told = [edited, *await _participant_events(connection, invitation.id, moved_up)]
    return accepted(*told, invitation=told[-1].invitation)


async def cancel_invitation(command: CancelInvitation, connection: Connection) -> Outcome:
    """Call an event off, and keep why."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    invitation.check_ended_by(command.actor)
    state = await repository.end_invitation(
        connection, invitation.id, "cancelled", command.reason or None
    )
    return accepted(InvitationCancelled(invitation=state, reason=command.reason), invitation=state)


async def complete_invitation(command: CompleteInvitation, connection: Connection) -> Outcome:
    """End an event before its time."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    invitation.check_ended_by(command.actor)
    state = await repository.end_invitation(connection, invitation.id, "completed")
    return accepted(InvitationCompleted(invitation=state, is_early=True), invitation=state)


async def set_reminders(command: SetReminders, connection: Connection) -> Outcome:
    """Remember whether a member wants to be reminded; asked twice, it is so all the same."""
    keep = reminders.opt_in if command.are_wanted else reminders.opt_out
    await keep(connection, command.actor.user_id)
    return accepted(choice="on" if command.are_wanted else "off")


async def _promote(connection: Connection, invitation_id: str, seats: int) -> Sequence[Actor]:
    return [await repository.promote_first(connection, invitation_id) for _ in range(seats)]


async def _participant_outcome(
    command: JoinInvitation | JoinWaitlist | ShowInterest | LeaveInvitation,
    connection: Connection,
    event: type[ParticipantEvent],
    promoted: Sequence[Actor] = (),
    **details: int,
) -> Outcome:
    """Tell what a member did, then who was promoted by it; no event shows a seat in between."""
    who_did_what: list[tuple[Actor, type[ParticipantEvent]]] = [(command.actor, event)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    told = await _participant_events(connection, command.invitation_id, who_did_what)
    return accepted(*told, invitation=told[-1].invitation, **details)


async def _participant_events(
    connection: Connection,
    invitation_id: str,
    who_did_what: Sequence[tuple[Actor, type[ParticipantEvent]]],
) -> list[ParticipantEvent]:
    """Give each event a version of its own."""
    told = []
    for who, kind in who_did_what:
        state = await repository.next_version(connection, invitation_id)
        told.append(kind(invitation=state, user_id=who.user_id, user_name=who.name))
    return told


def _orphan(command: PublishInvitation) -> AnnouncementOrphaned:
    return AnnouncementOrphaned(
        request_id=command.request_id,
        channel_id=command.channel_id,
        message_id=command.invitation_id,
    )


HANDLERS: Handlers = {
    DraftInvitation: draft_invitation,
    PublishInvitation: publish_invitation,
    DiscardDraft: discard_draft,
    JoinInvitation: join_invitation,
    JoinWaitlist: join_waitlist,
    ShowInterest: show_interest,
    LeaveInvitation: leave_invitation,
    SetInstanceLink: set_instance_link,
    RevealSecrets: reveal_secrets,
    EditInvitation: edit_invitation,
    CancelInvitation: cancel_invitation,
    CompleteInvitation: complete_invitation,
    CloseInvitation: due.close_invitation,
    RemindParticipants: due.remind_participants,
    SetReminders: set_reminders,
    CloseOverdueInvitations: due.close_overdue,
    CleanInbox: due.clean_inbox,
}
