"""Draws the panel again after a change, with what the service answered above it."""

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.answers import Answers
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import FIRST_PAGE, SetupPage
from services.gateway.features.setup.frame import community
from services.gateway.features.setup.pages import PAGES, draw
from services.gateway.i18n.translate import language_of
from shared.messages.envelope import Answer
from shared.messages.tickets.replies import TicketSettingsShown


class SetupPanel:
    """The panel, as any replica can draw it."""

    def __init__(self, guilds: DiscordGuilds, api: InvitationsApi, answers: Answers) -> None:
        self._guilds = guilds
        self._api = api
        self._answers = answers

    async def answer(self, reply: Answer, sentence: str) -> None:
        """Draw the page that a reply names; only the sentence where this replica cannot."""
        drawn = await self._drawn(reply) or {}
        await self._answers.give(reply, drawn | {"content": sentence})

    async def _drawn(self, reply: Answer) -> Payload | None:
        to = reply.reply_to
        try:
            page = SetupPage.decode(to.page or "")
        except ValueError:  # of another release
            return None
        if page.guild_id is None or page.page not in PAGES:
            return None
        tickets = reply.guild if isinstance(reply, TicketSettingsShown) else None
        # A refusal does not have the settings of such a page.
        has_settings = PAGES[page.page].read is None or tickets is not None
        settings = await self._api.guild_settings(page.guild_id)
        of = await community(self._guilds, settings, language_of(to.locale), tickets)
        return draw(page.page if has_settings else FIRST_PAGE, of).payload() if of else None
