"""The end of an event before its time: the buttons of host and staff."""

from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction
from pydantic import ValidationError

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.interactions import id_in
from services.gateway.features.closing.views import confirming_button
from services.gateway.forms.modals import cancel_modal
from services.gateway.texts import language_of, say
from shared.messages.invitations.commands import CancelInvitation, CompleteInvitation
from shared.messages.invitations.details import mistakes_in

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


class Endings(commands.Cog):
    """Asks once more, then hands on; who may do it is the service's to say."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Ask for the reason, ask for certainty, or hand on."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        if action not in {"cancel", "complete", "completed"}:
            return
        language = language_of(str(interaction.locale))
        with self._dispatcher.tracked(interaction):
            invitation_id = id_in(custom_id)
            if action == "cancel":
                modal = cancel_modal(invitation_id, language)
                await responses.once(lambda: interaction.response.send_modal(**modal))
            elif action == "complete":
                button = confirming_button(invitation_id, language)
                text = say(language, "complete.confirm")
                await responses.say_privately(interaction, text, buttons=[button])
            else:
                command_fields = self._dispatcher.command_fields(interaction)
                command = CompleteInvitation(invitation_id=invitation_id, **command_fields)
                await self._dispatcher.dispatch(interaction, command)

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Hand on that an event is called off, and why."""
        if interaction.custom_id.partition(":")[0] != "cancel":
            return
        reason = interaction.text_values.get("reason") or ""
        with self._dispatcher.tracked(interaction):
            command_fields = self._dispatcher.command_fields(interaction)
            invitation_id = id_in(interaction.custom_id)
            if mistakes_in({"reason": reason}):
                await error_replies.refuse(interaction, "names_an_instance")
                return
            try:
                command = CancelInvitation(
                    invitation_id=invitation_id, reason=reason, **command_fields
                )
            except ValidationError:
                text = say(language_of(str(interaction.locale)), "refused.unprintable")
                await responses.say_privately(interaction, text)
                return
            await self._dispatcher.dispatch(interaction, command)
