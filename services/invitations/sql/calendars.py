"""The SQL of calendars: who has which secret address, and what stands in a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, TypeAlias

from shared.database import Connection, Reader
from shared.messages.invitations.calendars import CalendarOwner, NewAddress
from shared.messages.invitations.details import Status

Part: TypeAlias = Literal["hosted", "joined", "waitlisted", "interested", "none"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar it is."""

    kind: CalendarOwner
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a calendar; nothing secret."""

    id: str
    version: int
    guild_id: str
    channel_id: str
    host_name: str
    event_name: str
    start_time: datetime
    end_time: datetime
    world_name: str
    world_link: str | None
    description: str
    status: Status
    updated_at: datetime
    part: Part
    announcement_id: str


INSERT_ADDRESS = """
INSERT INTO calendars (owner_kind, owner_id, token, token_sha256)
VALUES ($1, $2, $3, $4)
ON CONFLICT (owner_kind, owner_id) DO NOTHING
"""


async def keep(connection: Connection, owner: Owner, address: NewAddress) -> None:
    """Give a calendar an address, unless it has one."""
    await connection.execute(INSERT_ADDRESS, owner.kind, owner.id, *_stored(address))


REPLACE_ADDRESS = """
INSERT INTO calendars (owner_kind, owner_id, token, token_sha256)
VALUES ($1, $2, $3, $4)
ON CONFLICT (owner_kind, owner_id)
DO UPDATE SET token = EXCLUDED.token, token_sha256 = EXCLUDED.token_sha256,
              created_at = CURRENT_TIMESTAMP
"""


async def replace(connection: Connection, owner: Owner, address: NewAddress) -> None:
    """Give a calendar another address; the old one leads nowhere from now on."""
    await connection.execute(REPLACE_ADDRESS, owner.kind, owner.id, *_stored(address))


DELETE_ADDRESS = """
DELETE FROM calendars
 WHERE owner_kind = $1
   AND owner_id = $2
"""


async def revoke(connection: Connection, owner: Owner) -> None:
    """Leave a calendar without an address."""
    await connection.execute(DELETE_ADDRESS, owner.kind, owner.id)


SELECT_ADDRESS = """
SELECT token
  FROM calendars
 WHERE owner_kind = $1
   AND owner_id = $2
"""


async def sealed_token(connection: Connection, owner: Owner) -> str | None:
    """Read the sealed secret of a calendar's address."""
    token: str | None = await connection.fetchval(SELECT_ADDRESS, owner.kind, owner.id)
    return token


SELECT_OWNER = """
SELECT owner_kind, owner_id
  FROM calendars
 WHERE token_sha256 = $1
"""


async def owner_of(reader: Reader, token_sha256: bytes) -> Owner | None:
    """Find whose calendar an address leads to."""
    row = await reader.fetchrow(SELECT_OWNER, token_sha256)
    return Owner(*row) if row else None


STORED = [f.name for f in fields(Entry) if f.name not in {"part", "announcement_id"}]
ENTRY = ", ".join(
    [*(f"i.{name}" for name in STORED), "COALESCE(i.announcement_id, i.id) AS announcement_id"]
)

# By idx_participant_user_history, idx_invitation_host and idx_invitation_co_hosts. Hosts take no
# part, so none is twice.
SELECT_OWN_ENTRIES = f"""
SELECT {ENTRY}, own.part
  FROM (
    SELECT invitation_id, status AS part
      FROM participants
     WHERE user_id = $1
     UNION ALL
    SELECT id, 'hosted'
      FROM invitations
     WHERE host_id = $1
        OR co_host_ids @> ARRAY[$1::varchar]
  ) AS own
  JOIN invitations i ON i.id = own.invitation_id
 WHERE i.end_time > CURRENT_TIMESTAMP - INTERVAL '90 days'
 ORDER BY i.start_time DESC, i.id DESC
 LIMIT 500
"""

SELECT_GUILD_ENTRIES = f"""
SELECT {ENTRY}, 'none' AS part
  FROM invitations i
 WHERE guild_id = $1
   AND status IN ('recruiting', 'full')
 ORDER BY start_time, id
 LIMIT 500
"""


async def entries(reader: Reader, owner: Owner) -> Sequence[Entry]:
    """Read a member's own events of late and to come, or the open ones of a guild."""
    statement = SELECT_OWN_ENTRIES if owner.kind == "member" else SELECT_GUILD_ENTRIES
    return [Entry(**row) for row in await reader.fetch(statement, owner.id)]


def _stored(address: NewAddress) -> tuple[str, bytes]:
    return address.token, bytes.fromhex(address.token_sha256)
