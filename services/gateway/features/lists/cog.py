"""Lists of invitations, and one invitation in detail."""

from dataclasses import replace
from datetime import datetime, time

from disnake.interactions import MessageInteraction

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import Detail
from services.gateway.drawing.periods import in_zone
from services.gateway.drawing.sign_up import shown_sign_up
from services.gateway.features.closing.views import ending_buttons, may_end
from services.gateway.features.editing.views import editing_buttons
from services.gateway.features.lists import views
from services.gateway.features.lists.finding import Slash, find_invitation
from services.gateway.features.lists.pages import (
    HistoryPage,
    ListPage,
    OwnPage,
    Page,
    cursor_at,
)
from services.gateway.forms.mistakes import Mistaken, time_mistake
from services.gateway.forms.times import TimeMistake, read_day
from services.gateway.metrics import answered
from shared.messages.invitations.mine import ReadHistory

components = Components()


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


async def show_list(press: Press[Slash], page: ListPage, first_day: str | None) -> None:
    """Show the first page of a list; it may begin with a day that a member has typed."""
    if first_day is not None:
        page = replace(page, cursor=await _cursor_at(press, first_day))
    await show_page(press, page)


async def show_page(press: Press[Interaction], page: Page) -> None:
    """Show one page of a list to the member alone."""
    press.check_rate()
    found = await press.api.invitations(page.query(press.user_id))
    embed = views.listing(found, page, press.language, press.interaction.created_at)
    buttons = page.turning(found.previous, found.next, press.language)
    if responses.is_on_private_message(press.interaction):
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
    """Show one invitation that a member names to the member alone."""
    view = await find_invitation(press, named)
    language, actor = press.language, await press.checked_actor()
    locale = (await press.guild_locale())._replace(language=language)
    now = press.interaction.created_at
    when = in_zone(view.start_time, view.end_time, now, locale)
    sign_up, is_for_staff = shown_sign_up(view, now, locale), actor.is_staff_of(view.guild_id)
    embeds = views.detail(view, language, when, sign_up, is_for_staff=is_for_staff)
    buttons = []
    if may_end(view, actor):
        buttons += editing_buttons(view.id, language)
        buttons += ending_buttons(view.id, language)
        buttons += views.sealing_buttons(view.id, language)
    if await press.say(embeds=embeds, buttons=buttons):
        answered("detail", press.interaction.id)


async def _cursor_at(press: Press[Slash], typed: str) -> str:
    """Return the cursor of a list from a day on; raises Mistaken if the day cannot be read."""
    zone = (await press.guild_locale()).zone
    try:
        day = read_day(typed, press.interaction.created_at, zone)
    except TimeMistake as mistake:
        mistakes = [time_mistake("first_day", mistake, "day")]
        raise Mistaken(mistakes, zone, {"first_day": typed}) from None
    return cursor_at(datetime.combine(day, time(), zone))
