"""The button VRChat プロフィール in a host's details, and the form behind it."""

from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction

from services.gateway import callbacks, forms
from services.gateway.cogs import apologies
from services.gateway.desk import Desk
from services.gateway.modals import PROFILE, profile_modal
from services.gateway.reads import ReadsAway
from services.gateway.texts import language_of, say
from shared.messages.invitations.commands import SetProfile
from shared.messages.views import InvitationView

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


class Profiles(commands.Cog):
    """Takes the host's profile anew, and seals it."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    @commands.Cog.listener("on_button_click")
    async def ask(self, interaction: Click) -> None:
        """Show the form; it never shows the profile that stands."""
        action, _, invitation_id = (interaction.component.custom_id or "").partition(":")
        if action != PROFILE:
            return
        with self._desk.taken(interaction):
            modal = profile_modal(invitation_id, language_of(str(interaction.locale)))
            await callbacks.once(lambda: interaction.response.send_modal(**modal))

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check the profile, seal it to its invitation's row, and hand it on."""
        action, _, invitation_id = interaction.custom_id.partition(":")
        if action != PROFILE:
            return
        with self._desk.taken(interaction):
            try:
                profile = forms.read_profile(interaction.text_values)
                view = await self._desk.reads.sealable(invitation_id)
            except forms.Mistaken as mistaken:
                await apologies.name_mistakes(interaction, mistaken)
            except ReadsAway as error:
                await apologies.tell_reads_away(interaction, error)
            else:
                await self._hand_on(interaction, view, profile)

    async def _hand_on(self, interaction: Modal, view: InvitationView | None, profile: str) -> None:
        if view is None:
            text = say(language_of(str(interaction.locale)), "refused.not_found")
            await callbacks.say_privately(interaction, text)
            return
        sealed = self._desk.sealer.seal(profile, column="vrchat_profile", row=str(view.request_id))
        asked = self._desk.asked(interaction)
        command = SetProfile(**asked, invitation_id=view.id, vrchat_profile=sealed)
        await self._desk.hand_on(interaction, command)
