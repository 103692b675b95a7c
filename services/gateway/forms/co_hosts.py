"""The select of co-hosts in a form, and whom a host chose in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import disnake
from disnake import SelectDefaultValue, SelectDefaultValueType
from disnake.ui import Label
from disnake.ui.select import UserSelect

from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.details import MOST_CO_HOSTS

FIELD = "co_host_ids"


def co_host_select(chosen: Sequence[str], language: Language) -> Label:
    """Return the field in which co-hosts are chosen, with those of now."""
    defaults = [SelectDefaultValue(int(each), SelectDefaultValueType.user) for each in chosen]
    select = UserSelect[None](
        custom_id=FIELD,
        min_values=0,
        max_values=MOST_CO_HOSTS,
        required=False,
        default_values=defaults,
    )
    hint = translate(language, "hint-co_host_ids", most=MOST_CO_HOSTS)
    return Label(translate(language, "field-co_host_ids"), select, description=hint)


def chosen_co_hosts(values: Mapping[str, Any]) -> list[str] | None:
    """Return the members chosen in a form's resolved values; None if it has no such field.

    A bot, and a person who is not in the guild, is left out, as the field says.
    """
    people: Sequence[disnake.User | disnake.Member] | None = values.get(FIELD)
    if people is None:
        return None
    members = (each for each in people if isinstance(each, disnake.Member) and not each.bot)
    return [str(each.id) for each in members]
