"""The SQL of the audit log: who did what, when; it can be added to, never changed."""

import json

from shared.database import Connection
from shared.messages.envelope import Command

INSERT_ENTRY = """
INSERT INTO audit_log (actor_id, actor_name, action, ticket_id, details)
VALUES ($1, $2, $3, $4, $5)
"""


async def write_down(
    connection: Connection, command: Command, ticket_id: str, **details: str
) -> None:
    """Keep for good that a command came true; `details` name people, never what was said."""
    await connection.execute(
        INSERT_ENTRY,
        command.actor.user_id,
        command.actor.name,
        command.wire_name(),
        ticket_id,
        json.dumps(details),
    )
