"""The button インスタンスリンク in a host's details, and the form behind it."""

from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction

from services.gateway import callbacks, forms
from services.gateway.cogs import apologies
from services.gateway.desk import Desk
from services.gateway.launch_links import read_launch_link
from services.gateway.modals import LINK, link_modal
from services.gateway.reads import ReadsAway
from services.gateway.texts import language_of, say
from shared.messages.invitations.commands import SetInstanceLink
from shared.messages.views import InvitationView

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


class InstanceLinks(commands.Cog):
    """Takes the link of a running instance, and seals it."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    @commands.Cog.listener("on_button_click")
    async def ask(self, interaction: Click) -> None:
        """Show the form."""
        action, _, invitation_id = (interaction.component.custom_id or "").partition(":")
        if action != LINK:
            return
        with self._desk.taken(interaction):
            modal = link_modal(invitation_id, language_of(str(interaction.locale)))
            await callbacks.once(lambda: interaction.response.send_modal(**modal))

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check the link, seal it to its invitation's row, and hand it on."""
        action, _, invitation_id = interaction.custom_id.partition(":")
        if action != LINK:
            return
        with self._desk.taken(interaction):
            try:
                link = forms.read_link(interaction.text_values)
                view = await self._desk.reads.sealable(invitation_id)
            except forms.Mistaken as mistaken:
                await apologies.name_mistakes(interaction, mistaken)
            except ReadsAway as error:
                await apologies.tell_reads_away(interaction, error)
            else:
                await self._hand_on(interaction, view, link)

    async def _hand_on(self, interaction: Modal, view: InvitationView | None, link: str) -> None:
        if view is None:
            text = say(language_of(str(interaction.locale)), "refused.not_found")
            await callbacks.say_privately(interaction, text)
            return
        sealed = self._desk.sealer.seal(link, column="instance_link", row=str(view.request_id))
        command = SetInstanceLink(
            **self._desk.asked(interaction),
            invitation_id=view.id,
            instance_link=sealed,
            told_type=read_launch_link(link).instance_type,
        )
        await self._desk.hand_on(interaction, command)
