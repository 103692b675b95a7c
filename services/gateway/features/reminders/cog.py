"""Whether a member wants to be reminded of starts: the button under a reminder."""

from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction

from services.gateway.delivery.dispatcher import Desk
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.notices import NO_REMINDERS
from shared.messages.invitations.commands import SetReminders

Click: TypeAlias = MessageInteraction[Any]


class Reminders(commands.Cog):
    """Hands on that who presses wants no more of them."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Turn the reminders of who presses off."""
        action, *_ = (interaction.component.custom_id or "").split(":")
        if action == NO_REMINDERS:
            with self._desk.taken(interaction):
                await set_reminders(self._desk, interaction, are_wanted=False)


async def set_reminders(desk: Desk, interaction: Interaction, *, are_wanted: bool) -> None:
    """Hand on whether a member wants to be reminded."""
    await desk.hand_on(interaction, SetReminders(are_wanted=are_wanted, **desk.asked(interaction)))
