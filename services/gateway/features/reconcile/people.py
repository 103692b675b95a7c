"""The people of an invitation: those who left the guild, and staff who are staff no longer."""

from typing import Any

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.members import Members
from services.gateway.drawing.announcement import FINAL
from services.gateway.drawing.people import is_erased
from services.gateway.features.reconcile.owed import HOST_LEFT
from services.gateway.metrics import REPAIRS
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import NOBODY, Actor, Command, Envelope
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.repairs import OwedRepair, ReleaseFormerStaff
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.text import UNREADABLE
from shared.messages.tickets.commands import CloseTicketsOfMember
from shared.messages.views import InvitationView

log = structlog.get_logger()


class PeopleRepair:
    """Asks Discord who is still there; needs no intent."""

    def __init__(self, members: Members, broker: Broker, guilds: GuildSettingsCopy) -> None:
        self._members = members
        self._broker = broker
        self._guilds = guilds

    async def repair(self, view: InvitationView, guild: disnake.Guild) -> list[OwedRepair]:
        """Withdraw who left, release staff who are none any more; a host who left is owed."""
        if view.status in FINAL:
            return []
        members = {each.user_id: each.user_name for each in view.participants}
        members |= {each.user_id: each.user_name for each in view.waitlist}
        members |= dict.fromkeys(view.co_host_ids, UNREADABLE)
        there = [user_id for user_id in members if not is_erased(user_id)]
        for user_id in await self._members.gone(guild, there):
            await self._withdraw(view, user_id, members[user_id])
        await self._repair_staff(view, guild)
        return await self._repair_host(view)

    async def _repair_staff(self, view: InvitationView, guild: disnake.Guild) -> None:
        if view.staff_id is None or is_erased(view.staff_id):
            return
        settings = await self._guilds.of(view.guild_id)
        if not is_staff(await self._members.read(view.guild_id, view.staff_id), guild, settings):
            actor = _gateway(view)
            await self._publish(
                ReleaseFormerStaff(actor=actor, invitation_id=view.id, staff_id=view.staff_id)
            )
            REPAIRS.labels(kind="staff").inc()
            log.info("staff.released", invitation_id=view.id)

    async def _repair_host(self, view: InvitationView) -> list[OwedRepair]:
        if is_erased(view.host_id) or await self._members.read(view.guild_id, view.host_id):
            return []
        if view.repetition is not None:
            await self._withdraw(view, view.host_id, view.host_name)
        return [OwedRepair(kind="host", code=HOST_LEFT)]

    async def _withdraw(self, view: InvitationView, user_id: str, name: str) -> None:
        """Do what is done when Discord says that a member has left."""
        member = Actor(user_id=user_id, name=name, guild_id=view.guild_id)
        now = DISCORD_TIME.now()
        for command in (WithdrawMember, CloseTicketsOfMember):
            await self._publish(command(actor=member, guild_id=view.guild_id, left_at=now))
        REPAIRS.labels(kind="member").inc()
        log.info("member.found_missing", invitation_id=view.id)

    async def _publish(self, command: Command) -> None:
        envelope = Envelope.first(command)
        await self._broker.publish(COMMANDS, envelope.name, envelope)


def is_staff(member: dict[str, Any] | None, guild: disnake.Guild, settings: GuildView) -> bool:
    """Return whether a member may act as staff: by a role of the settings, or Manage Server."""
    if member is None:
        return False
    role_ids: list[str] = member["roles"]
    allowed = [role for each in role_ids if (role := guild.get_role(int(each)))]
    allowed.append(guild.default_role)
    manages = any(
        role.permissions.manage_guild or role.permissions.administrator for role in allowed
    )
    is_owner = str(guild.owner_id) == member["user"]["id"]
    return manages or is_owner or not set(role_ids).isdisjoint(settings.staff_role_ids)


def _gateway(view: InvitationView) -> Actor:
    return Actor(user_id=NOBODY, name="gateway", guild_id=view.guild_id)
