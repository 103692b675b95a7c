"""Who leaves the guild leaves events and tickets in it; heard only with the members intent."""

from datetime import UTC, datetime, timedelta

import disnake
from disnake.ext import commands

from services.gateway.sender import Sender
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.text import person_name
from shared.messages.tickets.commands import CloseTicketsOfMember

# Nobody waits for an answer, so it is tried for as long as an outage may well last.
KEPT = timedelta(hours=1)


class Departures(commands.Cog):
    """Hands on that somebody is gone. Each replica does; the second finds nothing left to do."""

    def __init__(self, sender: Sender) -> None:
        """Take the way to the broker."""
        self._sender = sender

    @commands.Cog.listener("on_raw_member_remove")
    async def tell(self, event: disnake.RawGuildMemberRemoveEvent) -> None:
        """Hand on who has left, and when."""
        left_at = datetime.now(UTC)
        user = event.user
        member = Actor(user_id=str(user.id), name=person_name(user.display_name, user.name))
        command = WithdrawMember(actor=member, guild_id=str(event.guild_id), left_at=left_at)
        tickets = CloseTicketsOfMember(actor=member, guild_id=str(event.guild_id))
        for each in (command, tickets):
            self._sender.send(Envelope.first(each), left_at + KEPT)
