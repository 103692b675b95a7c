"""The SQL of the audit log of tickets."""

from shared.audit import add_entry, insert_entry
from shared.database import Connection
from shared.messages.envelope import Command

INSERT_ENTRY = insert_entry("ticket_id")


async def write_down(
    connection: Connection, command: Command, ticket_id: str | None, **details: str
) -> None:
    """Keep for good that a command came true; `details` name people, never what was said."""
    await add_entry(connection, INSERT_ENTRY, command, ticket_id, details)
