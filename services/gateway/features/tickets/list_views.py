"""Pages of tickets, for staff or for the member whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import disnake
from disnake.ui import ActionRow, Button

from services.gateway.drawing.announcement import ROW, Payload
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import moment, plain
from services.gateway.features.tickets.views import ReadTranscript
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.tickets.details import Cursor, TicketLine
from shared.messages.tickets.replies import TicketsListed

SUBJECT, LABEL = 150, 80


@dataclass(frozen=True)
class TicketPage(CustomId, name="ticket-list"):
    """Another page of staff's list of open tickets, or of a member's own tickets."""

    kind: Literal["open", "own"]
    cursor: Cursor


def listing(listed: TicketsListed, subjects: Sequence[str], language: Language) -> Payload:
    """Show a page, its subjects opened, with the buttons to the pages around."""
    lines = [
        _line(ticket, subject, language)
        for ticket, subject in zip(listed.tickets, subjects, strict=True)
    ]
    embed = disnake.Embed(
        title=translate_one(language, "tickets", listed.kind),
        description="\n\n".join(lines) or translate(language, "tickets-none"),
    )
    buttons = [
        button(TicketPage(listed.kind, cursor), language, label=way)
        for way, cursor in (("previous", listed.previous), ("next", listed.next))
        if cursor
    ]
    records = _records(listed, subjects, language)
    rows = [*(records[at : at + ROW] for at in range(0, len(records), ROW)), buttons]
    return {
        "embeds": [embed.to_dict()],
        "components": [ActionRow(*row).to_component_dict() for row in rows if row],
    }


def _records(
    listed: TicketsListed, subjects: Sequence[str], language: Language
) -> list[Button[None]]:
    """Offer a member the records of their closed tickets, whose threads are locked."""
    return [
        Button(
            label=translate(language, "tickets-record", subject=subject)[:LABEL],
            custom_id=ReadTranscript(ticket.id).encode(),
        )
        for ticket, subject in zip(listed.tickets, subjects, strict=True)
        if listed.kind == "own" and ticket.status == "closed"
    ]


def _line(ticket: TicketLine, subject: str, language: Language) -> str:
    if ticket.status == "closed":
        standing = translate(language, "tickets-closed")
    elif ticket.staff_id:
        standing = translate(language, "ticket-is_claimed", staff=f"<@{ticket.staff_id}>")
    else:
        standing = translate(language, "ticket-is_new")
    if ticket.is_on_hold:
        standing = translate(language, "ticket-is_held", standing=standing)
    return translate(
        language,
        "tickets-line",
        thread=f"<#{ticket.id}>",
        subject=plain(subject, SUBJECT),
        category=translate_one(language, "category", ticket.category),
        member=f"<@{ticket.user_id}>",
        at=moment(ticket.created_at, "R"),
        standing=standing,
    )
