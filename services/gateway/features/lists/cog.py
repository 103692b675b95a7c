"""What members look at: pages of lists, one invitation, suggestions while they type."""

import re
from typing import Any, TypeAlias

import structlog
from disnake.ext import commands
from disnake.interactions import ApplicationCommandInteraction, MessageInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.custom_ids import Page, page_of
from services.gateway.features.closing.views import ending_buttons, may_end
from services.gateway.features.editing.views import editing_buttons
from services.gateway.features.lists import views
from services.gateway.metrics import answered
from services.gateway.texts import language_of, say
from shared.messages.invitations.mine import ReadHistory
from shared.messages.views import InvitationSummary, InvitationView
from shared.metrics import LIMITS_REACHED

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]

# An id as it was suggested, or the last part of an announcement's link.
INVITATION_ID = re.compile(r"(?:.*/)?([0-9]{1,20})")
MOST_SEARCHED = "100"

log = structlog.get_logger()


class Browsing(commands.Cog):
    """Turns the pages of lists, whichever replica wrote them."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def turn(self, interaction: Click) -> None:
        """Show another page in place of the one whose button was pressed."""
        custom_id = interaction.component.custom_id or ""
        if not custom_id.startswith(("list:", "mine:", "history:")):
            return
        with self._dispatcher.tracked(interaction):
            page = page_of(custom_id)
            if page is not None:
                show = show_history if page.kind == "history" else show_page
                await show(self._dispatcher, interaction, page)
                return
            text = say(language_of(str(interaction.locale)), "list.unreadable")
            await responses.say_privately(interaction, text)


async def show_page(dispatcher: CommandDispatcher, interaction: Slash | Click, page: Page) -> None:
    """Show one page of a list to the member alone."""
    language = language_of(str(interaction.locale))
    try:
        found = await dispatcher.api.invitations(page.query(str(interaction.author.id)))
    except ApiUnavailable as error:
        await error_replies.tell_reads_away(interaction, error)
        return
    embed = views.listing(found, page, language)
    buttons = views.turning(page, found.previous, found.next, language)
    if isinstance(interaction, MessageInteraction):
        response = interaction.response
        is_taken = await responses.once(
            lambda: response.edit_message(embeds=[embed], components=buttons)
        )
    else:
        is_taken = await responses.say_privately(interaction, embeds=[embed], buttons=buttons)
    if is_taken:
        answered(page.kind, interaction.id)


async def show_history(
    dispatcher: CommandDispatcher, interaction: Slash | Click, page: Page
) -> None:
    """Ask for a page of what a member took part in: only they may know, so it is no open read."""
    wanted = {"tag": page.tag, "status": page.status, "cursor": page.cursor}
    command = ReadHistory(**dispatcher.command_fields(interaction), **wanted)
    await dispatcher.dispatch(
        interaction, command, in_place=isinstance(interaction, MessageInteraction)
    )


async def show_invitation(
    dispatcher: CommandDispatcher, interaction: Slash | Click, named: str
) -> None:
    """Show one invitation, named by its id or link, to the member alone."""
    view = await find_invitation(dispatcher, interaction, named)
    if view is None:
        return
    language = language_of(str(interaction.locale))
    actor = dispatcher.actor(interaction)
    embeds = views.detail(view, language, is_for_staff=actor.is_staff_of(view.guild_id))
    is_theirs = may_end(view, actor)
    theirs = [
        *editing_buttons(view.id, language),
        *ending_buttons(view.id, language),
        *views.sealing_buttons(view.id, language),
    ]
    buttons = theirs if is_theirs else []
    if await responses.say_privately(interaction, embeds=embeds, buttons=buttons):
        answered("detail", interaction.id)


def invitation_id_of(named: str) -> str | None:
    """Read which invitation somebody names by its id, or by its announcement's link."""
    found = INVITATION_ID.fullmatch(named.strip())
    return found[1] if found else None


async def find_invitation(
    dispatcher: CommandDispatcher, interaction: Slash | Click, named: str
) -> InvitationView | None:
    """Read an invitation by its id or link; where there is none, the member is told."""
    invitation_id = invitation_id_of(named)
    try:
        view = await dispatcher.api.invitation(invitation_id) if invitation_id else None
    except ApiUnavailable as error:
        await error_replies.tell_reads_away(interaction, error)
        return None
    if view is None:
        text = say(language_of(str(interaction.locale)), "refused.not_found")
        await responses.say_privately(interaction, text)
    return view


async def suggest(dispatcher: CommandDispatcher, interaction: Slash, typed: str) -> None:
    """Suggest open invitations whose name holds what is typed."""
    queries = [{"status": status} for status in ("recruiting", "full")]
    await _suggest(dispatcher, interaction, typed, queries)


async def suggest_own(dispatcher: CommandDispatcher, interaction: Slash, typed: str) -> None:
    """Suggest a host's invitations in every state, the newest first."""
    queries = [{"host": str(interaction.author.id)}]
    await _suggest(dispatcher, interaction, typed, queries, is_newest_first=True)


async def suggest_own_open(dispatcher: CommandDispatcher, interaction: Slash, typed: str) -> None:
    """Suggest a host's open invitations, the soonest first."""
    host = str(interaction.author.id)
    queries = [{"host": host, "status": status} for status in ("recruiting", "full")]
    await _suggest(dispatcher, interaction, typed, queries)


async def _suggest(
    dispatcher: CommandDispatcher,
    interaction: Slash,
    typed: str,
    queries: list[dict[str, str]],
    *,
    is_newest_first: bool = False,
) -> None:
    """Suggest what the queries find, unless the member asks too often: each costs two reads."""
    if dispatcher.suggestions.take(str(interaction.author.id)):
        LIMITS_REACHED.labels(limit="suggestions").inc()
        choices = views.too_fast(typed, language_of(str(interaction.locale)))
    else:
        found = await _searched(dispatcher, queries)
        choices = views.suggestions(found, typed, is_newest_first=is_newest_first)
    await responses.once(lambda: interaction.response.autocomplete(choices=choices))


async def _searched(
    dispatcher: CommandDispatcher, queries: list[dict[str, str]]
) -> list[InvitationSummary]:
    try:
        lists = [
            await dispatcher.api.invitations({**query, "limit": MOST_SEARCHED}) for query in queries
        ]
    except ApiUnavailable as error:
        log.warning("reads.away", reason=str(error))
        return []
    return [summary for each in lists for summary in each.invitations]
