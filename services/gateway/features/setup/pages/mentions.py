"""The page of mentions, which the page of events opens: whom hosts may mention."""

from disnake.ui import ActionRow

from services.gateway.features.setup.check import mention_field
from services.gateway.features.setup.frame import (
    Community,
    Field,
    Row,
    role_select,
    state,
    switch,
)
from services.gateway.i18n.translate import translate, translate_one

PAGE = "mentions"
ROLES, EVERYONE = "mention_role_ids", "mentions_everyone"


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields, select and button."""
    settings, language = of.settings, of.language
    everyone = state(language, is_on=settings.mentions_everyone)
    says = f"{everyone}\n{translate(language, 'setup-mentions')}"
    fields = [
        mention_field(ROLES, of),
        (translate_one(language, "setting", EVERYONE), says),
    ]
    rows: list[Row] = [
        role_select(PAGE, ROLES, of, settings.mention_role_ids),
        ActionRow(switch(PAGE, EVERYONE, language, is_on=settings.mentions_everyone)),
    ]
    return fields, rows
