"""`/mydata`: what is stored about a member, for them to have and to erase."""

from typing import Any, TypeAlias

import disnake
from disnake.ext import commands
from disnake.interactions import ApplicationCommandInteraction, MessageInteraction

from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.features.privacy.views import ERASE, erase_button
from services.gateway.forms import options
from services.gateway.texts import language_of, say
from shared.messages.invitations.mine import EraseMyData
from shared.messages.tickets.mine import ExportMyData

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


class MyData(commands.Cog):
    """Hands on that a member wants their data, or wants it gone."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("mydata", "マイデータ"),
        description=options.both("command.mydata"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def mydata(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @mydata.sub_command(
        name=options.named("export", "書き出し"), description=options.both("command.export")
    )
    async def export(self, interaction: Slash) -> None:
        """Hand on that a member wants their data."""
        with self._dispatcher.tracked(interaction):
            command = ExportMyData(**self._dispatcher.command_fields(interaction))
            await self._dispatcher.dispatch(interaction, command)

    @mydata.sub_command(
        name=options.named("erase", "消去"), description=options.both("command.erase")
    )
    async def erase(self, interaction: Slash) -> None:
        """Explain what erasing means, and ask whether it is meant."""
        language = language_of(str(interaction.locale))
        with self._dispatcher.tracked(interaction):
            text = say(language, "mydata.explain_erasure")
            buttons = [erase_button(language)]
            await responses.say_privately(interaction, text, buttons=buttons)

    @commands.Cog.listener("on_button_click")
    async def confirm(self, interaction: Click) -> None:
        """Hand on that it is meant; the answer takes the question's place."""
        if interaction.component.custom_id == ERASE:
            with self._dispatcher.tracked(interaction):
                command = EraseMyData(**self._dispatcher.command_fields(interaction))
                await self._dispatcher.dispatch(interaction, command, in_place=True)
