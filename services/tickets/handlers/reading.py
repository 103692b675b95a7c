"""What the tickets service answers to who wants to read: a private read, for who may."""

from services.tickets import audit, repository
from shared.database import Connection
from shared.dispatch import Outcome
from shared.messages.tickets.commands import ReadTranscript
from shared.messages.tickets.replies import TranscriptGranted


async def read_transcript(command: ReadTranscript, connection: Connection) -> Outcome:
    """Grant the record of a ticket, and write down who read it."""
    ticket = await repository.lock(connection, command.ticket_id)
    ticket.check_read(command.actor)
    state = await repository.state(connection, ticket.id)
    await audit.write_down(connection, command, ticket.id)
    if command.reply_to is None:
        return Outcome()
    granted = TranscriptGranted(
        reply_to=command.reply_to, command=command.wire_name(), ticket=state
    )
    return Outcome([granted])
