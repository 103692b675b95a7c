"""How much of what a member may do in the tickets service."""

from dataclasses import dataclass

from shared.database import Connection
from shared.limits import Limit, count
from shared.messages.envelope import Actor


@dataclass(frozen=True, slots=True)
class Quotas:
    """The limits of a deployment; None is no limit. A guild chooses how many may be open."""

    changes: Limit | None = None
    """What leaves an entry in the audit log, which is kept for good."""
    tickets: Limit | None = None
    exports: Limit | None = None


async def check_asking(
    connection: Connection, member: Actor, guild_id: str, quotas: Quotas
) -> None:
    """Count a request of a member in a guild; raises Refused for one too many. Staff are exempt."""
    limit = quotas.tickets
    if limit is not None and not member.is_staff_of(guild_id):
        await count(connection, limit, f"{guild_id} {member.user_id}")
