"""Whether a member wants to be reminded of starts: the button under a reminder."""

from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction

from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.notices import NO_REMINDERS
from shared.messages.invitations.commands import SetReminders

Click: TypeAlias = MessageInteraction[Any]


class Reminders(commands.Cog):
    """Hands on that who presses wants no more of them."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Turn the reminders of who presses off."""
        action, *_ = (interaction.component.custom_id or "").split(":")
        if action == NO_REMINDERS:
            with self._dispatcher.tracked(interaction):
                await set_reminders(self._dispatcher, interaction, are_wanted=False)


async def set_reminders(
    dispatcher: CommandDispatcher, interaction: Interaction, *, are_wanted: bool
) -> None:
    """Hand on whether a member wants to be reminded."""
    await dispatcher.dispatch(
        interaction, SetReminders(are_wanted=are_wanted, **dispatcher.command_fields(interaction))
    )
