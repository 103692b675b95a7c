"""The SQL of where invitations are shown, and of what Discord does not let the gateway repair."""

from collections.abc import Sequence

from services.invitations.sql.state import STATE, fetch_state
from shared.database import Connection, Reader
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.repairs import (
    InvitationPlace,
    InvitationPlaces,
    MoveAnnouncement,
    MovePanel,
    OwedRepair,
)

PAGE = 500

SELECT_PLACE = """
SELECT COALESCE(announcement_id, id) AS announcement_id, thread_id
  FROM invitations
 WHERE id = $1
"""


async def place(connection: Connection, invitation_id: str) -> tuple[str, str]:
    """Return the message that shows a locked invitation, and its thread."""
    row = await connection.fetchrow(SELECT_PLACE, invitation_id)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return row["announcement_id"], row["thread_id"]


MOVE_ANNOUNCEMENT = f"""
UPDATE invitations
   SET announcement_id = $2, thread_id = $3, channel_id = $4, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def move_announcement(connection: Connection, move: MoveAnnouncement) -> InvitationState:
    """Let another message show a locked invitation."""
    place = move.announcement_id, move.thread_id, move.channel_id
    return await fetch_state(connection, MOVE_ANNOUNCEMENT, move.invitation_id, *place)


SELECT_PANEL = """
SELECT staff_message_id
  FROM invitations
 WHERE id = $1
"""


async def panel_id(connection: Connection, invitation_id: str) -> str | None:
    """Return the panel of a locked invitation."""
    found: str | None = await connection.fetchval(SELECT_PANEL, invitation_id)
    return found


MOVE_PANEL = f"""
UPDATE invitations
   SET staff_channel_id = $2, staff_message_id = $3, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def move_panel(connection: Connection, move: MovePanel) -> InvitationState:
    """Let another message be the panel of a locked invitation."""
    place = move.staff_channel_id, move.staff_message_id
    return await fetch_state(connection, MOVE_PANEL, move.invitation_id, *place)


DELETE_DONE = """
DELETE FROM owed_repairs
 WHERE invitation_id = $1
   AND kind <> ALL($2::text[])
"""
# One whose reason is another one now is said again.
KEEP_OWED = """
INSERT INTO owed_repairs (invitation_id, kind, code, missing)
VALUES ($1, $2, $3, $4)
ON CONFLICT (invitation_id, kind) DO UPDATE
   SET code = EXCLUDED.code, missing = EXCLUDED.missing
 WHERE (owed_repairs.code, owed_repairs.missing) <> (EXCLUDED.code, EXCLUDED.missing)
RETURNING kind
"""


async def keep_owed(
    connection: Connection, invitation_id: str, owed: Sequence[OwedRepair]
) -> list[OwedRepair]:
    """Keep what a locked invitation waits for, in place of before; return what is new."""
    await connection.execute(DELETE_DONE, invitation_id, [each.kind for each in owed])
    return [
        each
        for each in owed
        if await connection.fetchval(
            KEEP_OWED, invitation_id, each.kind, each.code, list(each.missing)
        )
    ]


SELECT_PLACES = """
SELECT id, status, channel_id, COALESCE(announcement_id, id) AS announcement_id, thread_id,
       staff_channel_id, staff_message_id, host_id, co_host_ids, staff_id,
       EXISTS (SELECT FROM owed_repairs WHERE invitation_id = id) AS is_owed
  FROM invitations
 WHERE guild_id = $1
   AND id > $2
   AND (
     status IN ('recruiting', 'full')
     OR EXISTS (SELECT FROM owed_repairs WHERE invitation_id = id)
   )
 ORDER BY id
 LIMIT $3
"""


async def places(reader: Reader, guild_id: str, after: str) -> InvitationPlaces:
    """Read where a guild's open invitations are shown, and those that wait for a repair."""
    rows = await reader.fetch(SELECT_PLACES, guild_id, after, PAGE)
    found = [InvitationPlace(**row) for row in rows]
    more = found[-1].id if len(found) == PAGE else None
    return InvitationPlaces(invitations=found, next=more, restates_tickets=True)
