"""What the tickets service answers to who pressed; only the gateway reads these."""

from typing import Literal

from shared.messages.envelope import Actor, Answer
from shared.messages.tickets.details import TicketLine, TicketState
from shared.messages.tickets.export import TicketsExport


class TranscriptGranted(Answer):
    """Who asked may have the record of a ticket, which the gateway makes from its thread."""

    ticket: TicketState


class TicketsListed(Answer):
    """A page of tickets: the guild's open ones, or one member's own.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    kind: Literal["open", "own"]
    tickets: list[TicketLine]
    next: str | None = None
    previous: str | None = None


class DataExported(Answer):
    """What is stored of a member about tickets; the gateway asks for the rest as the `actor`."""

    actor: Actor
    export: TicketsExport
