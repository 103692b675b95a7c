"""`/mydata`: what is stored about a member."""

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.features.lists.finding import Slash
from services.gateway.features.privacy.cog import ask_to_erase, export


class MyData(commands.Cog):
    """The tree of `/mydata`."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("mydata"),
        description=options.localized("command-mydata"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def mydata(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @mydata.sub_command(
        name=options.named("export"), description=options.localized("command-export")
    )
    async def export(self, interaction: Slash) -> None:
        """Export the member's data."""
        async with self._dispatcher.tracked(interaction) as press:
            await export(press)

    @mydata.sub_command(name=options.named("erase"), description=options.localized("command-erase"))
    async def erase(self, interaction: Slash) -> None:
        """Ask whether to erase the member's data."""
        async with self._dispatcher.tracked(interaction) as press:
            await ask_to_erase(press)
