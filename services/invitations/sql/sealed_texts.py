"""The SQL of what is sealed: a host's profile and instance link, the secrets of calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.invitations.sql.state import STATE, fetch_state
from shared.database import Connection, Pool
from shared.messages.invitations.details import InvitationState
from shared.messages.seals import ResealedText
from shared.refusal import Refused
from shared.resealing import Places, replace_sealed, store

SELECT_SECRETS = """
SELECT request_id, vrchat_profile, instance_link
  FROM invitations
 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a host sealed, bound to the row `request_id`; only the gateway can open it."""

    request_id: UUID
    vrchat_profile: str | None
    instance_link: str | None

    def names(self) -> list[str]:
        """Return the names of those that are set; refuse if none is."""
        there = [name for name in ("vrchat_profile", "instance_link") if getattr(self, name)]
        if not there:
            raise Refused("nothing_to_reveal")
        return there


async def secrets(connection: Connection, invitation_id: str) -> Secrets:
    """Read what was sealed for a locked invitation."""
    row = await connection.fetchrow(SELECT_SECRETS, invitation_id)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return Secrets(**row)


SET_INSTANCE_LINK = f"""
UPDATE invitations
   SET instance_link = $2, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def set_instance_link(
    connection: Connection, invitation_id: str, instance_link: str
) -> InvitationState:
    """Keep the link of a locked invitation's instance, in place of the one before."""
    return await fetch_state(connection, SET_INSTANCE_LINK, invitation_id, instance_link)


SET_PROFILE = f"""
UPDATE invitations
   SET vrchat_profile = $2, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def set_profile(
    connection: Connection, invitation_id: str, vrchat_profile: str
) -> InvitationState:
    """Keep the profile of a locked invitation's host, in place of the one before."""
    return await fetch_state(connection, SET_PROFILE, invitation_id, vrchat_profile)


SELECT_OUTDATED = """
SELECT row_id AS row, column_name AS column, sealed
  FROM sealed_texts
 WHERE split_part(sealed, '.', 2) <> $1
   AND (row_id, column_name) > ($2, $3)
 ORDER BY row_id, column_name
 LIMIT 100
"""


# In one order, so that two of these never wait for each other.
LOCK_SEALED = """
SELECT id
  FROM invitations
 WHERE request_id = ANY($1::uuid[])
 ORDER BY id
   FOR NO KEY UPDATE
"""

REPLACE_PROFILES = replace_sealed("invitations", "vrchat_profile", "request_id", "uuid")
REPLACE_LINKS = replace_sealed("invitations", "instance_link", "request_id", "uuid")
REPLACE_DRAFTED_PROFILES = replace_sealed("drafts", "vrchat_profile", "request_id", "uuid")
REPLACE_TYPED = replace_sealed("drafts", "typed", "request_id", "uuid")
REPLACE_DESCRIPTIONS = replace_sealed("drafts", "typed_description", "request_id", "uuid")
# By the sealed text itself, which is no other calendar's; the owner's id finds it.
REPLACE_CALENDAR_TOKENS = replace_sealed("calendars", "token", "owner_id")
PLACES: Places = {
    # The draft first: one that is being published is waited for, and found as an invitation then.
    "vrchat_profile": (REPLACE_DRAFTED_PROFILES, REPLACE_PROFILES),
    "instance_link": (REPLACE_LINKS,),
    "draft_typed": (REPLACE_TYPED,),
    "draft_description": (REPLACE_DESCRIPTIONS,),
    "calendar_member": (REPLACE_CALENDAR_TOKENS,),
    "calendar_guild": (REPLACE_CALENDAR_TOKENS,),
}


async def replace(connection: Connection, texts: Sequence[ResealedText]) -> None:
    """Lock the invitations that the texts belong to, and store what was re-encrypted."""
    of_invitations = [each.row for each in texts if not each.column.startswith("calendar")]
    await connection.fetch(LOCK_SEALED, of_invitations)
    await store(connection, texts, PLACES)


COUNT_BY_KEY = """
SELECT split_part(sealed, '.', 2) AS key_id, count(*)
  FROM sealed_texts
 GROUP BY key_id
"""


async def count_by_key(pool: Pool) -> dict[str, int]:
    """Count the texts that each key still opens."""
    return {row["key_id"]: row["count"] for row in await pool.fetch(COUNT_BY_KEY)}
