"""Answers of the tickets service to a press; only the gateway reads these."""

from typing import Annotated, Literal

from pydantic import Field

from shared.messages.envelope import Actor, Answer, Snowflake
from shared.messages.text import Code, ExportPart, ExportPlace
from shared.messages.tickets.details import TicketLine, TicketLogEntry, TicketState
from shared.messages.tickets.export import TicketsExport
from shared.messages.tickets.guilds import Categories, TicketSettingsView


class TranscriptGranted(Answer):
    """Who asked may have the record of a ticket, which the gateway makes from its thread."""

    ticket: TicketState


class TicketsListed(Answer):
    """A page of tickets: the guild's open ones, or one member's own.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    kind: Literal["open", "own"]
    tickets: Annotated[list[TicketLine], Field(max_length=10)]
    next: Code | None = None
    previous: Code | None = None


class TicketLogShown(Answer):
    """A page of the audit log of tickets, newest first, with what it was narrowed to.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    member_id: Snowflake | None = None
    entries: Annotated[list[TicketLogEntry], Field(max_length=10)]
    next: Code | None = None
    previous: Code | None = None


class TicketPanelShown(Answer):
    """The categories that the panel in the channel offers."""

    guild_id: Snowflake
    categories: Categories


class TicketSettingsShown(Answer):
    """The settings of a guild as they are now, after a change too."""

    guild: TicketSettingsView
    has_changed: bool = False


class DataExported(Answer):
    """A part of what is stored of a member about tickets; the gateway asks on as the `actor`.

    It asks for the part at `next`, and after the last one the invitations service for the rest.
    """

    actor: Actor
    export: TicketsExport
    part: ExportPart = 1
    next: ExportPlace | None = None
