"""`/calendar`: the addresses of a member's calendars."""

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.calendars.cog import show_addresses
from services.gateway.features.lists.finding import Slash
from services.gateway.i18n.translate import translate


class Calendars(commands.Cog):
    """The command `/calendar`."""

    def __init__(self, dispatcher: CommandDispatcher, *, are_offered: bool) -> None:
        """Take the dispatcher, and whether the feeds have a public address."""
        self._dispatcher = dispatcher
        self._are_offered = are_offered

    @commands.slash_command(
        name=options.named("calendar"),
        description=options.localized("command-calendar"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def calendar(self, interaction: Slash) -> None:
        """Show a member the addresses of their calendars."""
        async with self._dispatcher.tracked(interaction) as press:
            if self._are_offered:
                await show_addresses(press)
            else:
                await press.say(translate(press.language, "calendar-not_offered"))
