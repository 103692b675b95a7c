"""`/invite create`: the options are checked, then a form asks for the rest."""

from collections.abc import Mapping
from typing import Any

from services.gateway.delivery.components import Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.discord.responses import Interaction
from services.gateway.forms.invitation import Options, read_form, read_options
from services.gateway.forms.modals import invitation_modal
from shared.messages.invitations.commands import DraftInvitation


async def open_form(press: Press[Interaction], typed: Mapping[str, Any]) -> None:
    """Check the options of the slash command, then ask for the rest in a form."""
    options = read_options(typed, press.interaction.created_at)
    await press.open_form(invitation_modal(options, press.language))


def form_components(channel_id: str) -> Components:
    """Return what the form does; the invitation is announced in a channel."""
    components = Components()

    @components.form(Options)
    async def draft(press: Press[Modal], options: Options) -> None:
        """Check the whole form, and dispatch the draft."""
        interaction = press.interaction
        details, profile = read_form(options, interaction.text_values, interaction.created_at)
        request_id = press_id(interaction)  # the same at both replicas
        seal, fields = press.dispatcher.sealer.seal, press.command_fields
        command = DraftInvitation(
            **fields,
            request_id=request_id,
            guild_id=press.guild_id,
            channel_id=channel_id,
            host_name=fields["actor"].name,
            details=details,
            vrchat_profile=profile and seal(profile, column="vrchat_profile", row=str(request_id)),
        )
        await press.dispatch(command)

    return components
