"""Shows the card of a draft after a change, as any replica can: as the draft is now."""

import asyncio

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiTooOld, ApiUnavailable, InvitationsApi
from services.gateway.delivery.answers import Answers
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.interactions import check_member
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.markdown import message_link
from services.gateway.features.create.card import card
from services.gateway.features.create.custom_ids import DraftPage
from services.gateway.features.create.stored import shown
from services.gateway.i18n.translate import language_of, translate
from shared.messages.envelope import Answer
from shared.messages.invitations.drafting import DraftList, DraftView
from shared.messages.replies import CommandRefused
from shared.refusal import Refused
from shared.sealing import Sealer

AGAIN_SECONDS = (0.3, 0.7, 1.5)

log = structlog.get_logger()


class DraftCards:
    """The cards of drafts, drawn for the answers of the services."""

    def __init__(
        self,
        discord_guilds: DiscordGuilds,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
        sealer: Sealer,
        answers: Answers,
    ) -> None:
        self._discord_guilds = discord_guilds
        self._api = api
        self._guilds = guilds
        self._sealer = sealer
        self._answers = answers

    async def answer(self, reply: Answer, sentence: str) -> None:
        """Show the draft that a reply is about; only the sentence if there is none to be shown.

        Raises Unproven if it is another member's.
        """
        page = DraftPage.decode(reply.reply_to.page or "")
        check_member(reply, page.host_id, self._sealer)
        look: Payload = {"content": sentence}
        try:
            found = await self._found(page)
            if found.drafts:
                look = await self._drawn(found.drafts[0], reply, sentence)
        except ApiUnavailable as error:  # the draft is saved, and the sentence says so
            log.warning("api.unavailable", reason=str(error))
        except Refused:
            pass
        await self._answers.give(reply, look)

    async def _found(self, page: DraftPage) -> DraftList:
        """Read the draft; a service that has just started is asked again for a moment.

        Raises ApiUnavailable, and Refused for a stranger's.
        """
        for pause_seconds in AGAIN_SECONDS:
            try:
                return await self._api.drafts(page.guild_id, page.host_id, page.draft_id)
            except ApiTooOld:
                raise
            except ApiUnavailable:
                await asyncio.sleep(pause_seconds)
        return await self._api.drafts(page.guild_id, page.host_id, page.draft_id)

    async def _drawn(self, view: DraftView, reply: Answer, sentence: str) -> Payload:
        language = language_of(reply.reply_to.locale)
        if view.invitation_id and view.channel_id:  # perhaps by an earlier press
            link = message_link(view.guild_id, view.channel_id, view.invitation_id)
            return {"content": translate(language, "accepted-PostDraft", link=link)}
        if not view.is_open:
            return {"content": sentence}
        # The newest: what hosts may mention may have been changed just now.
        settings = await self._guilds.newest(view.guild_id)
        now = DISCORD_TIME.now()
        guild = await self._discord_guilds.find(view.guild_id)
        drawn = shown(view, settings, self._sealer, now, language, guild)
        above = sentence if isinstance(reply, CommandRefused) else ""
        return card(drawn, above).payload()
