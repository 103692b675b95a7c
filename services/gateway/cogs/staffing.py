"""What staff do: the buttons of the panel that no member has."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction

from services.gateway.desk import Desk
from shared.messages.invitations.staffing import AssignStaff, ReleaseStaff

Click: TypeAlias = MessageInteraction[Any]

BUTTONS: Mapping[str, type[AssignStaff | ReleaseStaff]] = {
    "assign": AssignStaff,
    "release": ReleaseStaff,
}


class Staffing(commands.Cog):
    """Hands on who looks after an invitation; who may do so is the service's to say."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Hand on a button of the panel."""
        action, _, invitation_id = (interaction.component.custom_id or "").partition(":")
        if action not in BUTTONS:
            return
        with self._desk.taken(interaction):
            asked = self._desk.asked(interaction)
            await self._desk.hand_on(
                interaction, BUTTONS[action](invitation_id=invitation_id, **asked)
            )
