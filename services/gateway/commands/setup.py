"""`/setup`: the panel for the members who manage the guild."""

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.lists.finding import Slash
from services.gateway.features.setup.cog import show


class Setup(commands.Cog):
    """The command `/setup`."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("setup"),
        description=options.localized("command-setup"),
        # A courtesy, which a server may change: the panel and the services check it again.
        default_member_permissions=disnake.Permissions(manage_guild=True),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def setup(self, interaction: Slash) -> None:
        """Show the first page of the panel."""
        async with self._dispatcher.tracked(interaction) as press:
            await show(press)
