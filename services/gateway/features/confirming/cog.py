"""The buttons of a question before something is taken away: do it, or change nothing."""

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.features.confirming.views import (
    ConfirmCancel,
    ConfirmInterest,
    ConfirmLeave,
    GiveUp,
    Keep,
    reason_in,
)
from services.gateway.i18n.translate import translate
from shared.messages.invitations.commands import CancelInvitation, LeaveInvitation, ShowInterest

components = Components()


@components.button(ConfirmLeave, ConfirmInterest)
async def give_up(press: Press[Click], button: GiveUp) -> None:
    """Dispatch the press again with the part that the member has confirmed to give up."""
    command = LeaveInvitation if isinstance(button, ConfirmLeave) else ShowInterest
    about = {"invitation_id": button.invitation_id, "gives_up": button.gives_up}
    await press.dispatch(command(**about, **press.command_fields), in_place=True)


@components.button(ConfirmCancel)
async def cancel(press: Press[Click], button: ConfirmCancel) -> None:
    """Cancel the event for the people whom the question has counted."""
    command = CancelInvitation(
        **await press.checked_fields(),
        invitation_id=button.invitation_id,
        for_people=max(0, button.for_people),
        reason=reason_in(press.interaction.message),
    )
    await press.dispatch(command, in_place=True)


@components.button(Keep)
async def keep(press: Press[Click], _button: Keep) -> None:
    """Say in place of the question that nothing has changed."""
    text = translate(press.language, "confirm-kept")
    response = press.interaction.response
    if responses.is_on_private_message(press.interaction):
        await responses.once(lambda: response.edit_message(text, embeds=[], components=[]))
    else:
        await press.say(text)
