"""What hosts see of templates: the form for a new one, the list, and the question."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import disnake
from disnake import ButtonStyle, SelectOption
from disnake.ui import ActionRow, Button, Label, TextInput
from disnake.ui.select import StringSelect

from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import plain
from services.gateway.features.create.card import Card
from services.gateway.features.create.custom_ids import SaveAsTemplate
from services.gateway.features.templates.custom_ids import (
    AskToDelete,
    DeleteIt,
    ListTemplates,
    OpenTemplate,
)
from services.gateway.i18n.translate import Language, PlainKey, translate, translate_one
from shared.messages.invitations.templates import LONGEST_NAME, TemplateView

COLOUR = 0x99AAB5
NAME = 120  # in markdown: 25 of them stay below the 4,096 of a description
# Whether it is of the guild -> the choice in the form, and the heading in the list.
OWNERS: Mapping[bool, tuple[PlainKey, PlainKey]] = {
    False: ("template-own", "templates-own"),
    True: ("template-of_guild", "templates-of_guild"),
}


def template_modal(
    custom_id: SaveAsTemplate, event_name: str, language: Language, *, is_staff: bool
) -> dict[str, Any]:
    """Return the arguments of `send_modal` for the name; staff choose whose template it is."""
    name = TextInput(
        custom_id="template_name",
        max_length=LONGEST_NAME,
        value=event_name[:LONGEST_NAME],
    )
    hint = translate(language, "hint-template_name")
    labels = [Label(translate(language, "field-template_name"), name, description=hint)]
    if is_staff:
        owners = [
            SelectOption(
                label=translate(language, choice),
                value="guild" if is_of_guild else "host",
                default=not is_of_guild,
            )
            for is_of_guild, (choice, _) in OWNERS.items()
        ]
        select = StringSelect(custom_id="template_owner", options=owners)
        labels.append(Label(translate(language, "field-template_owner"), select))
    return {
        "title": translate_one(language, "button", custom_id.name),
        "custom_id": custom_id.encode(),
        "components": labels,
    }


def listing(
    found: Sequence[TemplateView], zone: ZoneInfo, language: Language, *, is_staff: bool
) -> Card:
    """List the templates that a host can open, with a select to open and one to delete one."""
    embed = disnake.Embed(title=translate(language, "templates-title"), colour=COLOUR)
    lines = list[str]()
    for is_of_guild, (_, heading) in OWNERS.items():
        group = [each for each in found if each.is_of_guild is is_of_guild]
        if group:
            lines.append(translate(language, heading))
            lines += [_line(each, zone, language) for each in group]
    embed.description = "\n".join(lines) or translate(language, "templates-none")
    can_be_deleted = [each for each in found if is_staff or not each.is_of_guild]
    rows: list[ActionRow[Any]] = []
    if found:
        hint = translate(language, "templates-open")
        rows.append(ActionRow(_select(OpenTemplate(), found, hint, language)))
    if can_be_deleted:
        hint = translate(language, "templates-delete")
        rows.append(ActionRow(_select(AskToDelete(), can_be_deleted, hint, language)))
    return Card("", embed, rows)


def question(listed: Card, template: TemplateView, language: Language) -> Card:
    """Ask whether a template is to be deleted, above the list."""
    buttons: list[Button[None]] = [
        button(DeleteIt(template.template_id), language, ButtonStyle.danger),
        button(ListTemplates(), language, label="draft_keep"),
    ]
    name = plain(template.name, NAME)
    text = (
        translate(language, "template-ask_delete_guild", name=name)
        if template.is_of_guild
        else translate(language, "template-ask_delete", name=name)
    )
    return Card(text, listed.embed, [ActionRow(*buttons)])


def label(template: TemplateView, language: Language) -> str:
    """Return the name of a template in a select, and whether it is of the guild."""
    if template.is_of_guild:
        return translate(language, "template-label_guild", name=template.name)
    return template.name


def _line(template: TemplateView, zone: ZoneInfo, language: Language) -> str:
    start = template.details.start_time.astimezone(zone)
    weekday = translate_one(language, "weekday", str(start.isoweekday()))
    name = plain(template.name, NAME)
    return translate(language, "template-line", name=name, weekday=weekday, clock=f"{start:%H:%M}")


def _select(
    custom_id: CustomId, templates: Sequence[TemplateView], hint: str, language: Language
) -> StringSelect[None]:
    options = [
        SelectOption(label=label(each, language), value=str(each.template_id)) for each in templates
    ]
    return StringSelect(custom_id=custom_id.encode(), placeholder=hint, options=options)
