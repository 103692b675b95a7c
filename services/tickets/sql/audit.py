"""The SQL of the audit log of tickets, and of reading it."""

from shared.audit import Entries, add_entry, insert_entry, page
from shared.database import Connection
from shared.messages.envelope import Command
from shared.messages.tickets.commands import ReadTicketLog
from shared.paging import backward

INSERT_ENTRY = insert_entry("ticket_id")


async def write_down(
    connection: Connection, command: Command, ticket_id: str | None, **details: str
) -> None:
    """Keep for good that a command came true; `details` name people, never what was said."""
    await add_entry(connection, INSERT_ENTRY, command, ticket_id, details)


# By idx_audit_log_guild.
SELECT_ENTRIES = """
SELECT id, at, actor_id, actor_name, action, details, ticket_id
  FROM audit_log
 WHERE guild_id = $3
   AND id < $1
   AND ($4::text IS NULL OR actor_id = $4)
 ORDER BY id DESC
 LIMIT $2
"""

SELECT_ENTRIES_BACK = backward(SELECT_ENTRIES)


async def newest_first(connection: Connection, wanted: ReadTicketLog) -> Entries:
    """Read a page of a guild's log."""
    statements = (SELECT_ENTRIES, SELECT_ENTRIES_BACK)
    return await page(connection, statements, wanted.cursor, wanted.guild_id, wanted.member_id)
