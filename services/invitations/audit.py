"""The SQL of the audit log: who did what, when; it can be added to, never changed."""

import json

from shared.database import Connection
from shared.dispatch import CORRELATION_ID
from shared.messages.envelope import Command

INSERT_ENTRY = """
INSERT INTO audit_log (actor_id, actor_name, action, invitation_id, details, correlation_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def write_down(connection: Connection, command: Command, **details: str | list[str]) -> None:
    """Keep for good that a command came true; `details` may name secrets, never hold one."""
    await connection.execute(
        INSERT_ENTRY,
        command.actor.user_id,
        command.actor.name,
        command.wire_name(),
        getattr(command, "invitation_id", None),
        json.dumps(details, ensure_ascii=False),
        CORRELATION_ID.get(),
    )
