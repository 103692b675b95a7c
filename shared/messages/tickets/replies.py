"""What the tickets service answers to who pressed; only the gateway reads these."""

from shared.messages.envelope import Answer
from shared.messages.tickets.details import TicketState


class TranscriptGranted(Answer):
    """Who asked may have the record of a ticket, which the gateway makes from its thread."""

    ticket: TicketState
