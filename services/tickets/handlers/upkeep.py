"""What the tickets service does for itself."""

from services.tickets import requests
from shared import inbox
from shared.database import Connection
from shared.dispatch import Outcome
from shared.messages.tickets.commands import CleanInbox


async def clean_inbox(_command: CleanInbox, connection: Connection) -> Outcome:
    """Forget old receipts and old requests."""
    await inbox.clean(connection)
    await requests.delete_old(connection)
    return Outcome()
