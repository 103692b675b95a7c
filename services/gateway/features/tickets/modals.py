"""The forms of tickets: what one is about, and why one is closed."""

from typing import Any

import disnake
from disnake.ui import Label, TextInput

from services.gateway.features.tickets.views import CloseTicket, NewTicket
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.tickets.details import Category


def ticket_modal(category: Category, language: Language) -> dict[str, Any]:
    """Give the arguments of `send_modal` that asks what a ticket is about."""
    subject = TextInput(custom_id="subject", max_length=100)
    details = TextInput(
        custom_id="details", style=disnake.TextInputStyle.paragraph, max_length=2000
    )
    return {
        "title": translate(
            language, "form-ticket", category=translate_one(language, "category", category)
        ),
        "custom_id": NewTicket(category).encode(),
        "components": [
            Label(translate(language, "field-subject"), subject),
            Label(
                translate(language, "field-details"),
                details,
                description=translate(language, "hint-details"),
            ),
        ],
    }


def close_modal(ticket_id: str, language: Language) -> dict[str, Any]:
    """Give the arguments of `send_modal` that asks why a ticket is closed."""
    reason = TextInput(
        custom_id="close_reason",
        style=disnake.TextInputStyle.paragraph,
        required=False,
        max_length=500,
    )
    hint = translate(language, "hint-close_reason")
    return {
        "title": translate(language, "form-close_ticket"),
        "custom_id": CloseTicket(ticket_id).encode(),
        "components": [Label(translate(language, "field-close_reason"), reason, description=hint)],
    }
