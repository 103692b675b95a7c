"""What a member reads of calendars: their secret addresses, and how to renew them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from disnake import ButtonStyle
from disnake.ui import ActionRow

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import web_link
from services.gateway.i18n.translate import Language, translate
from shared.messages.invitations.calendars import CalendarOwner
from shared.messages.replies import CalendarsShown

LONGEST = 600


@dataclass(frozen=True)
class CalendarButton(CustomId, name="calendar"):
    """Renew the member's or the guild's address, or revoke the member's."""

    action: Literal["renew", "renew-guild", "revoke"]


def calendars(
    shown: CalendarsShown, addresses: Mapping[CalendarOwner, str | None], language: Language
) -> Payload:
    """Show the addresses, and offer what can be done about them."""
    buttons = [button(CalendarButton("renew"), language, label="calendar_renew")]
    if shown.member:
        revoke = CalendarButton("revoke")
        buttons.append(button(revoke, language, ButtonStyle.danger, label="calendar_revoke"))
    if shown.may_renew_guild:
        renew = CalendarButton("renew-guild")
        buttons.append(button(renew, language, label="calendar_renew_guild"))
    broken = translate(language, "calendar-broken")
    absent = broken if shown.member else translate(language, "calendar-absent")
    member, guild = addresses["member"], addresses["guild"]
    lines = [
        translate(language, "calendar-intro"),
        translate(language, "calendar-member", link=_link(member) or absent),
        *_webcal(member, language),
        translate(language, "calendar-guild", link=_link(guild) or broken),
        *_webcal(guild, language),
    ]
    return {
        "content": "\n".join(lines),
        "components": [ActionRow(*buttons).to_component_dict()],
    }


def _link(address: str | None) -> str:
    # In angle brackets Discord fetches no preview: the address stays between member and program.
    return web_link(address, LONGEST) if address else ""


def _webcal(address: str | None, language: Language) -> list[str]:
    """Return the address as iPhones open it; Discord makes no link of this scheme."""
    if address is None:
        return []
    link = f"`webcal:{address.partition(':')[2]}`"
    return [translate(language, "calendar-webcal", link=link)]
