"""Calendar feeds: their addresses, and the buttons that renew or revoke them."""

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.calendars.addresses import new_address
from services.gateway.features.calendars.views import CalendarButton
from shared.messages.invitations.calendars import (
    CalendarOwner,
    NewAddress,
    RenewCalendar,
    RevokeCalendar,
    ShowCalendars,
)

components = Components()


async def show_addresses(press: Press[Interaction]) -> None:
    """Ask for the addresses of a member's calendars; the secrets are made and encrypted here."""
    command = ShowCalendars(
        **await press.checked_fields(),
        guild_id=press.guild_id,
        member=_address(press, "member"),
        guild=_address(press, "guild"),
    )
    await press.dispatch(command)


@components.button(CalendarButton)
async def change_address(press: Press[Click], button: CalendarButton) -> None:
    """Renew or revoke an address, and show the addresses again in the same answer."""
    fields = {**await press.checked_fields(), "guild_id": press.guild_id}
    if button.action == "revoke":
        await press.dispatch(RevokeCalendar(**fields), in_place=True)
        return
    owner: CalendarOwner = "guild" if button.action == "renew-guild" else "member"
    command = RenewCalendar(**fields, owner=owner, address=_address(press, owner))
    await press.dispatch(command, in_place=True)


def _address(press: Press[Interaction], owner: CalendarOwner) -> NewAddress:
    owner_id = press.user_id if owner == "member" else press.guild_id
    return new_address(press.dispatcher.sealer, owner, owner_id)
