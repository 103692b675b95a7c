"""The SQL of the audit log: who did what, when; it can be added to, never changed."""

import json
from typing import TypeAlias

from shared.database import Connection
from shared.messages.invitations.calendars import RenewCalendar
from shared.messages.invitations.commands import (
    EditInvitation,
    RevealSecrets,
    SetInstanceLink,
    SetProfile,
)
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant

WrittenDown: TypeAlias = (
    AddParticipant
    | EditInvitation
    | RemoveParticipant
    | RenewCalendar
    | RevealSecrets
    | SetInstanceLink
    | SetProfile
)

INSERT_ENTRY = """
INSERT INTO audit_log (actor_id, actor_name, action, invitation_id, details)
VALUES ($1, $2, $3, $4, $5)
"""


async def write_down(
    connection: Connection, command: WrittenDown, **details: str | list[str]
) -> None:
    """Keep for good that a command came true; `details` may name secrets, never hold one."""
    await connection.execute(
        INSERT_ENTRY,
        command.actor.user_id,
        command.actor.name,
        command.wire_name(),
        None if isinstance(command, RenewCalendar) else command.invitation_id,
        json.dumps(details),
    )
