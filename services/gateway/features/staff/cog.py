"""What only staff do: the buttons of the panel, and `/staff audit`."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import disnake
from disnake.ext import commands
from disnake.interactions import ApplicationCommandInteraction, MessageInteraction

from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.custom_ids import AuditPage, audit_page_of
from services.gateway.discord.interactions import id_in
from services.gateway.features.lists.cog import invitation_id_of, suggest
from services.gateway.forms import options
from services.gateway.texts import language_of, say
from shared.messages.invitations.staffing import AssignStaff, ReadAuditLog, ReleaseStaff

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]
Person: TypeAlias = disnake.User | disnake.Member

BUTTONS: Mapping[str, type[AssignStaff | ReleaseStaff]] = {
    "assign": AssignStaff,
    "release": ReleaseStaff,
}


class Staffing(commands.Cog):
    """Hands on what staff want; who is staff is the service's to judge."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("staff", "スタッフ"),
        description=options.both("command.staff"),
        # A courtesy: whom Discord shows it. A server can show it to its staff's role instead.
        default_member_permissions=disnake.Permissions(manage_guild=True),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def staff(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @staff.sub_command(
        name=options.named("audit", "監査ログ"), description=options.both("command.audit")
    )
    async def audit(
        self,
        interaction: Slash,
        invitation: str | None = options.AUDITED_INVITATION,
        member: Person | None = options.AUDITED_MEMBER,
    ) -> None:
        """Ask for the newest page of who did what."""
        with self._dispatcher.tracked(interaction):
            invitation_id = invitation_id_of(invitation) if invitation else None
            if invitation and invitation_id is None:
                text = say(language_of(str(interaction.locale)), "refused.not_found")
                await responses.say_privately(interaction, text)
                return
            await self._show(
                interaction, AuditPage(invitation_id, str(member.id) if member else None)
            )

    @audit.autocomplete("id")
    async def suggest(self, interaction: Slash, typed: str) -> None:
        """Suggest open invitations; others are found by id or link."""
        with self._dispatcher.tracked(interaction):
            await suggest(self._dispatcher, interaction, typed)

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Hand on a button of the panel, or turn a page of the log."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        page = audit_page_of(custom_id)
        if action not in {"audit", *BUTTONS}:
            return
        with self._dispatcher.tracked(interaction):
            if page is not None:
                await self._show(interaction, page)
                return
            if action == "audit":
                text = say(language_of(str(interaction.locale)), "list.unreadable")
                await responses.say_privately(interaction, text)
                return
            command_fields = self._dispatcher.command_fields(interaction)
            command = BUTTONS[action](invitation_id=id_in(custom_id), **command_fields)
            await self._dispatcher.dispatch(interaction, command)

    async def _show(self, interaction: Slash | Click, page: AuditPage) -> None:
        command = ReadAuditLog(
            **self._dispatcher.command_fields(interaction),
            invitation_id=page.invitation_id,
            member_id=page.member_id,
            cursor=page.cursor,
        )
        is_turned = isinstance(interaction, MessageInteraction)
        await self._dispatcher.dispatch(interaction, command, in_place=is_turned)
