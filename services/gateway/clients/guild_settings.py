"""The gateway's copy of each guild's settings, a few seconds old at most while the API answers."""

import asyncio
from collections import OrderedDict
from typing import NamedTuple

import structlog

from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from shared.messages.invitations.guilds import GuildView
from shared.single_flight import SingleFlight

FRESH_SECONDS = 3.0
MOST_GUILDS = 10_000

log = structlog.get_logger()


class _Copy(NamedTuple):
    guild: GuildView
    asked_at: float
    """When the API was asked last, by the loop's clock; it may not have answered."""


class GuildSettingsCopy:
    """Reads the settings of guilds, and keeps those of the guilds that were asked for last."""

    def __init__(
        self,
        api: InvitationsApi,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        most_guilds: int = MOST_GUILDS,
    ) -> None:
        self._api = api
        self._fresh_seconds = fresh_seconds
        self._most_guilds = most_guilds
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        self._reads: SingleFlight[str, GuildView] = SingleFlight(self._read)

    async def of(self, guild_id: str) -> GuildView:
        """Return a guild's settings, at most three seconds old.

        While the API does not answer, they are the last ones that it gave, however old. Raises
        ApiUnavailable if it has given none.
        """
        return self._fresh(guild_id) or await self._reads.run(guild_id)

    async def newest(self, guild_id: str) -> GuildView:
        """Read a guild's settings now, for what must not be older. Raises ApiUnavailable."""
        asked_at = _now()
        guild = await self._api.guild_settings(guild_id)
        self._keep(guild, asked_at)
        return guild

    def known(self, guild_id: str) -> GuildView | None:
        """Return the last known settings, however old, for what must not wait for newer ones."""
        kept = self._copies.get(guild_id)
        return kept and kept.guild

    def _fresh(self, guild_id: str) -> GuildView | None:
        kept = self._copies.get(guild_id)
        if kept is None or _now() - kept.asked_at >= self._fresh_seconds:
            return None
        self._copies.move_to_end(guild_id)
        return kept.guild

    async def _read(self, guild_id: str) -> GuildView:
        # Those who came during the run before share this one, and mostly need no other answer.
        if fresh := self._fresh(guild_id):
            return fresh
        asked_at = _now()
        try:
            guild = await self._api.guild_settings(guild_id)
        except ApiUnavailable as error:
            kept = self._copies.get(guild_id)
            if kept is None:
                raise
            log.warning("guild_settings.stale", guild_id=guild_id, reason=str(error))
            # The failed read counts: the next one to an API that hangs is three seconds later.
            guild, asked_at = kept.guild, _now()
        self._keep(guild, asked_at)
        return guild

    def _keep(self, guild: GuildView, asked_at: float) -> None:
        kept = self._copies.get(guild.guild_id)
        if kept is not None and kept.asked_at > asked_at:
            return  # another read that began later was faster
        self._copies[guild.guild_id] = _Copy(guild, asked_at)
        self._copies.move_to_end(guild.guild_id)
        while len(self._copies) > self._most_guilds:
            self._copies.popitem(last=False)


def _now() -> float:
    return asyncio.get_running_loop().time()
