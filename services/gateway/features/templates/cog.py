"""Hosts keep drafts as templates, open new drafts from them, and delete them."""

from collections.abc import Sequence

from disnake import OptionChoice
from pydantic import TypeAdapter, ValidationError

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.discord.responses import Interaction
from services.gateway.features.create import stored
from services.gateway.features.create.card import Card
from services.gateway.features.create.cog import check_room, may_announce, show
from services.gateway.features.create.copying import save_copy
from services.gateway.features.create.custom_ids import SaveAsTemplate
from services.gateway.features.lists.finding import Slash, offer
from services.gateway.features.templates.custom_ids import (
    AskToDelete,
    DeleteIt,
    ListTemplates,
    OpenTemplate,
)
from services.gateway.features.templates.views import label, listing, question, template_modal
from services.gateway.forms.invitation import typed_or_chosen
from services.gateway.forms.mistakes import Mistaken, mistakes_in
from services.gateway.forms.search import folded, holds_words
from shared.messages.characters import is_blank
from shared.messages.invitations.templates import (
    DeleteTemplate,
    SaveTemplate,
    TemplateName,
    TemplateView,
)
from shared.refusal import Refused

components = Components()


@components.button(SaveAsTemplate)
async def ask_name(press: Press[Click], button: SaveAsTemplate) -> None:
    """Open the form for the name of a template."""
    view = await stored.find(press, button.draft_id)
    if view.details is None:
        raise Refused("draft_has_mistakes")
    is_staff = (await press.checked_actor()).is_staff
    name = view.details.event_name
    await press.open_form(template_modal(button, name, press.language, is_staff=is_staff))


@components.form(SaveAsTemplate)
async def save(press: Press[Modal], form: SaveAsTemplate) -> None:
    """Keep the draft as a template; the card stays."""
    values = typed_or_chosen(press.interaction.values)
    command = SaveTemplate(
        **await press.checked_fields(),
        request_id=form.draft_id,
        guild_id=press.guild_id,
        template_id=press_id(press.interaction),
        name=_name(values.get("template_name", "")),
        is_of_guild=values.get("template_owner") == "guild",
    )
    await press.dispatch(command)


def _name(typed: str) -> str:
    if is_blank(typed):
        raise Mistaken([("template_name", "blank")])
    try:
        return TypeAdapter[str](TemplateName).validate_python(typed)
    except ValidationError as error:
        raise Mistaken(mistakes_in("template_name", error)) from None


async def open_named(press: Press[Interaction], named: str) -> None:
    """Save a new draft from the template that a host names; its answer is the card."""
    await _open(press, named, in_place=False)


@components.button(OpenTemplate)
async def open_chosen(press: Press[Click], _select: OpenTemplate) -> None:
    """Save a new draft from a template that is chosen in the list, in the list's place."""
    await _open(press, _chosen(press), in_place=True)


async def _open(press: Press[Interaction], named: str, *, in_place: bool) -> None:
    press.check_rate()
    await may_announce(press)
    template = _find(await _templates(press), named)
    await check_room(press)
    await save_copy(
        press,
        template.details,
        press.interaction.created_at,
        "template",
        mention=template.mention,
        in_place=in_place,
    )


async def suggest(press: Press[Slash], typed: str) -> None:
    """Suggest the templates whose names hold what is typed."""

    async def choices() -> list[OptionChoice]:
        return [
            OptionChoice(label(each, press.language), str(each.template_id))
            for each in await _templates(press)
            if holds_words(each.name, typed)
        ]

    await offer(press, typed, choices)


async def show_templates(press: Press[Interaction]) -> None:
    """List the templates that the member can open."""
    press.check_rate()
    await show(press, await _listed(press))


@components.button(ListTemplates)
async def show_again(press: Press[Click], _button: ListTemplates) -> None:
    """Show the list in the place of the question."""
    await show_templates(press)


@components.button(AskToDelete)
async def ask_to_delete(press: Press[Click], _select: AskToDelete) -> None:
    """Ask first."""
    press.check_rate()
    template = _find(await _templates(press), _chosen(press))
    await show(press, question(await _listed(press), template, press.language))


@components.button(DeleteIt)
async def delete(press: Press[Click], button: DeleteIt) -> None:
    """Delete a template; the answer takes the place of the question."""
    fields = await press.checked_fields()
    command = DeleteTemplate(**fields, template_id=button.template_id, guild_id=press.guild_id)
    await press.dispatch(command, in_place=True)


async def _listed(press: Press[Interaction]) -> Card:
    settings, actor = await press.settings(), await press.checked_actor()
    found = await _templates(press)
    return listing(found, settings.zone, press.language, is_staff=actor.is_staff)


async def _templates(press: Press[Interaction]) -> Sequence[TemplateView]:
    return (await press.api.templates(press.user_id)).templates


def _chosen(press: Press[Click]) -> str:
    return next(iter(press.interaction.values or []), "")


def _find(templates: Sequence[TemplateView], named: str) -> TemplateView:
    """Return the template of this id or name, a host's own first; or the only one with the words.

    Raises Refused.
    """
    for each in templates:
        if named.strip() == str(each.template_id) or folded(named) == folded(each.name):
            return each
    held = [each for each in templates if holds_words(each.name, named)]
    if len(held) != 1:
        raise Refused("no_template")
    return held[0]
