"""The page of the API: who reads the guild's events there, everybody or programs with a token."""

from typing import Any

from disnake.ui import ActionRow, Button, Label, TextInput

from services.gateway.features.setup.custom_ids import EditToken
from services.gateway.features.setup.frame import Community, Field, Row, state, switch
from services.gateway.forms.api_token import FIELD, LONGEST_TYPED, new_token
from services.gateway.i18n.translate import Language, translate, translate_one

PAGE = "listing"
LISTED, TOKEN = "is_listed", "has_api_token"


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields and buttons."""
    is_on, language = of.settings.is_listed, of.language
    listing = f"{state(language, is_on=is_on)}\n{translate(language, 'setup-listing')}"
    token = (
        translate(language, "setup-token")
        if of.settings.has_api_token
        else translate(language, "setup-no_token")
    )
    fields = [
        (translate_one(language, "setting", LISTED), listing),
        (translate_one(language, "setting", TOKEN), token),
    ]
    label = translate(language, "button-setup_token")
    buttons = ActionRow(
        switch(PAGE, LISTED, language, is_on=is_on),
        Button(label=label, custom_id=EditToken().encode()),
    )
    return fields, [buttons]


def token_form(language: Language) -> dict[str, Any]:
    """Return the arguments of `send_modal` for a new token, which is in force once it is sent."""
    field = Label(
        translate(language, "field-api_token"),
        TextInput(custom_id=FIELD, value=new_token(), max_length=LONGEST_TYPED, required=False),
        description=translate(language, "hint-token"),
    )
    title = translate(language, "button-setup_token")
    return {"title": title, "custom_id": EditToken().encode(), "components": [field]}
