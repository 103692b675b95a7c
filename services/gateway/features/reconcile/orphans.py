"""Announcements that were posted for a draft, and that no invitation has taken over."""

import asyncio
from datetime import timedelta

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import DISCORD_AWAY
from services.gateway.metrics import REPAIRS

AN_HOUR = 3600.0
# An announcement shows its draft until the answer to one command; what is older, a crash has left.
OLD = timedelta(hours=1)

log = structlog.get_logger()


class Orphans:
    """Deletes them. Each replica does; what is gone stays so."""

    def __init__(
        self,
        bot: disnake.Client,
        messages: Messages,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
    ) -> None:
        self._bot = bot
        self._messages = messages
        self._api = api
        self._guilds = guilds

    async def run(self) -> None:
        """Look once an hour, first after one: what waits in the queues may still take one over."""
        while True:
            await asyncio.sleep(AN_HOUR)
            for guild in list(self._bot.guilds):
                try:
                    await self.sweep(str(guild.id))
                except (*DISCORD_AWAY, ApiUnavailable, disnake.HTTPException) as error:
                    reason = type(error).__name__
                    log.warning("orphans.unseen", guild_id=str(guild.id), reason=reason)

    async def sweep(self, guild_id: str) -> None:
        """Delete those among the newest messages where the guild announces.

        Raises ApiUnavailable, and as `rest.call` does.
        """
        places = await self._api.places(guild_id)
        # One whose edit Discord has refused shows its draft, and is an open event's all the same.
        taken_over = {at.announcement_id for at in places}
        chosen = (await self._guilds.of(guild_id)).announcement_channel_id
        channels = {at.channel_id for at in places} | ({chosen} if chosen else set())
        for channel_id in sorted(channels):
            for message_id, request_id in await self._messages.drafts_in(channel_id):
                posted_at = disnake.utils.snowflake_time(int(message_id))
                is_old = posted_at < DISCORD_TIME.now() - OLD
                if is_old and message_id not in taken_over:
                    await self._messages.delete_draft(channel_id, message_id, request_id)
                    REPAIRS.labels(kind="orphan").inc()
                    log.info("orphan.deleted", guild_id=guild_id, message_id=message_id)
