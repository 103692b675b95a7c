"""The buttons インスタンスリンク and VRChat プロフィール in a host's details, and their forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction

from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.interactions import id_in
from services.gateway.forms import invitation as forms
from services.gateway.forms.modals import LINK, PROFILE, link_modal, profile_modal
from services.gateway.sentences import Language
from services.gateway.texts import language_of, say
from shared.messages import vrchat
from shared.messages.envelope import Command
from shared.messages.invitations.commands import SetInstanceLink, SetProfile
from shared.messages.views import InvitationView

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]


@dataclass(frozen=True, slots=True)
class SecretForm:
    """A form for one secret: what shows it, what checks it, and what it asks of the service.

    `command` takes the text, the sealed text, the invitation and the fields of both commands.
    """

    column: str
    show: Callable[[str, Language], dict[str, Any]]
    read: Callable[[Mapping[str, str]], str]
    command: Callable[[str, str, InvitationView, dict[str, Any]], Command]


def _set_link(link: str, sealed: str, view: InvitationView, shared: dict[str, Any]) -> Command:
    address, world = vrchat.read(link), vrchat.read(view.world_link or "")
    return SetInstanceLink(
        **shared,
        instance_link=sealed,
        told_type=address.instance_type if address else None,
        is_other_world=address is not None and address.leads_elsewhere(world),
    )


def _set_profile(
    _profile: str, sealed: str, _view: InvitationView, shared: dict[str, Any]
) -> Command:
    return SetProfile(**shared, vrchat_profile=sealed)


FORMS: Mapping[str, SecretForm] = {
    LINK: SecretForm("instance_link", link_modal, forms.read_link, _set_link),
    PROFILE: SecretForm("vrchat_profile", profile_modal, forms.read_profile, _set_profile),
}


class Secrets(commands.Cog):
    """Takes what only the seated may read, and seals it before anything else is done with it."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def ask(self, interaction: Click) -> None:
        """Show a form; it never shows what stands."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        if action not in FORMS:
            return
        with self._dispatcher.tracked(interaction):
            modal = FORMS[action].show(id_in(custom_id), language_of(str(interaction.locale)))
            await responses.once(lambda: interaction.response.send_modal(**modal))

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check a secret, seal it to its invitation's row, and hand it on."""
        action = interaction.custom_id.partition(":")[0]
        if action not in FORMS:
            return
        with self._dispatcher.tracked(interaction):
            try:
                text = FORMS[action].read(interaction.text_values)
                view = await self._dispatcher.api.sealable(id_in(interaction.custom_id))
            except forms.Mistaken as mistaken:
                await error_replies.name_mistakes(interaction, mistaken)
            except ApiUnavailable as error:
                await error_replies.tell_reads_away(interaction, error)
            else:
                await self._dispatch(interaction, FORMS[action], text, view)

    async def _dispatch(
        self, interaction: Modal, form: SecretForm, text: str, view: InvitationView | None
    ) -> None:
        if view is None:
            sentence = say(language_of(str(interaction.locale)), "refused.not_found")
            await responses.say_privately(interaction, sentence)
            return
        sealed = self._dispatcher.sealer.seal(text, column=form.column, row=str(view.request_id))
        shared = {**self._dispatcher.command_fields(interaction), "invitation_id": view.id}
        await self._dispatcher.dispatch(interaction, form.command(text, sealed, view, shared))
