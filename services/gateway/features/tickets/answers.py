"""Puts the answers of the tickets service into words."""

from services.gateway.i18n.translate import Language, translate, translate_if_known
from shared.messages.replies import CommandAccepted


def done(reply: CommandAccepted, language: Language) -> str:
    """Say that a wish has come true; one of a newer service still gets a sentence."""
    key = f"accepted-{reply.command.rpartition('.')[2]}"
    arguments = {
        **reply.details,
        "thread": f"<#{reply.details.get('ticket_id')}>",
        "person": f"<@{reply.details.get('user_id')}>",
    }
    return translate_if_known(language, key, arguments) or translate(language, "accepted-unknown")
