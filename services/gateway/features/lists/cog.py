"""Lists of invitations, one invitation in detail, and suggestions for slash commands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import structlog
from disnake.interactions import ApplicationCommandInteraction, MessageInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import Detail
from services.gateway.features.closing.views import ending_buttons, may_end
from services.gateway.features.editing.views import editing_buttons
from services.gateway.features.lists import views
from services.gateway.features.lists.pages import HistoryPage, ListPage, OwnPage, Page
from services.gateway.metrics import answered
from shared.messages.invitations.mine import ReadHistory
from shared.messages.views import InvitationSummary, InvitationView
from shared.metrics import LIMITS_REACHED
from shared.refusal import Refused

Slash: TypeAlias = ApplicationCommandInteraction[Any]

# An id as it was suggested, or the last part of an announcement's link.
INVITATION_ID = re.compile(r"(?:.*/)?([0-9]{1,20})")
MOST_SEARCHED = "100"

components = Components()
log = structlog.get_logger()


@components.button(ListPage, OwnPage)
async def turn_page(press: Press[Click], page: Page) -> None:
    """Show another page in place of the one whose button was pressed."""
    await show_page(press, page)


@components.button(HistoryPage)
async def turn_history(press: Press[Click], page: HistoryPage) -> None:
    """Show another page of the history in place of the one whose button was pressed."""
    await show_history(press, page)


@components.button(Detail)
async def show_detail(press: Press[Click], button: Detail) -> None:
    """Show one invitation to the member alone."""
    await show_invitation(press, button.invitation_id)


async def show_page(press: Press[Interaction], page: Page) -> None:
    """Show one page of a list to the member alone."""
    press.check_rate()
    found = await press.api.invitations(page.query(press.user_id))
    embed = views.listing(found, page, press.language)
    buttons = page.turning(found.previous, found.next, press.language)
    if isinstance(press.interaction, MessageInteraction):
        response = press.interaction.response
        is_taken = await responses.once(
            lambda: response.edit_message(embeds=[embed], components=buttons)
        )
    else:
        is_taken = await press.say(embeds=[embed], buttons=buttons)
    if is_taken:
        answered(page.name, press.interaction.id)


async def show_history(press: Press[Interaction], page: HistoryPage) -> None:
    """Ask for a page of the member's history: a command, because only they may read it."""
    wanted = {"tag": page.tag, "status": page.status, "cursor": page.cursor}
    command = ReadHistory(**press.command_fields, **wanted)
    is_turned = isinstance(press.interaction, MessageInteraction)
    await press.dispatch(command, in_place=is_turned)


async def show_invitation(press: Press[Interaction], named: str) -> None:
    """Show one invitation, named by its id or link, to the member alone."""
    view = await find_invitation(press, named)
    language, actor = press.language, await press.checked_actor()
    embeds = views.detail(view, language, is_for_staff=actor.is_staff_of(view.guild_id))
    buttons = []
    if may_end(view, actor):
        buttons += editing_buttons(view.id, language)
        buttons += ending_buttons(view.id, language)
        buttons += views.sealing_buttons(view.id, language)
    if await press.say(embeds=embeds, buttons=buttons):
        answered("detail", press.interaction.id)


def invitation_id_of(named: str) -> str:
    """Return the id of an invitation named by its id or its link; raises Refused for neither."""
    found = INVITATION_ID.fullmatch(named.strip())
    if found is None:
        raise Refused("no_such_name")
    return found[1]


async def find_invitation(press: Press[Interaction], named: str) -> InvitationView:
    """Read an invitation by its id or link; raises Refused if there is none, and in a flood."""
    press.check_rate()
    view = await press.api.invitation(invitation_id_of(named))
    if view is None:
        raise Refused("not_found")
    return view


async def suggest(press: Press[Slash], typed: str) -> None:
    """Suggest open invitations whose name holds what is typed."""
    await _suggest(press, typed, [{"status": status} for status in ("recruiting", "full")])


async def suggest_own(press: Press[Slash], typed: str) -> None:
    """Suggest a host's invitations in every state, the newest first."""
    await _suggest(press, typed, [{"host": press.user_id}], is_newest_first=True)


async def suggest_own_open(press: Press[Slash], typed: str) -> None:
    """Suggest a host's open invitations, the soonest first."""
    host = press.user_id
    queries = [{"host": host, "status": status} for status in ("recruiting", "full")]
    await _suggest(press, typed, queries)


async def _suggest(
    press: Press[Slash],
    typed: str,
    queries: Sequence[Mapping[str, str]],
    *,
    is_newest_first: bool = False,
) -> None:
    """Suggest what the queries find, unless the member asks too often: each costs two reads."""
    if press.dispatcher.suggestions.take(press.user_id):
        LIMITS_REACHED.labels(limit="suggestions").inc()
        choices = views.too_fast(typed, press.language)
    else:
        try:
            found, zone = await _searched(press, queries), (await press.guild_locale()).zone
            choices = views.suggestions(found, typed, zone, is_newest_first=is_newest_first)
        except ApiUnavailable as error:
            log.warning("api.unavailable", reason=str(error))
            choices = []
    await responses.once(lambda: press.interaction.response.autocomplete(choices=choices))


async def _searched(
    press: Press[Slash], queries: Sequence[Mapping[str, str]]
) -> list[InvitationSummary]:
    lists = [await press.api.invitations({**query, "limit": MOST_SEARCHED}) for query in queries]
    return [summary for each in lists for summary in each.invitations]
