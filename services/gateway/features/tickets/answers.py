"""Puts the answers of the tickets service into words."""

from collections import defaultdict

from services.gateway.sentences import TEXTS, Language
from services.gateway.texts import say
from shared.messages.replies import CommandAccepted


def done(reply: CommandAccepted, language: Language) -> str:
    """Say that a wish has come true; one of a newer service still gets a sentence."""
    key = f"accepted.{reply.command.rpartition('.')[2]}"
    if key not in TEXTS:
        return say(language, "accepted.unknown")
    named = {
        **reply.details,
        "thread": f"<#{reply.details.get('ticket_id')}>",
        "person": f"<@{reply.details.get('user_id')}>",
    }
    return TEXTS[key][language].format_map(defaultdict(lambda: "?", named))
