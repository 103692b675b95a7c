"""A member who leaves the guild leaves its events and tickets; needs the members intent."""

import asyncio
from datetime import UTC, datetime, timedelta

import disnake
import structlog
from disnake.ext import commands
from disnake.http import HTTPClient

from services.gateway.delivery.publisher import Publisher
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.rest import DISCORD_AWAY, call
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.text import person_name
from shared.messages.tickets.commands import CloseTicketsOfMember

# No member waits for an answer, so it is retried for as long as an outage may last.
KEPT = timedelta(hours=1)
MEMBER = "/guilds/{guild_id}/members/{user_id}"

log = structlog.get_logger()


class MemberLeave(commands.Cog):
    """Publishes that a member has left. Each replica does; the second changes nothing."""

    def __init__(self, publisher: Publisher, http: HTTPClient) -> None:
        self._publisher = publisher
        self._http = http

    @commands.Cog.listener("on_raw_member_remove")
    async def tell(self, event: disnake.RawGuildMemberRemoveEvent) -> None:
        """Publish who has left, and when."""
        left_at, given_up_at = DISCORD_TIME.now(), datetime.now(UTC) + KEPT
        user = event.user
        if await self._is_there(event.guild_id, user.id):
            log.info("member.back")
            return
        guild_id = str(event.guild_id)
        name = person_name(user.display_name, user.name)
        member = Actor(user_id=str(user.id), name=name, guild_id=guild_id)
        command = WithdrawMember(actor=member, guild_id=guild_id, left_at=left_at)
        tickets = CloseTicketsOfMember(actor=member, guild_id=guild_id, left_at=left_at)
        pending = [
            self._publisher.publish(Envelope.first(each), given_up_at)
            for each in (command, tickets)
        ]
        await asyncio.gather(*map(self._publisher.wait_until_durable, pending))

    async def _is_there(self, guild_id: int, user_id: int) -> bool:
        """Ask Discord, which repeats old departures when a connection is resumed."""
        try:
            await call(self._http, "GET", MEMBER, guild_id=guild_id, user_id=user_id)
        except (*DISCORD_AWAY, disnake.HTTPException):
            return False  # not to be found; and while Discord cannot say, its first word stands
        return True
