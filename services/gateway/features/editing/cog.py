"""The forms in which host and staff edit an open event."""

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.drawing.announcement import FINAL
from services.gateway.features.closing.views import may_end
from services.gateway.features.editing.views import (
    EditButton,
    EditContent,
    EditSchedule,
    EditSettings,
)
from services.gateway.forms.co_hosts import chosen_co_hosts
from services.gateway.forms.edit import Shown, read_changes
from services.gateway.forms.invitation import typed_or_chosen
from services.gateway.forms.modals import edit_modal
from shared.messages.invitations.commands import EditInvitation
from shared.refusal import Refused

components = Components()


@components.button(EditContent, EditSchedule, EditSettings)
async def open_form(press: Press[Click], button: EditButton) -> None:
    """Show a form with the event as it is now."""
    press.check_rate()
    view = await press.api.invitation(button.invitation_id)
    if view is None:
        raise Refused("not_found")
    if not may_end(view, await press.checked_actor()):
        # A courtesy: the invitations service decides who may edit.
        raise Refused("already_final" if view.status in FINAL else "not_host")
    settings = await press.settings()
    await press.open_form(edit_modal(view, button.form, press.language, settings))


@components.form(Shown)
async def edit(press: Press[Modal], form: Shown) -> None:
    """Check the whole form, and dispatch the changes."""
    typed = typed_or_chosen(press.interaction.values)
    co_host_ids = chosen_co_hosts(press.interaction.resolved_values)
    zone = (await press.guild_locale()).zone
    command = EditInvitation(
        **await press.checked_fields(),
        invitation_id=form.invitation_id,
        based_on=form.basis,
        changes=read_changes(form, typed, press.interaction.created_at, zone, co_host_ids),
    )
    await press.dispatch(command)
