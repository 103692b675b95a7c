"""What a member reads of themselves: their history, and what is done with their data."""

from typing import Any

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.pages import Page
from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import Payload
from services.gateway.views.escaping import message_link, moment, plain
from services.gateway.views.reading import turning
from shared.messages.invitations.mine import HistoryEntry
from shared.messages.replies import HistoryShown

ERASE = "erase-my-data"
EXPORT_NAME = "doukikai-my-data.json"


def history(shown: HistoryShown, language: Language) -> Payload:
    """Show a page of what a member took part in, with the buttons to the pages around."""
    embed = disnake.Embed(
        title=say(language, "history.title"),
        description="\n\n".join(_line(entry, language) for entry in shown.entries)
        or say(language, "list.empty"),
    )
    page = Page("history", shown.tag, shown.status)
    buttons = turning(page, shown.previous, shown.next, language)
    return {"embeds": [embed.to_dict()], "components": rows(buttons)}


def exported(language: Language, *, has_tickets: bool) -> Payload:
    """Say what the file beside it is; a service of an older version leaves the tickets out."""
    lacking = "" if has_tickets else say(language, "mydata.no_tickets")
    return {"content": say(language, "mydata.exported") + lacking}


def erase_button(language: Language) -> Button[None]:
    """Ask once more; what is erased does not come back."""
    label = say(language, "button.erase")
    return Button(label=label, style=ButtonStyle.danger, custom_id=ERASE)


def rows(buttons: list[Button[None]]) -> list[Any]:
    """Put buttons into a row, if there are any."""
    return [ActionRow(*buttons).to_component_dict()] if buttons else []


def _line(entry: HistoryEntry, language: Language) -> str:
    return say(
        language,
        "history.line",
        event=plain(entry.event_name, 100),
        link=message_link(entry.guild_id, entry.channel_id, entry.id),
        start=moment(entry.start_time, "f"),
        tag=entry.tag,
        status=say(language, f"status.{entry.status}"),
        part=say(language, f"part.{entry.participation_status}"),
    )
