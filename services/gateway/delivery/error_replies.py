"""Tells a member why a press is refused or has failed."""

import aiohttp
import disnake
import structlog

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.discord.responses import Interaction, say_privately
from services.gateway.forms.mistakes import Mistaken, explain
from services.gateway.i18n.translate import Language, language_of, refusal, translate
from shared.refusal import Refused

log = structlog.get_logger()


async def answer(interaction: Interaction, error: BaseException | None) -> None:
    """Tell a member what is wrong; the log gets fields and codes, never what a member typed."""
    text = _text(error, language_of(str(interaction.locale)))
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(text)
        else:
            await say_privately(interaction, text)
    except (disnake.HTTPException, aiohttp.ClientError, OSError) as unsent:
        log.warning("error_reply.unsent", reason=type(unsent).__name__)


def not_set_up() -> Refused:
    """Return the refusal of what needs a guild that is set up."""
    return Refused("not_set_up")


def _text(error: BaseException | None, language: Language) -> str:
    if isinstance(error, Refused):
        log.info("interaction.refused", code=error.code)
        return refusal(language, error.code, error.details)
    if isinstance(error, Mistaken):
        log.info("form.refused", mistakes=error.mistakes)
        return explain(error, language)
    if isinstance(error, ApiUnavailable):
        log.warning("api.unavailable", reason=str(error))
        return translate(language, "refused-reads_away")
    log.error("interaction.failed", exc_info=error)
    return translate(language, "refused-internal_error")
