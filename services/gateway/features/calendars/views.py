"""What a member reads of calendars: their secret addresses, and how to renew them."""

from collections.abc import Mapping

from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.markdown import web_link
from services.gateway.sentences import Language
from services.gateway.texts import say
from shared.messages.invitations.calendars import CalendarOwner
from shared.messages.replies import CalendarsShown

LONGEST = 600
RENEW, RENEW_GUILD, REVOKE = "calendar:renew", "calendar:renew-guild", "calendar:revoke"


def calendars(
    shown: CalendarsShown, addresses: Mapping[CalendarOwner, str | None], language: Language
) -> Payload:
    """Show the addresses, and offer what can be done about them."""
    buttons = [_button("calendar_renew", ButtonStyle.secondary, RENEW, language)]
    if shown.member:
        buttons.append(_button("calendar_revoke", ButtonStyle.danger, REVOKE, language))
    if shown.may_renew_guild:
        buttons.append(
            _button("calendar_renew_guild", ButtonStyle.secondary, RENEW_GUILD, language)
        )
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


def _button(key: str, style: ButtonStyle, custom_id: str, language: Language) -> Button[None]:
    return Button(label=say(language, f"button.{key}"), style=style, custom_id=custom_id)
