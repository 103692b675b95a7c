"""Tickets on Discord: the panel that opens them, the name of a thread, and its first message."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import disnake
from disnake import ButtonStyle
from disnake.ui import ActionRow, Button

from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import moment, plain
from services.gateway.i18n.translate import Language, translate, translate_one
from shared.messages.envelope import Snowflake
from shared.messages.tickets.details import Category, TicketState
from shared.messages.tickets.events import TicketClosed, TicketRequested, TicketRestated

COLOUR = 0x5865F2
THREAD_NAME, TITLE, DESCRIPTION, REASON = 100, 256, 4096, 1500
MARK_DIGITS = 12
STYLES = {
    "question": ButtonStyle.primary,
    "trouble": ButtonStyle.danger,
    "other": ButtonStyle.secondary,
}


@dataclass(frozen=True)
class NewTicket(CustomId, name="ticket"):
    """Open a ticket of a category: the panel's button, and the form behind it."""

    category: Category


@dataclass(frozen=True)
class TicketButton(CustomId):
    """A button for one ticket; some hold the version of the ticket that they were shown with."""

    ticket_id: Snowflake
    version: int | None = None


class ClaimTicket(TicketButton, name="ticket-claim"):
    """Put the staff member who presses in charge of the ticket."""


class ReleaseTicket(TicketButton, name="ticket-release"):
    """Leave the ticket without an assignee."""


class HoldTicket(TicketButton, name="ticket-hold"):
    """Do not close the ticket for silence."""


class ResumeTicket(TicketButton, name="ticket-resume"):
    """Close the ticket for silence again."""


class CloseTicket(TicketButton, name="ticket-close"):
    """Close the ticket: the button, and the form that asks for the reason."""


class ReadTranscript(TicketButton, name="ticket-transcript"):
    """Read the transcript of the ticket."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a ticket's message shows beside what the member wrote."""

    ticket_id: str
    user_id: str
    version: int = 0
    staff_id: str | None = None
    is_on_hold: bool = False
    is_closed: bool = False

    @classmethod
    def of(cls, state: TicketState) -> Self:
        """Take it from a ticket as it stands."""
        return cls(
            state.id,
            state.user_id,
            state.version,
            state.staff_id,
            state.is_on_hold,
            state.status == "closed",
        )


def panel(categories: Sequence[Category], language: Language) -> Payload:
    """Return the panel: its text, and a button for each category."""
    embed = disnake.Embed(
        title=translate(language, "ticket-panel_title"),
        description=translate(language, "ticket-panel"),
        colour=COLOUR,
    )
    buttons: list[Button[None]] = [
        Button(
            label=translate_one(language, "category", category),
            style=STYLES[category],
            custom_id=NewTicket(category).encode(),
        )
        for category in categories
    ]
    return {"embeds": [embed.to_dict()], "components": [ActionRow(*buttons).to_component_dict()]}


def mark(request_id: UUID) -> str:
    """Return the end of a thread's name, by which the thread of a request is found again."""
    return f" #{request_id.hex[-MARK_DIGITS:]}"


def thread_name(requested: TicketRequested, language: Language) -> str:
    """Return the name of a request's thread; only staff can change it."""
    category = translate_one(language, "category", requested.category)
    name = translate(language, "ticket-thread", category=category, member=requested.user_name)
    own = mark(requested.request_id)
    return name[: THREAD_NAME - len(own)] + own


def first_message(
    requested: TicketRequested,
    opened: tuple[str, str],
    thread_id: str,
    staff_role_ids: Sequence[str],
    language: Language,
) -> Payload:
    """Return the first message: subject and details, decrypted, for the member and staff."""
    subject, details = opened
    embed = disnake.Embed(
        title=plain(subject, TITLE), description=plain(details, DESCRIPTION), colour=COLOUR
    )
    embed.set_author(name=translate_one(language, "category", requested.category))
    return head(Head(thread_id, requested.user_id), staff_role_ids, language) | {
        "embeds": [embed.to_dict()],
        "allowed_mentions": {
            "parse": [],
            "users": [requested.user_id],
            "roles": list(staff_role_ids),
        },
    }


