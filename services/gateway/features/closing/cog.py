"""The buttons by which host and staff cancel an event or end it early."""

from pydantic import ValidationError

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.features.closing.views import Complete, ConfirmComplete, confirming_button
from services.gateway.forms.modals import Cancel, cancel_modal
from services.gateway.i18n.translate import translate
from shared.messages.invitations.commands import CancelInvitation, CompleteInvitation
from shared.messages.invitations.details import mistakes_in
from shared.refusal import Refused

components = Components()


@components.button(Cancel)
async def ask_for_reason(press: Press[Click], button: Cancel) -> None:
    """Ask for the reason; the service decides whether the member may cancel."""
    await press.open_form(cancel_modal(button.invitation_id, press.language))


@components.form(Cancel)
async def cancel(press: Press[Modal], form: Cancel) -> None:
    """Cancel an event for a reason that anybody may read."""
    reason = press.interaction.text_values.get("reason") or ""
    if mistakes_in({"reason": reason}):
        raise Refused("names_an_instance")
    fields = await press.checked_fields()
    try:
        command = CancelInvitation(invitation_id=form.invitation_id, reason=reason, **fields)
    except ValidationError:
        raise Refused("unprintable") from None
    await press.dispatch(command)


@components.button(Complete)
async def ask_to_complete(press: Press[Click], button: Complete) -> None:
    """Ask once more: a final state never changes."""
    buttons = [confirming_button(button.invitation_id, press.language)]
    await press.say(translate(press.language, "complete-confirm"), buttons=buttons)


@components.button(ConfirmComplete)
async def complete(press: Press[Click], button: ConfirmComplete) -> None:
    """End an event early."""
    fields = await press.checked_fields()
    await press.dispatch(CompleteInvitation(invitation_id=button.invitation_id, **fields))
