"""The bot's guilds as Discord has them: this shard's from its session, the others over REST."""

from typing import Any

import disnake

from services.gateway.discord.inside_disnake import guild_of
from services.gateway.discord.rest import NEVER, call
from shared.single_flight import SingleFlight


class DiscordGuilds:
    """Finds guilds of every shard.

    Any replica may consume an event or a reply, whichever shard its guild is in.
    """

    def __init__(self, client: disnake.Client) -> None:
        self._client = client
        self._reads: SingleFlight[str, disnake.Guild | None] = SingleFlight(self._read)

    async def find(self, guild_id: str) -> disnake.Guild | None:
        """Return a guild with its roles, channels and the bot's own member.

        None if the bot is not in it, or while Discord does not serve it. A guild of another shard
        costs three requests; raises as `rest.call` does.
        """
        if not self._is_of_this_shard(guild_id):
            return await self._reads.run(guild_id)
        guild = self._client.get_guild(int(guild_id))
        return None if guild is None or guild.unavailable else guild

    def _is_of_this_shard(self, guild_id: str) -> bool:
        """Return whether this session receives the guild's events.

        https://docs.discord.com/developers/events/gateway#sharding
        """
        number, count = self._client.shard_id or 0, self._client.shard_count or 1
        return (int(guild_id) >> 22) % count == number

    async def _read(self, guild_id: str) -> disnake.Guild | None:
        http, path = self._client.http, "/guilds/{guild_id}"
        member = f"{path}/members/{{user_id}}"
        try:
            guild: dict[str, Any] = await call(http, "GET", path, guild_id=guild_id)
            channels = await call(http, "GET", f"{path}/channels", guild_id=guild_id)
            me = await call(http, "GET", member, guild_id=guild_id, user_id=self._client.user.id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            return None
        return guild_of(self._client, guild | {"channels": channels, "members": [me]})
