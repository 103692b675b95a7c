"""The buttons and forms of what only participants may read: instance link and profile."""

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.drawing.buttons import Reveal
from services.gateway.forms.invitation import read_link, read_profile
from services.gateway.forms.modals import SetLink, SetProfile, link_modal, profile_modal
from shared.messages import vrchat
from shared.messages.invitations.commands import RevealSecrets, SetInstanceLink
from shared.messages.invitations.commands import SetProfile as SetProfileCommand
from shared.messages.views import InvitationView
from shared.refusal import Refused

components = Components()


@components.button(Reveal)
async def reveal(press: Press[Click], button: Reveal) -> None:
    """Ask for the profile and the instance link; the service decides who may read them."""
    await press.dispatch(RevealSecrets(invitation_id=button.invitation_id, **press.command_fields))


@components.button(SetLink)
async def ask_for_link(press: Press[Click], button: SetLink) -> None:
    """Show the form of the instance link; it never shows the present one."""
    await press.open_form(link_modal(button.invitation_id, press.language))


@components.button(SetProfile)
async def ask_for_profile(press: Press[Click], button: SetProfile) -> None:
    """Show the form of the profile; it never shows the present one."""
    await press.open_form(profile_modal(button.invitation_id, press.language))


@components.form(SetLink)
async def set_link(press: Press[Modal], form: SetLink) -> None:
    """Check an instance link, encrypt it for its invitation's row, and dispatch it."""
    link = read_link(press.interaction.text_values)
    view = await _view(press, form.invitation_id)
    address, world = vrchat.read(link), vrchat.read(view.world_link or "")
    command = SetInstanceLink(
        **await press.checked_fields(),
        invitation_id=view.id,
        instance_link=_sealed(press, link, "instance_link", view),
        told_type=address.instance_type if address else None,
        is_other_world=address is not None and address.leads_elsewhere(world),
    )
    await press.dispatch(command)


@components.form(SetProfile)
async def set_profile(press: Press[Modal], form: SetProfile) -> None:
    """Check a profile, encrypt it for its invitation's row, and dispatch it."""
    profile = read_profile(press.interaction.text_values)
    view = await _view(press, form.invitation_id)
    command = SetProfileCommand(
        **await press.checked_fields(),
        invitation_id=view.id,
        vrchat_profile=_sealed(press, profile, "vrchat_profile", view),
    )
    await press.dispatch(command)


async def _view(press: Press[Modal], invitation_id: str) -> InvitationView:
    press.check_rate()
    view = await press.api.sealable(invitation_id)
    if view is None:
        raise Refused("not_found")
    return view


def _sealed(press: Press[Modal], text: str, column: str, view: InvitationView) -> str:
    return press.dispatcher.sealer.seal(text, column=column, row=str(view.request_id))
