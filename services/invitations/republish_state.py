"""`python -m services.invitations.republish_state`: after a restore, publish every open event.

Discord and the consumers outside have seen what the database no longer knows. A leap of the version
makes what is true now newer than anything they have seen, and one of the feed's numbers gives no
number a second time.
"""

import structlog

from services.invitations.sql import feed, invitations
from shared import outbox
from shared.database import Pool, open_pool
from shared.errors import Kind, classify
from shared.log import configure
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import InvitationEdited
from shared.rows import row_failed
from shared.service import start
from shared.settings import DatabaseSettings, load

LEAP = 1_000_000

log = structlog.get_logger()

SELECT_OPEN = """
SELECT id
  FROM invitations
 WHERE status IN ('recruiting', 'full')
 ORDER BY id
"""

LEAP_AHEAD = """
UPDATE invitations
   SET version = version + $2
 WHERE id = $1
   AND status IN ('recruiting', 'full')
RETURNING id
"""


async def republish_state(pool: Pool) -> int:
    """Tell of each open invitation, as an edit in which nothing changed; return how many."""
    async with pool.acquire() as connection:
        await feed.leap(connection, LEAP)
    open_ids = [row["id"] for row in await pool.fetch(SELECT_OPEN)]
    return sum([await _tell_or_log(pool, invitation_id) for invitation_id in open_ids])


async def _tell_or_log(pool: Pool, invitation_id: str) -> bool:
    try:
        return await _tell(pool, invitation_id)
    except Exception as error:
        if classify(error) is not Kind.PERMANENT:
            raise
        row_failed(error, invitation_id)
        return False


async def _tell(pool: Pool, invitation_id: str) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(LEAP_AHEAD, invitation_id, LEAP) is None:
            return False  # it ended meanwhile, and says so itself
        details = await invitations.details(connection, invitation_id)
        state = await invitations.next_version(connection, invitation_id)
        edited = InvitationEdited(invitation=state, changed=[], before=details)
        await outbox.append(connection, [Envelope.first(edited)])
        return True


async def main() -> None:
    """Restate once; the service's relay sends what this leaves in the outbox."""
    settings = load(DatabaseSettings)
    configure("invitations.restate", "INFO")
    pool = await open_pool(settings)
    try:
        log.info("invitations.restated", count=await republish_state(pool))
    finally:
        await pool.close()


if __name__ == "__main__":
    start(main)
