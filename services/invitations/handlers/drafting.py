"""What the invitations service does for a host who works on a draft."""

from services.invitations.handlers.guilds import check_tag
from services.invitations.postable import check_co_hosts, check_postable, check_published
from services.invitations.quotas import Quotas, check_drafts, check_hosting
from services.invitations.sql import drafts, guilds, host_drafts, images
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted
from shared.messages.invitations.drafting import (
    ChooseForDraft,
    DraftCommand,
    DraftView,
    DropDraft,
    PostDraft,
    SaveDraft,
)
from shared.refusal import Refused


async def save_draft(command: SaveDraft, connection: Connection, *, quotas: Quotas) -> Outcome:
    """Keep what a host typed, with its mistakes; of a dropped draft too."""
    check_co_hosts(command.actor.user_id, command.choices.co_host_ids)
    if command.details is not None:
        check_published(command.details)
    known = await host_drafts.lock(connection, command)
    if known is None:
        await check_drafts(connection, command.actor, command.guild_id, quotas)
    elif not known.is_open:
        raise Refused("draft_posted")
    await host_drafts.save(connection, command)
    return accepted(choice="saved")


async def choose_for_draft(command: ChooseForDraft, connection: Connection) -> Outcome:
    """Change what a host chose in a select."""
    draft = await open_draft(connection, command)
    if command.tag not in (None, draft.choices.tag):
        await check_tag(connection, command.guild_id, command.tag)
    await host_drafts.choose(connection, command)
    return accepted(choice="saved")


async def post_draft(command: PostDraft, connection: Connection, *, quotas: Quotas) -> Outcome:
    """Let a draft be announced; a second press posts nothing."""
    draft = await open_draft(connection, command)
    if draft.details is None:
        raise Refused("draft_has_mistakes")
    check_published(draft.details)
    settings = await guilds.view(connection, command.guild_id)
    if not settings.may_mention(draft.choices.mention):
        raise Refused("mention_not_allowed")
    check_postable(draft.details, await database_time(connection))
    await check_hosting(connection, command.actor, command.guild_id, quotas)
    return Outcome([await host_drafts.hand_over(connection, command)])


async def drop_draft(command: DropDraft, connection: Connection) -> Outcome:
    """Forget a draft."""
    await open_draft(connection, command)
    await images.delete_of_draft(connection, command.request_id)
    await drafts.delete(connection, command.request_id)
    return accepted(choice="dropped")


async def open_draft(connection: Connection, command: DraftCommand) -> DraftView:
    """Lock the actor's own draft, and refuse one that is posted."""
    draft = await host_drafts.lock(connection, command)
    if draft is None:
        raise Refused("not_found")
    if not draft.is_open:
        raise Refused("draft_posted")
    return draft
