"""The first word in a guild that has added the bot: what comes next, with the button for it."""

from uuid import UUID, uuid5

import disnake
import structlog
from disnake import ButtonStyle
from disnake.ext import commands
from disnake.ui import ActionRow

from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import DISCORD_AWAY
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import SetupPage, button
from services.gateway.i18n.translate import Language, language_of, translate

# Never change it: all replicas must give the first word in a guild one id.
GUILDS = UUID("8f0d3d43-3b0c-4d55-9a3a-5b8e2f6f1c02")

log = structlog.get_logger()


class FirstWord(commands.Cog):
    """Greets a guild once, though each replica hears that the bot was added.

    Discord takes one message for a nonce, and the button tells a replica that was slow that the
    message stands. At a reconnect disnake says "available", not "join".
    """

    def __init__(self, messages: Messages, api: InvitationsApi) -> None:
        self._messages = messages
        self._api = api

    @commands.Cog.listener("on_guild_join")
    async def greet(self, guild: disnake.Guild) -> None:
        """Say how to set the bot up, unless the guild is set up since an earlier time."""
        channel = _channel(guild)
        if channel is None or await self._is_set_up(str(guild.id)):
            log.info("guild.not_greeted", guild_id=str(guild.id), has_channel=channel is not None)
            return
        shown = first_word(language_of(str(guild.preferred_locale)))
        try:
            await self._messages.write_once(str(channel.id), uuid5(GUILDS, str(guild.id)), shown)
        except (disnake.HTTPException, *DISCORD_AWAY) as error:
            # The command says the same to the member who runs it.
            log.warning("guild.not_greeted", guild_id=str(guild.id), reason=type(error).__name__)
            return
        log.info("guild.greeted", guild_id=str(guild.id))

    async def _is_set_up(self, guild_id: str) -> bool:
        try:
            return (await self._api.guild_settings(guild_id)).is_set_up
        except ApiUnavailable:
            return False


def first_word(language: Language) -> Payload:
    """Return the message that greets a guild."""
    row = ActionRow(button(SetupPage(), language, ButtonStyle.primary))
    return {
        "content": translate(language, "setup-first_word"),
        "components": [row.to_component_dict()],
        "allowed_mentions": {"parse": []},
    }


def _channel(guild: disnake.Guild) -> disnake.TextChannel | None:
    """Return the system channel, or the first one, of those that the bot may read and write in.

    A channel for announcements, whose messages other guilds may follow, comes last.
    """
    channels = sorted(guild.text_channels, key=lambda channel: channel.is_news())
    if guild.system_channel:
        channels.insert(0, guild.system_channel)
    return next(filter(_may_write, channels), None)


def _may_write(channel: disnake.TextChannel) -> bool:
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.send_messages and allowed.read_message_history
