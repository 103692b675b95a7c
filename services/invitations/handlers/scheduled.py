"""What the invitations service does when a moment has come: the commands of the scheduler."""

from collections.abc import Sequence

from services.invitations.handlers.repetition import draft_next
from services.invitations.sql import (
    drafts,
    feed,
    images,
    invitations,
    reminders,
    repetitions,
    sealed_texts,
)
from shared import erasures, inbox, limits, outbox
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted
from shared.messages.envelope import Event
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    AnnounceStart,
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    RemindParticipants,
)
from shared.messages.invitations.events import (
    InvitationCompleted,
    InvitationStarted,
    ReminderDue,
    SignUpChanged,
)
from shared.rows import each_apart


async def close_invitation(command: CloseInvitation, connection: Connection) -> Outcome:
    """Complete an event whose end time has come."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_close(await database_time(connection))
    return accepted(*await _complete(connection, invitation.id))


async def close_overdue(_command: CloseOverdueInvitations, connection: Connection) -> Outcome:
    """Complete what no deadline has completed (Q4); an event that cannot be is left for staff."""

    async def complete(invitation_id: str) -> Sequence[Event]:
        return await _complete(connection, invitation_id)

    overdue = await invitations.lock_overdue(connection)
    return Outcome(await each_apart(connection, overdue, complete, str))


async def _complete(connection: Connection, invitation_id: str) -> Sequence[Event]:
    state = await invitations.end_invitation(connection, invitation_id, "completed")
    return [InvitationCompleted(invitation=state), *await draft_next(connection, state)]


async def remind_participants(command: RemindParticipants, connection: Connection) -> Outcome:
    """Tell that a start is near; where nobody is left to be reminded, nothing has happened."""
    invitation = await invitations.lock_invitation(connection, command)
    due = invitation.due_reminders(await database_time(connection))
    until = invitation.start_time - due[-1].ahead
    user_ids = await reminders.to_remind(connection, invitation.id)
    hosts = [invitation.host_id, *invitation.co_host_ids]
    host_ids = await reminders.wanted_by(connection, hosts)
    if not (user_ids or (host_ids and invitation.joined_count)):
        await reminders.skip(connection, invitation.id, until)
        return Outcome()
    secrets = await sealed_texts.secrets(connection, invitation.id)
    state = await reminders.mark_reminded(connection, invitation.id, until)
    event = ReminderDue(
        invitation=state,
        user_ids=user_ids,
        host_ids=host_ids,
        is_for_host=invitation.host_id in host_ids,
        has_instance_link=secrets.instance_link is not None,
        texts=[each.text for each in due if each.text],
    )
    return accepted(event)


async def announce_sign_up(command: AnnounceSignUp, connection: Connection) -> Outcome:
    """Publish that sign-up has opened or closed; a press is judged without it."""
    invitation = await invitations.lock_invitation(connection, command)
    announced = invitation.sign_up_to_announce(await database_time(connection))
    state = await invitations.mark_sign_up(connection, invitation.id, announced)
    return accepted(SignUpChanged(invitation=state))


async def announce_start(command: AnnounceStart, connection: Connection) -> Outcome:
    """Publish that an event has started; who reads it before sees it by the clock."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_start(await database_time(connection))
    return accepted(
        InvitationStarted(invitation=await invitations.mark_start(connection, invitation.id))
    )


async def clean_inbox(_command: CleanInbox, connection: Connection) -> Outcome:
    """Forget old receipts and old drafts."""
    await inbox.clean(connection)
    await outbox.forget_old(connection)
    await erasures.forget_old(connection)
    await limits.forget_old(connection)
    await drafts.delete_old(connection)
    await images.delete_unused(connection)
    await repetitions.delete_stranded(connection)
    await feed.forget_old(connection)
    return Outcome()
