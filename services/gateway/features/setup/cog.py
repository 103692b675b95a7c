"""`/setup`: each select, button or form changes one setting at once; then the page is redrawn."""

from typing import Any

from pydantic import ValidationError

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import FIRST_PAGE, SetupPage
from services.gateway.features.setup.custom_ids import (
    Choose,
    EditTags,
    EditToken,
    OtherZone,
    Switch,
)
from services.gateway.features.setup.frame import community
from services.gateway.features.setup.pages import PAGES, draw, events, listing, locale
from services.gateway.forms import api_token
from services.gateway.forms.mistakes import Mistaken, mistakes_of
from services.gateway.forms.tags import FIELD, read_tags
from services.gateway.metrics import answered
from shared.messages.invitations.guilds import SetApiToken
from shared.refusal import Refused

components = Components()


@components.button(SetupPage)
async def open_page(press: Press[Click], page: SetupPage) -> None:
    """Show a page: in place of the one that is open, or as the first one."""
    await show(press, page.page)


async def show(press: Press[Interaction], page: str = FIRST_PAGE) -> None:
    """Show a page of the panel to a member who manages the guild."""
    if not press.actor.may_manage:
        raise Refused("not_allowed")
    if page not in PAGES:
        raise Refused("unknown_component")
    read = PAGES[page].read
    if read is not None:
        await press.dispatch(read(**_fields(press, page)), in_place=True)
        return
    interaction = press.interaction
    settings = await press.api.newest_settings()
    of = await community(DiscordGuilds(interaction.bot), settings, press.language)
    if of is None:
        raise ApiUnavailable("Discord has not sent the guild yet")
    panel, response = draw(page, of), interaction.response
    if responses.is_on_private_message(interaction):
        is_taken = await responses.once(
            lambda: response.edit_message(panel.text, embed=panel.embed, components=panel.rows)
        )
    else:
        is_taken = await responses.once(
            lambda: response.send_message(
                panel.text, embed=panel.embed, components=panel.rows, ephemeral=True
            )
        )
    if is_taken:
        answered("setup", interaction.id)


@components.button(Choose)
async def choose(press: Press[Click], select: Choose) -> None:
    """Change a setting to what was chosen in its select."""
    chosen = press.interaction.values or []
    if select.page not in PAGES:
        raise Refused("unknown_component")
    takes_several = PAGES[select.page].takes_several(select.setting)
    value = chosen if takes_several else next(iter(chosen), None)
    await _change(press, select.page, select.setting, value)


@components.button(Switch)
async def turn(press: Press[Click], switch: Switch) -> None:
    """Turn a setting on or off."""
    await _change(press, switch.page, switch.setting, switch.is_on)


@components.button(OtherZone)
async def ask_for_zone(press: Press[Click], _button: OtherZone) -> None:
    """Open the form that asks for a time zone."""
    await press.open_form(locale.zone_form(press.language))


@components.form(OtherZone)
async def change_zone(press: Press[Modal], _form: OtherZone) -> None:
    """Change the time zone to the one that was typed."""
    zone = locale.zone_named(press.interaction.text_values[locale.ZONE])
    if zone is None:
        raise Mistaken([(locale.ZONE, "unknown_zone")])
    await _change(press, locale.PAGE, locale.ZONE, zone)


@components.button(EditTags)
async def ask_for_tags(press: Press[Click], _button: EditTags) -> None:
    """Open the form with the tags of the guild."""
    await press.open_form(events.tags_form(await press.settings(), press.language))


@components.form(EditTags)
async def change_tags(press: Press[Modal], _form: EditTags) -> None:
    """Change the tags to those that were typed."""
    await _change(press, events.PAGE, FIELD, read_tags(press.interaction.text_values[FIELD]))


@components.button(EditToken)
async def offer_token(press: Press[Click], _button: EditToken) -> None:
    """Open the form with a new token."""
    await press.open_form(listing.token_form(press.language))


@components.form(EditToken)
async def change_token(press: Press[Modal], _form: EditToken) -> None:
    """Put the token of the form in force, or none; only its hash is sent on."""
    digest = api_token.read_token(press.interaction.text_values[api_token.FIELD])
    command = SetApiToken(token_sha256=digest, **_fields(press, listing.PAGE))
    await press.dispatch(command, in_place=True)


async def _change(
    press: Press[Click] | Press[Modal], page: str, setting: str, value: object
) -> None:
    """Dispatch the change of one setting; its answer is drawn in place of the page."""
    if page not in PAGES:
        raise Refused("unknown_component")
    try:
        command = PAGES[page].change(setting, value, _fields(press, page))
    except ValidationError as error:
        raise Mistaken(mistakes_of(error)) from None
    await press.dispatch(command, in_place=True)


def _fields(press: Press[Interaction], page: str) -> dict[str, Any]:
    """Return the fields of a command whose answer is drawn as a page."""
    fields = {"guild_id": press.guild_id, **press.command_fields}
    drawn_on = SetupPage(page, press.guild_id).encode()
    fields["reply_to"] = fields["reply_to"].model_copy(update={"page": drawn_on})
    return fields
