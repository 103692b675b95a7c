"""A refused edit, given back to the member alone: the private message is all that keeps it.

What was typed may hold an instance link, so no service and no log gets it.
"""

import re
from collections.abc import Mapping, Sequence

import disnake

from services.gateway.drawing.people import mention
from services.gateway.forms import co_hosts, reminders
from services.gateway.forms.edit import Shown
from services.gateway.forms.modals import EDIT_FIELDS
from services.gateway.i18n.translate import LANGUAGES, Language, translate_one
from shared.messages.invitations.editing import EditForm

# In a block of code a text stands as it was typed, and is read back from there.
FENCE = "```"
LONG = {"description", reminders.FIELD}
"""Too long for a field of an embed: the text under its title, one for each form."""
NOBODY = "—"
MENTION = re.compile(r"<@(\d+)>")


class Mend(Shown, name="mend"):
    """Open the form again with what was typed; it knows what the form showed at first."""


def drawn(
    form: EditForm, typed: Mapping[str, str], co_host_ids: Sequence[str] | None, language: Language
) -> disnake.Embed:
    """Show what was typed, to be read back or copied from there."""
    embed = disnake.Embed()
    for name, _, _ in EDIT_FIELDS[form]:
        if text := typed.get(name, ""):
            label, shown = translate_one(language, "field", name), f"{FENCE}\n{text}\n{FENCE}"
            if name in LONG:
                embed.title, embed.description = label, shown
            else:
                embed.add_field(label, shown, inline=False)
    if co_host_ids is not None:
        label = translate_one(language, "field", co_hosts.FIELD)
        people = " ".join(mention(each, language) for each in co_host_ids)
        embed.add_field(label, people or NOBODY, inline=False)
    return embed


def read(
    embeds: Sequence[disnake.Embed], form: EditForm
) -> tuple[dict[str, str], list[str] | None]:
    """Return what was typed, and the chosen co-hosts; nothing if the message does not show it."""
    if not embeds:
        return {}, None
    # The member may have changed the language since.
    names = [name for name, _, _ in EDIT_FIELDS[form]]
    named = {
        translate_one(language, "field", name): name
        for language in LANGUAGES
        for name in (*names, co_hosts.FIELD)
    }
    shown = {named.get(each.name or ""): each.value or "" for each in embeds[0].fields}
    shown[named.get(embeds[0].title or "")] = embeds[0].description or ""
    typed = {
        name: shown[name].removeprefix(f"{FENCE}\n").removesuffix(f"\n{FENCE}")
        if name in shown
        else ""
        for name in names
    }
    people = shown.get(co_hosts.FIELD)
    return typed, None if people is None else MENTION.findall(people)
