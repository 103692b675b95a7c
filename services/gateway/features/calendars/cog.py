"""`/calendar`, and the buttons under its answer."""

from typing import Any, TypeAlias

import disnake
from disnake.ext import commands
from disnake.interactions import ApplicationCommandInteraction, MessageInteraction

from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.responses import Interaction
from services.gateway.features.calendars.addresses import new_address
from services.gateway.features.calendars.views import RENEW, RENEW_GUILD, REVOKE
from services.gateway.forms import options
from services.gateway.texts import language_of, say
from shared.messages.invitations.calendars import (
    CalendarOwner,
    NewAddress,
    RenewCalendar,
    RevokeCalendar,
    ShowCalendars,
)

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


class Calendars(commands.Cog):
    """Hands on who wants which address; the secret is made and sealed here."""

    def __init__(self, dispatcher: CommandDispatcher, *, are_offered: bool) -> None:
        """Take the desk, and whether there is a public address."""
        self._dispatcher = dispatcher
        self._are_offered = are_offered

    @commands.slash_command(
        name=options.named("calendar", "カレンダー"),
        description=options.both("command.calendar"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def calendar(self, interaction: Slash) -> None:
        """Show a member the addresses of their calendars."""
        with self._dispatcher.tracked(interaction):
            if not self._are_offered:
                text = say(language_of(str(interaction.locale)), "calendar.not_offered")
                await responses.say_privately(interaction, text)
                return
            command = ShowCalendars(
                **self._dispatcher.command_fields(interaction),
                guild_id=str(interaction.guild_id),
                member=self._address(interaction, "member"),
                guild=self._address(interaction, "guild"),
            )
            await self._dispatcher.dispatch(interaction, command)

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Renew or revoke, and show the addresses anew in the same answer."""
        custom_id = interaction.component.custom_id
        if custom_id not in {RENEW, RENEW_GUILD, REVOKE}:
            return
        with self._dispatcher.tracked(interaction):
            about = {
                **self._dispatcher.command_fields(interaction),
                "guild_id": str(interaction.guild_id),
            }
            if custom_id == REVOKE:
                await self._dispatcher.dispatch(interaction, RevokeCalendar(**about), in_place=True)
                return
            owner: CalendarOwner = "guild" if custom_id == RENEW_GUILD else "member"
            address = self._address(interaction, owner)
            command = RenewCalendar(**about, owner=owner, address=address)
            await self._dispatcher.dispatch(interaction, command, in_place=True)

    def _address(self, interaction: Interaction, owner: CalendarOwner) -> NewAddress:
        owner_id = interaction.author.id if owner == "member" else interaction.guild_id
        return new_address(self._dispatcher.sealer, owner, str(owner_id))
