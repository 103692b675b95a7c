"""What a member reads of themselves: their history, and what is done with their data."""

from typing import Any

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import message_link, moment, plain
from services.gateway.features.lists.pages import HistoryPage
from services.gateway.i18n.translate import Language, tag_name, translate, translate_one
from shared.messages.invitations.mine import HistoryEntry
from shared.messages.replies import HistoryShown


class Erase(CustomId, name="erase-my-data"):
    """Erase everything about the member."""


def history(shown: HistoryShown, language: Language) -> Payload:
    """Show a page of what a member took part in, with the buttons to the pages around."""
    embed = disnake.Embed(
        title=translate(language, "history-title"),
        description="\n\n".join(_line(entry, language) for entry in shown.entries)
        or translate(language, "list-empty"),
    )
    page = HistoryPage(shown.tag, shown.status, cursor=None)
    buttons = page.turning(shown.previous, shown.next, language)
    return {"embeds": [embed.to_dict()], "components": rows(buttons)}


def export_name(part: int, *, is_last: bool) -> str:
    """Name the file of a part of an export; most have one part."""
    number = "" if part == 1 and is_last else f"-{part}"
    return f"doukikai-my-data{number}.json"


def exported(language: Language, part: int, *, is_last: bool, has_tickets: bool = True) -> Payload:
    """Say what the file beside it is; a service of an older version leaves the tickets out."""
    if part > 1:
        if is_last:
            return {"content": translate(language, "mydata-last_part", part=part)}
        return {"content": translate(language, "mydata-part", part=part)}
    lines = [translate(language, "mydata-exported")]
    if not is_last:
        lines.append(translate(language, "mydata-more"))
    if not has_tickets:
        lines.append(translate(language, "mydata-no_tickets"))
    return {"content": "\n".join(lines)}


def erase_button(language: Language) -> Button[None]:
    """Ask once more; what is erased does not come back."""
    return button(Erase(), language, ButtonStyle.danger, label="erase")


def rows(buttons: list[Button[None]]) -> list[Any]:
    """Put buttons into a row, if there are any."""
    return [ActionRow(*buttons).to_component_dict()] if buttons else []


def _line(entry: HistoryEntry, language: Language) -> str:
    return translate(
        language,
        "history-line",
        event=plain(entry.event_name, 100),
        link=message_link(entry.guild_id, entry.channel_id, entry.announcement_id or entry.id),
        start=moment(entry.start_time, "f"),
        tag=plain(tag_name(language, entry.tag), 100),
        status=translate_one(language, "status", entry.status),
        part=translate_one(language, "part", entry.participation_status),
    )
