"""`/staff`: what only staff may read."""

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.lists.finding import Slash, find_id, suggest
from services.gateway.features.participants.cog import Person
from services.gateway.features.staff.audit_views import AuditPage, TicketLogPage
from services.gateway.features.staff.cog import show_audit_log, show_ticket_log


class Staff(commands.Cog):
    """The tree of `/staff`."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("staff"),
        description=options.localized("command-staff"),
        # A courtesy: only these members see it. A server can show it to its staff's role instead.
        default_member_permissions=disnake.Permissions(manage_guild=True),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def staff(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @staff.sub_command(name=options.named("audit"), description=options.localized("command-audit"))
    async def audit(
        self,
        interaction: Slash,
        invitation: str | None = options.AUDITED_INVITATION,
        member: Person | None = options.AUDITED_MEMBER,
        log: str = options.AUDITED_LOG,
    ) -> None:
        """Show the newest page of an audit log; an invitation narrows that of invitations alone."""
        async with self._dispatcher.tracked(interaction) as press:
            member_id = str(member.id) if member else None
            if log == "tickets" and not invitation:
                await show_ticket_log(press, TicketLogPage(member_id, cursor=None))
                return
            invitation_id = await find_id(press, invitation) if invitation else None
            await show_audit_log(press, AuditPage(invitation_id, member_id, cursor=None))

    @audit.autocomplete("id")
    async def suggest(self, interaction: Slash, typed: str) -> None:
        """Suggest open invitations; others are found by id or link."""
        async with self._dispatcher.tracked(interaction) as press:
            await suggest(press, typed)
