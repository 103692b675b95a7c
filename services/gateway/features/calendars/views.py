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
from services.gateway.sentences import Language
from services.gateway.texts import say
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
    absent = "calendar.broken" if shown.member else "calendar.absent"
    lines = [
        say(language, "calendar.intro"),
        say(language, "calendar.member", link=_link(addresses["member"], absent, language)),
        say(
            language,
            "calendar.guild",
            link=_link(addresses["guild"], "calendar.broken", language),
        ),
    ]
    return {
        "content": "\n".join(lines),
        "components": [ActionRow(*buttons).to_component_dict()],
    }


def _link(address: str | None, absent: str, language: Language) -> str:
    # In angle brackets Discord fetches no preview: the address stays between member and program.
    return web_link(address, LONGEST) if address else say(language, absent)
