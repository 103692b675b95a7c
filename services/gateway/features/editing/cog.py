"""The forms in which host and staff edit an open event."""

from dataclasses import asdict

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery import error_replies
from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord import responses
from services.gateway.drawing.announcement import FINAL
from services.gateway.drawing.buttons import button as drawn
from services.gateway.features.closing.views import may_end
from services.gateway.features.editing import given_back
from services.gateway.features.editing.views import (
    EditButton,
    EditContent,
    EditSchedule,
    EditSettings,
)
from services.gateway.forms.co_hosts import chosen_co_hosts
from services.gateway.forms.edit import Shown, read_changes
from services.gateway.forms.invitation import typed_or_chosen
from services.gateway.forms.mistakes import Mistaken
from services.gateway.forms.modals import edit_modal
from services.gateway.i18n.translate import translate
from shared.messages.invitations.commands import EditInvitation
from shared.messages.views import InvitationView
from shared.refusal import Refused

components = Components()


@components.button(EditContent, EditSchedule, EditSettings)
async def open_form(press: Press[Click], button: EditButton) -> None:
    """Show a form with the event as it is now."""
    view, settings = await _editable(press, button.invitation_id), await press.settings()
    shown = Shown.of(view, button.form)
    await press.open_form(edit_modal(view, shown, press.language, settings))


@components.button(given_back.Mend)
async def mend(press: Press[Click], button: given_back.Mend) -> None:
    """Open a refused form with what was typed; it still changes only what it first showed."""
    if not responses.is_on_private_message(press.interaction):
        raise Refused("unknown_component")
    view, settings = await _editable(press, button.invitation_id), await press.settings()
    typed, co_host_ids = given_back.read(press.interaction.message.embeds, button.form)
    shown = Shown(**asdict(button))
    modal = edit_modal(view, shown, press.language, settings, typed, co_host_ids)
    await press.open_form(modal)


@components.form(Shown)
async def edit(press: Press[Modal], form: Shown) -> None:
    """Check the whole form, and dispatch the changes; a form that is refused is given back."""
    typed = typed_or_chosen(press.interaction.values)
    co_host_ids = chosen_co_hosts(press.interaction.resolved_values)
    try:
        zone = (await press.guild_locale()).zone
        command = EditInvitation(
            **await press.checked_fields(),
            invitation_id=form.invitation_id,
            based_on=form.basis,
            changes=read_changes(form, typed, press.interaction.created_at, zone, co_host_ids),
        )
        await press.dispatch(command)
    except (Refused, Mistaken, ApiUnavailable) as error:
        language = press.language
        text = error_replies.text_of(error, language)
        await press.say(
            f"{text}\n{translate(language, 'edit-mend')}",
            embeds=[given_back.drawn(form.form, typed, co_host_ids, language)],
            buttons=[drawn(given_back.Mend(**asdict(form)), language, label="compose")],
        )


async def _editable(press: Press[Click], invitation_id: str) -> InvitationView:
    press.check_rate()
    view = await press.api.invitation(invitation_id)
    if view is None:
        raise Refused("not_found")
    if not may_end(view, await press.checked_actor()):
        # A courtesy: the invitations service decides who may edit.
        raise Refused("already_final" if view.status in FINAL else "not_host")
    return view
