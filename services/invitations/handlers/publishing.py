"""What the invitations service does from a host's form to an invitation that members can join."""

from services.invitations.postable import check_co_hosts, check_published, check_times
from services.invitations.quotas import Quotas, check_drafts, check_hosting
from services.invitations.sql import drafts, host_drafts, repetitions
from shared.database import Connection, database_time
from shared.dispatch import Outcome, answer_to
from shared.messages.invitations.commands import (
    DiscardDraft,
    DraftInvitation,
    PublishInvitation,
)
from shared.messages.invitations.events import (
    AnnouncementOrphaned,
    DraftDiscarded,
    InvitationDrafted,
    InvitationPublished,
)
from shared.messages.replies import CommandAccepted, CommandRefused


async def draft_invitation(
    command: DraftInvitation, connection: Connection, *, quotas: Quotas
) -> Outcome:
    """Keep what the host asked for; the answer waits until the announcement stands."""
    check_published(command.details)
    check_co_hosts(command.actor.user_id, command.details.co_host_ids)
    check_times(command.details, await database_time(connection))
    await check_drafts(connection, command.actor, command.guild_id, quotas)
    await check_hosting(connection, command.actor, command.guild_id, quotas)
    return Outcome([await keep_draft(command, connection)])


async def keep_draft(command: DraftInvitation, connection: Connection) -> InvitationDrafted:
    """Keep a draft, and tell that its announcement can be posted."""
    await drafts.insert(connection, command)
    return InvitationDrafted(
        request_id=command.request_id,
        guild_id=command.guild_id,
        channel_id=command.channel_id,
        host_id=command.actor.user_id,
        host_name=command.host_name,
        details=command.details,
    )


async def publish_invitation(command: PublishInvitation, connection: Connection) -> Outcome:
    """Make a draft an invitation under the ids Discord gave, and answer its host."""
    draft = await drafts.lock(connection, command)
    own = (None, command.invitation_id)
    if draft is None or draft.is_open or draft.invitation_id not in own:
        return Outcome([_orphan(command)])
    if draft.invitation_id == command.invitation_id:
        return Outcome()
    state = await drafts.publish(connection, command)
    published = InvitationPublished(invitation=state)
    answer = answer_to(draft.reply_to, draft.command, CommandAccepted, invitation=state)
    return Outcome([published, *answer])


async def discard_draft(command: DiscardDraft, connection: Connection) -> Outcome:
    """Give a draft that Discord would not take back to its host, or forget it if none typed it."""
    draft = await drafts.lock(connection, command)
    if draft is None or draft.invitation_id is not None or draft.is_open:
        return Outcome()
    if draft.was_typed:
        await host_drafts.reopen(connection, command.request_id)
    else:
        await drafts.delete(connection, command.request_id)
    await repetitions.delete(connection, command.request_id)
    discarded = DraftDiscarded(request_id=command.request_id)
    why = {"code": command.code, "details": command.details}
    answer = answer_to(draft.reply_to, draft.command, CommandRefused, **why)
    return Outcome([discarded, *answer])


def _orphan(command: PublishInvitation) -> AnnouncementOrphaned:
    return AnnouncementOrphaned(
        request_id=command.request_id,
        channel_id=command.channel_id,
        message_id=command.invitation_id,
        staff_channel_id=command.staff_channel_id,
        staff_message_id=command.staff_message_id,
    )
