"""Asks Discord who is in a guild, as cheaply as the bot's intents allow."""

import asyncio
import random
from collections.abc import Collection
from typing import Any

import disnake

from services.gateway.discord.rest import DISCORD_AWAY, UNKNOWN_MEMBER, call

MEMBER = "/guilds/{guild_id}/members/{user_id}"
UNKNOWN_USER = 10013
# Without chunks some are asked for at each look, by chance.
MOST_ASKED = 10
IN_A_CHUNK = 100
CHUNK_SECONDS = 10.0


class Members:
    """Reads members, and finds who has left."""

    def __init__(self, client: disnake.Client, *, chunk_seconds: float = CHUNK_SECONDS) -> None:
        self._client = client
        self._chunk_seconds = chunk_seconds

    async def read(self, guild_id: str, user_id: str) -> dict[str, Any] | None:
        """Read a member; None only if Discord says that they are not in the guild.

        Raises as `rest.call` does.
        """
        path, http = MEMBER, self._client.http
        try:
            found: dict[str, Any] = await call(
                http, "GET", path, guild_id=guild_id, user_id=user_id
            )
        except disnake.NotFound as error:
            if error.code not in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                raise
            return None
        return found

    async def gone(self, guild: disnake.Guild, user_ids: Collection[str]) -> list[str]:
        """Return who of these has left the guild.

        With the members intent all are looked for, otherwise ten by chance. Raises as `read` does.
        """
        asked = await self._lacking(guild, user_ids)
        found = await asyncio.gather(*(self.read(str(guild.id), each) for each in asked))
        return [user_id for user_id, member in zip(asked, found, strict=True) if member is None]

    async def _lacking(self, guild: disnake.Guild, user_ids: Collection[str]) -> list[str]:
        """Return who is in no chunk. A chunk can be lost, so each of them is asked for again."""
        everybody = sorted(user_ids)
        is_of_this_session = self._client.get_guild(guild.id) is guild
        if self._client.intents.members and is_of_this_session:
            try:
                there = await self._chunks(guild, everybody)
            except (*DISCORD_AWAY, disnake.ConnectionClosed):
                pass  # the session is silent or lost; REST may answer all the same
            else:
                return [each for each in everybody if each not in there]
        return random.sample(everybody, min(MOST_ASKED, len(everybody)))

    async def _chunks(self, guild: disnake.Guild, user_ids: list[str]) -> set[str]:
        there = set[str]()
        for at in range(0, len(user_ids), IN_A_CHUNK):
            asked = [int(user_id) for user_id in user_ids[at : at + IN_A_CHUNK]]
            async with asyncio.timeout(self._chunk_seconds):
                found = await guild.query_members(user_ids=asked, limit=IN_A_CHUNK, cache=False)
            there |= {str(member.id) for member in found}
        return there
