"""The forms: of a new invitation, of one that is called off, and of the instance link."""

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
HINTS = {"vrchat_profile", "instance_link"}
LINK = "link"  # button and form bear it, before the invitation's id


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


def link_modal(invitation_id: str, language: Language) -> dict[str, Any]:
    """Give the arguments of `send_modal` for the one field of the instance link."""
    return {
        "title": say(language, "form.link_title"),
        "custom_id": f"{LINK}:{invitation_id}",
        "components": [_field("instance_link", 300, language, is_needed=True)],
    }


def _field(name: str, most: int, language: Language, *, is_needed: bool) -> Label:
    is_long = name == "description"
    hint = say(language, f"hint.{name}") if name in HINTS else None
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
