"""`/invite create`: the options are checked, then a form asks for the rest."""

from collections.abc import Mapping
from typing import Any

from services.gateway.delivery.components import Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id, role_ids
from services.gateway.discord.responses import Interaction
from services.gateway.forms.invitation import Options, read_form, read_options
from services.gateway.forms.modals import invitation_modal
from shared.messages.invitations.commands import DraftInvitation
from shared.messages.invitations.guilds import GuildView
from shared.refusal import Refused

components = Components()


async def may_announce(press: Press[Interaction]) -> tuple[GuildView, str]:
    """Return the guild's settings and the channel, if the member may announce; raises Refused."""
    settings = await press.settings()
    if settings.announcement_channel_id is None:
        # The copy may be older than the choice that was made just now.
        settings = await press.dispatcher.guilds.newest(press.guild_id)
    if settings.announcement_channel_id is None:
        raise Refused("not_set_up")
    hosts = settings.host_role_ids
    # Everybody has the role whose id is the guild's.
    is_host = not hosts or not {settings.guild_id, *role_ids(press.interaction)}.isdisjoint(hosts)
    if not is_host and not (await press.checked_actor()).is_staff:
        roles = " ".join(f"<@&{role_id}>" for role_id in hosts)
        raise Refused("no_host_role", roles=roles)
    return settings, settings.announcement_channel_id


async def open_form(press: Press[Interaction], typed: Mapping[str, Any]) -> None:
    """Check the options of the slash command, then ask for the rest in a form."""
    settings, _ = await may_announce(press)
    chosen = {name: value for name, value in typed.items() if value is not None}
    options = read_options(
        {"reminder_minutes": settings.reminder_minutes, **chosen},
        press.interaction.created_at,
        settings.zone,
    )
    await press.open_form(invitation_modal(options, press.language))


@components.form(Options)
async def draft(press: Press[Modal], options: Options) -> None:
    """Check the whole form, and dispatch the draft."""
    _, channel_id = await may_announce(press)
    interaction = press.interaction
    details, profile = read_form(options, interaction.text_values, interaction.created_at)
    request_id = press_id(interaction)  # the same at both replicas
    seal, fields = press.dispatcher.sealer.seal, await press.checked_fields()
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