def head(shown: Head, staff_role_ids: Sequence[str], language: Language) -> Payload:
    """Return a ticket's state; the member's text in the message stays, it is not known here.

    The buttons hold the version, so that an older event never takes the place of a newer one.
    """
    staff = " ".join(f"<@&{role_id}>" for role_id in staff_role_ids)
    text = translate(language, "ticket-opened", staff=staff, member=f"<@{shown.user_id}>").strip()
    return {
        "content": f"{text}\n{_standing(shown, language)}",
        "components": [ActionRow(*_buttons(shown, language)).to_component_dict()],
        "allowed_mentions": {"parse": []},
    }


def message_again(
    restated: TicketRestated, subject: str, staff_role_ids: Sequence[str], language: Language
) -> Payload:
    """Return the message of a ticket whose first one was deleted; what was in it is not known."""
    embed = disnake.Embed(
        title=plain(subject, TITLE),
        description=translate(language, "ticket-message_again"),
        colour=COLOUR,
    )
    embed.set_author(name=translate_one(language, "category", restated.ticket.category))
    shown = head(Head.of(restated.ticket), staff_role_ids, language)
    return shown | {"embeds": [embed.to_dict()]}


def version_of(message: dict[str, Any]) -> int:
    """Return which version of its ticket a message shows."""
    for row in message["components"]:
        for part in row["components"]:
            with contextlib.suppress(ValueError):
                return ClaimTicket.decode(part.get("custom_id", "")).version or 0
    return 0


def farewell(closed: TicketClosed, reason: str, language: Language) -> Payload:
    """Return the last message in the thread: that it is over, and why; it notifies no one.

    It has no button: the thread is locked after it, and nobody can press anything there.
    """
    by = f"<@{closed.ticket.closed_by}>"
    text = translate_one(language, "ticket", f"closed_{closed.cause}", by=by)
    if reason:
        text += "\n" + translate(language, "ticket-reason", reason=plain(reason, REASON))
    text += "\n" + translate(language, "ticket-record_later")
    return {"content": text, "allowed_mentions": {"parse": []}}


def warning(ticket: TicketState, language: Language) -> Payload:
    """Return the warning that silence will close the ticket; the time in it makes it unique."""
    called = [each for each in (ticket.user_id, ticket.staff_id) if each]
    at = ticket.closes_at
    text = translate(
        language,
        "ticket-warning",
        people=" ".join(f"<@{each}>" for each in called),
        at=moment(at, "F") if at else "?",
    )
    return {"content": text, "allowed_mentions": {"parse": [], "users": called}}


def record(ticket: TicketState, language: Language) -> Payload:
    """Return the log channel's message: the ticket's member and staff, beside the transcript."""
    staff = f"<@{ticket.staff_id}>" if ticket.staff_id else translate(language, "label-nobody")
    text = translate(
        language,
        "transcript-record",
        category=translate_one(language, "category", ticket.category),
        member=f"<@{ticket.user_id}>",
        staff=staff,
        thread=f"<#{ticket.id}>",
    )
    return {"content": text, "allowed_mentions": {"parse": []}}


def _standing(shown: Head, language: Language) -> str:
    if shown.is_closed:
        return translate(language, "ticket-is_closed")
    if shown.staff_id is None:
        text = translate(language, "ticket-is_new")
    else:
        text = translate(language, "ticket-is_claimed", staff=f"<@{shown.staff_id}>")
    return translate(language, "ticket-is_held", standing=text) if shown.is_on_hold else text


def _buttons(shown: Head, language: Language) -> list[Button[None]]:
    ticket_id, version = shown.ticket_id, shown.version
    hold = ResumeTicket(ticket_id) if shown.is_on_hold else HoldTicket(ticket_id)
    buttons: list[tuple[TicketButton, ButtonStyle]] = [
        (ClaimTicket(ticket_id, version), ButtonStyle.success),
        (ReleaseTicket(ticket_id, version), ButtonStyle.secondary),
        (hold, ButtonStyle.secondary),
        (CloseTicket(ticket_id), ButtonStyle.danger),
    ]
    return [
        button(
            custom_id,
            language,
            style,
            label=custom_id.name.replace("-", "_"),
            is_disabled=shown.is_closed,
        )
        for custom_id, style in buttons
    ]
