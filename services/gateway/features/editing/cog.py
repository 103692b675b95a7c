"""The forms in which host and staff change what an open event says."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.interactions import id_in
from services.gateway.drawing.announcement import FINAL
from services.gateway.features.closing.views import may_end
from services.gateway.forms.edit import read_changes, shown_by
from services.gateway.forms.invitation import Mistaken, typed_or_chosen
from services.gateway.forms.modals import edit_modal
from services.gateway.texts import language_of, refusal
from shared.messages.invitations.commands import EditInvitation
from shared.messages.invitations.editing import EditForm
from shared.messages.views import InvitationView

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]

FORMS: Mapping[str, EditForm] = {
    "edit": "content",
    "schedule": "schedule",
    "settings": "settings",
}


class Edits(commands.Cog):
    """Shows what stands, checks what was typed, then hands it on."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def ask(self, interaction: Click) -> None:
        """Show the form as the event stands now."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        if action not in FORMS:
            return
        with self._dispatcher.tracked(interaction):
            try:
                view = await self._dispatcher.api.invitation(id_in(custom_id))
            except ApiUnavailable as error:
                await error_replies.tell_reads_away(interaction, error)
                return
            await self._open(interaction, view, FORMS[action])

    async def _open(self, interaction: Click, view: InvitationView | None, form: EditForm) -> None:
        language = language_of(str(interaction.locale))
        if view is None or not may_end(view, self._dispatcher.actor(interaction)):
            # A courtesy: who opened a form in time is judged by the invitations service.
            text = refusal(language, _why_not(view), {})
            await responses.say_privately(interaction, text)
            return
        modal = edit_modal(view, form, language)
        await responses.once(lambda: interaction.response.send_modal(**modal))

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check the whole form; hand it on, or name every mistake in it."""
        if not interaction.custom_id.startswith("edit:"):
            return
        with self._dispatcher.tracked(interaction):
            try:
                shown = shown_by(interaction.custom_id)
                typed = typed_or_chosen(interaction.values)
                changes = read_changes(shown, typed, interaction.created_at)
            except Mistaken as mistaken:
                await error_replies.name_mistakes(interaction, mistaken)
                return
            command = EditInvitation(
                **self._dispatcher.command_fields(interaction),
                invitation_id=shown.invitation_id,
                based_on=shown.basis,
                changes=changes,
            )
            await self._dispatcher.dispatch(interaction, command)


def _why_not(view: InvitationView | None) -> str:
    if view is None:
        return "not_found"
    return "already_final" if view.status in FINAL else "not_host"
