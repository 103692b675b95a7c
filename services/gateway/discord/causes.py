"""Why Discord refused something, in words of ours that an answer can carry."""

import disnake

from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.permissions import Place, missing_in
from services.gateway.discord.rest import DISCORD_AWAY, UNKNOWN_CHANNEL

CAUSES = {
    UNKNOWN_CHANNEL: "channel_gone",
    10007: "member_gone",
    10013: "member_gone",
    50008: "wrong_channel",  # no messages can be sent in such a channel
    50024: "wrong_channel",  # no threads can be opened in such a channel
    160006: "thread_limit",
    160007: "thread_limit",  # of announcement channels
    200000: "forbidden_word",  # a message that AutoMod blocks
    200001: "forbidden_word",  # a title that AutoMod blocks
}
INVALID_FORM = 50035
REASON = 300


class Causes:
    """Explains refusals by their codes, and by the permissions that Discord has sent."""

    def __init__(self, guilds: DiscordGuilds) -> None:
        self._guilds = guilds

    async def of(
        self, error: disnake.HTTPException, guild_id: str, channel_id: str, place: Place
    ) -> dict[str, str | int]:
        """Return the facts of a refusal: its `cause`, and the missing `permissions` by name."""
        if error.code in CAUSES:
            return {"cause": CAUSES[error.code]}
        # Discord's guidelines, for servers in Server Discovery, and AutoMod.
        if error.code == INVALID_FORM and "word" in error.text:
            return {"cause": "forbidden_word"}
        if isinstance(error, disnake.Forbidden):
            missing = await self._missing(guild_id, channel_id, place)
            if missing:
                return {"cause": "missing", "permissions": " ".join(missing)}
            return {"cause": "no_permission"}
        return {"cause": "refused", "reason": (error.text or str(error.code))[:REASON]}

    async def _missing(self, guild_id: str, channel_id: str, place: Place) -> list[str]:
        try:
            guild = await self._guilds.find(guild_id)
        except (disnake.HTTPException, *DISCORD_AWAY):
            return []  # the refusal is explained without it
        channel = guild.get_channel(int(channel_id)) if guild else None
        return missing_in(channel, guild.me, place) if guild and channel else []
