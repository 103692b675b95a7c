"""The page of the public list: whether the API shows the guild's events to everybody."""

from disnake.ui import ActionRow

from services.gateway.features.setup.frame import Community, Field, Row, state, switch
from services.gateway.i18n.translate import translate, translate_one

PAGE = "listing"
LISTED = "is_listed"


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's field and button."""
    is_on, language = of.settings.is_listed, of.language
    says = f"{state(language, is_on=is_on)}\n{translate(language, 'setup-listing')}"
    fields = [(translate_one(language, "setting", LISTED), says)]
    return fields, [ActionRow(switch(PAGE, LISTED, language, is_on=is_on))]
