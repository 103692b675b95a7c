"""The forms: of a new invitation, and of one that is called off."""

from typing import Any

import disnake
from disnake.ui import Label, TextInput

from services.gateway.forms import Options
from services.gateway.sentences import Language
from services.gateway.texts import say

# Custom id, longest text, whether it is needed.
FIELDS = (
    ("event_name", 200, True),
    ("world_name", 200, True),
    ("world_link", 500, False),
    ("description", 2000, True),
    ("vrchat_profile", 200, False),
)


def invitation_modal(options: Options, language: Language) -> dict[str, Any]:
    """Give the arguments of `send_modal`."""
    return {
        "title": say(language, "form.title"),
        "custom_id": options.custom_id(),
        "components": [_field(name, most, language, is_needed=n) for name, most, n in FIELDS],
    }


def cancel_modal(invitation_id: str, language: Language) -> dict[str, Any]:
    """Give the arguments of `send_modal` that asks why an event is called off."""
    reason = TextInput(
        custom_id="reason",
        style=disnake.TextInputStyle.paragraph,
        required=False,
        max_length=500,
    )
    return {
        "title": say(language, "cancel.title"),
        "custom_id": f"cancel:{invitation_id}",
        "components": [
            Label(say(language, "field.reason"), reason, description=say(language, "hint.reason"))
        ],
    }


def _field(name: str, most: int, language: Language, *, is_needed: bool) -> Label:
    is_long = name == "description"
    hint = say(language, "hint.vrchat_profile") if name == "vrchat_profile" else None
    return Label(
        say(language, f"field.{name}"),
        TextInput(
            custom_id=name,
            style=disnake.TextInputStyle.paragraph if is_long else disnake.TextInputStyle.short,
            required=is_needed,
            max_length=most,
        ),
        description=hint,
    )
