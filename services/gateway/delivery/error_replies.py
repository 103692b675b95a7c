"""Tells a member why a press is refused or has failed."""

import disnake
import structlog
from disnake.ui import Button

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery import not_set_up
from services.gateway.discord.responses import Interaction, say_privately
from services.gateway.discord.rest import DISCORD_AWAY
from services.gateway.forms.mistakes import Mistaken, explain
from services.gateway.i18n.translate import Language, language_of, refusal, translate
from shared.refusal import Refused

log = structlog.get_logger()


async def answer(interaction: Interaction, error: BaseException | None) -> None:
    """Tell a member what is wrong; the log gets fields and codes, never what a member typed."""
    language = language_of(str(interaction.locale))
    text, buttons = text_of(error, language), list[Button[None]]()
    if isinstance(error, Refused) and error.code == "not_set_up":
        text = not_set_up.sentence(interaction, language)
        buttons = not_set_up.buttons(interaction, language)
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(text, components=buttons)
        else:
            await say_privately(interaction, text, buttons=buttons)
    except (disnake.HTTPException, *DISCORD_AWAY) as unsent:
        log.warning("error_reply.unsent", reason=type(unsent).__name__)


def text_of(error: BaseException | None, language: Language) -> str:
    """Return why a press is refused or has failed, and log it."""
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
