"""The SQL of erasing a member: what is taken back first, and the owner's function for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.invitations.domain import Invitation
from services.invitations.sql import invitations
from shared.database import Connection
from shared.member_hashes import SHORT, hash_of
from shared.messages.envelope import Command, ReplyTo
from shared.messages.invitations.commands import DraftInvitation
from shared.messages.invitations.drafting import PostDraft

# As erase_member() writes them.
ERASED_NAME = "消去済み"
ERASED_TEXT = "（消去済み）"


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A draft that comes to nothing, and who waits for its announcement."""

    request_id: UUID
    reply_to: ReplyTo | None
    command: type[Command] = DraftInvitation


DELETE_DRAFT_IMAGES = """
DELETE FROM images
 USING drafts
 WHERE drafts.host_id = $1
   AND images.request_id = drafts.request_id
   AND drafts.invitation_id IS NULL
"""

# One that is being published is waited for, and is an open invitation then.
DELETE_DRAFTS = """
DELETE FROM drafts
 WHERE host_id = $1
   AND invitation_id IS NULL
RETURNING request_id, reply_to, typed IS NOT NULL AS was_typed
"""


async def take_back_drafts(connection: Connection, user_id: str) -> Sequence[Unpublished]:
    """Forget what a member wanted to host and what is not announced yet."""
    await connection.execute(DELETE_DRAFT_IMAGES, user_id)
    rows = await connection.fetch(DELETE_DRAFTS, user_id)
    return [
        Unpublished(
            row["request_id"],
            ReplyTo.model_validate_json(row["reply_to"]) if row["reply_to"] else None,
            PostDraft if row["was_typed"] else DraftInvitation,
        )
        for row in rows
    ]


# All at once and in the order of the ids, so that two who are erased never wait for each other.
LOCK_CONCERNED = """
SELECT id
  FROM invitations
 WHERE id IN (
   SELECT invitation_id
     FROM participants
    WHERE user_id = $1
    UNION
   SELECT id
     FROM invitations
    WHERE status IN ('recruiting', 'full')
      AND ($1 IN (host_id, staff_id) OR co_host_ids @> ARRAY[$1::varchar])
 )
   AND status IN ('recruiting', 'full')
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_concerned(connection: Connection, user_id: str) -> Sequence[Invitation]:
    """Lock every open invitation in which a member has any part."""
    rows = await connection.fetch(LOCK_CONCERNED, user_id)
    found = await invitations.lock_invitations(connection, [row["id"] for row in rows])
    return list(found.values())


# An erasure is refused while the member hosts, so these events are over, and no draft of a series
# is left that has the same picture.
DELETE_EVENT_IMAGES = """
DELETE FROM images
 USING invitations
 WHERE invitations.host_id = $1
   AND images.name = invitations.image
"""

# Those of a guild name no member.
DELETE_TEMPLATES = """
DELETE FROM templates
 WHERE host_id = $1
"""

ERASE_MEMBER = """
SELECT erase_member($1, $2)
"""


async def erase(connection: Connection, user_id: str) -> None:
    """Take a member out of every row that no event tells of; the numbers in them stay."""
    await connection.execute(DELETE_EVENT_IMAGES, user_id)
    await connection.execute(DELETE_TEMPLATES, user_id)
    await connection.execute(ERASE_MEMBER, user_id, hash_of(user_id, SHORT))
