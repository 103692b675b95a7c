"""Draws the panel again after a change, with what the service answered above it."""

import disnake

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.answers import Answers
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import SetupPage
from services.gateway.features.setup.frame import community
from services.gateway.features.setup.pages import PAGES, draw
from services.gateway.i18n.translate import language_of
from shared.messages.envelope import Answer, ReplyTo


class SetupPanel:
    """The panel, as any replica can draw it."""

    def __init__(self, client: disnake.Client, api: InvitationsApi, answers: Answers) -> None:
        self._client = client
        self._api = api
        self._answers = answers

    async def answer(self, reply: Answer, sentence: str) -> None:
        """Draw the page that a reply names; only the sentence where this replica cannot."""
        drawn = await self._drawn(reply.reply_to) or {}
        await self._answers.give(reply, drawn | {"content": sentence})

    async def _drawn(self, to: ReplyTo) -> Payload | None:
        try:
            page = SetupPage.decode(to.page or "")
        except ValueError:  # of another release
            return None
        if page.guild_id is None or page.page not in PAGES:
            return None
        settings = await self._api.guild_settings(page.guild_id)
        of = await community(self._client, settings, language_of(to.locale))
        return draw(page.page, of).payload() if of else None
