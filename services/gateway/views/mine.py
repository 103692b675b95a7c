"""What a member reads of themselves: their history."""

from typing import Any

import disnake
from disnake.ui import ActionRow

from services.gateway.pages import Page
from services.gateway.sentences import Language
from services.gateway.texts import say
from services.gateway.views.announcement import Payload
from services.gateway.views.escaping import message_link, moment, plain
from services.gateway.views.reading import turning
from shared.messages.invitations.mine import HistoryEntry
from shared.messages.replies import HistoryShown


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


def rows(buttons: list[disnake.ui.Button[None]]) -> list[Any]:
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
