"""What a member is told at once, when nothing is handed on."""

from typing import Any, TypeAlias

import structlog
from disnake.interactions import Interaction as AnyInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.discord import responses
from services.gateway.forms import invitation as forms
from services.gateway.texts import language_of, refusal, say

Interaction: TypeAlias = AnyInteraction[Any]

log = structlog.get_logger()


async def name_mistakes(interaction: Interaction, mistaken: forms.Mistaken) -> None:
    """Name every mistake in a form; the log hears of fields and codes only."""
    log.info("form.refused", mistakes=mistaken.mistakes)
    text = forms.explain(mistaken.mistakes, language_of(str(interaction.locale)))
    await responses.say_privately(interaction, text)


async def tell_reads_away(interaction: Interaction, error: ApiUnavailable) -> None:
    """Say that nothing can be read at the moment."""
    log.warning("reads.away", reason=str(error))
    text = say(language_of(str(interaction.locale)), "refused.reads_away")
    await responses.say_privately(interaction, text)


async def refuse(interaction: Interaction, code: str) -> None:
    """Refuse here what no service need be asked for."""
    text = refusal(language_of(str(interaction.locale)), code, {})
    await responses.say_privately(interaction, text)
