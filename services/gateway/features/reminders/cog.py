"""Whether a member gets reminders: the button under one, and `/invite reminders`."""

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import RemindersOff
from shared.messages.invitations.commands import SetReminders

components = Components()


@components.button(RemindersOff)
async def turn_off(press: Press[Click], _button: RemindersOff) -> None:
    """Turn the member's reminders off."""
    await set_reminders(press, are_wanted=False)


async def set_reminders(press: Press[Interaction], *, are_wanted: bool) -> None:
    """Turn the member's reminders on or off."""
    await press.dispatch(SetReminders(are_wanted=are_wanted, **press.command_fields))
