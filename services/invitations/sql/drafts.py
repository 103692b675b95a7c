"""The SQL of drafts that wait for their announcement, until Discord has given its ids.

Those that a host still works on are in `host_drafts`.
"""

from dataclasses import dataclass
from uuid import UUID

from services.invitations.sql.state import DETAILS, STATE, fetch_state, values_from, values_of
from shared.database import Connection
from shared.messages.envelope import Command, ReplyTo
from shared.messages.invitations.commands import (
    DiscardDraft,
    DraftInvitation,
    PublishInvitation,
)
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.drafting import PostDraft
from shared.refusal import Refused

INSERT_DRAFT = f"""
INSERT INTO drafts (request_id, guild_id, channel_id, host_id, host_name, vrchat_profile, reply_to,
                    {DETAILS})
VALUES ($1, $2, $3, $4, $5, $6, $7, {values_from(8)})
"""


async def insert(connection: Connection, command: DraftInvitation) -> None:
    """Keep what the host asked for, and where the answer goes."""
    await connection.execute(
        INSERT_DRAFT,
        command.request_id,
        command.guild_id,
        command.channel_id,
        command.actor.user_id,
        command.host_name,
        command.vrchat_profile,
        command.reply_to.model_dump_json() if command.reply_to else None,
        *values_of(dict(command.details)),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, as far as publishing needs to know it; `invitation_id` once it is published."""

    request_id: UUID
    guild_id: str
    invitation_id: str | None
    reply_to: ReplyTo | None
    is_open: bool
    was_typed: bool
    """Whether the host still has what was typed, and can go on with it."""

    @property
    def command(self) -> type[Command]:
        """Return the command that its host waits for an answer to."""
        return PostDraft if self.was_typed else DraftInvitation


LOCK_DRAFT = """
SELECT request_id, guild_id, invitation_id, reply_to, is_open, typed IS NOT NULL AS was_typed
  FROM drafts
 WHERE request_id = $1
   FOR UPDATE
"""


async def lock(connection: Connection, command: PublishInvitation | DiscardDraft) -> Draft | None:
    """Read a draft and keep it from changing until the transaction ends.

    Raises Refused if it is of another guild than the command.
    """
    row = await connection.fetchrow(LOCK_DRAFT, command.request_id)
    if row is None:
        return None
    if command.is_stranger_to(row["guild_id"]):
        raise Refused("not_found")
    reply_to = row["reply_to"] and ReplyTo.model_validate_json(row["reply_to"])
    return Draft(**{**row, "reply_to": reply_to or None})


# request_id goes along: the sealed profile is bound to it and opens nowhere else.
PUBLISH_DRAFT = f"""
INSERT INTO invitations (id, thread_id, channel_id, staff_channel_id, staff_message_id,
                         request_id, guild_id, host_id, host_name, vrchat_profile, image,
                         {DETAILS})
SELECT $2, $3, $4, $5, $6, request_id, guild_id, host_id, host_name, vrchat_profile, image,
       {DETAILS}
  FROM drafts
 WHERE request_id = $1
RETURNING {STATE}
"""

# The draft stays for a while, so that a second announcement of it is known for what it is.
MARK_PUBLISHED = """
UPDATE drafts
   SET invitation_id = $2, vrchat_profile = NULL, reply_to = NULL, typed = NULL,
       typed_description = NULL, image = NULL
 WHERE request_id = $1
"""


async def publish(connection: Connection, command: PublishInvitation) -> InvitationState:
    """Make a locked draft an invitation."""
    state = await fetch_state(
        connection,
        PUBLISH_DRAFT,
        command.request_id,
        command.invitation_id,
        command.thread_id,
        command.channel_id,
        command.staff_channel_id,
        command.staff_message_id,
    )
    await connection.execute(MARK_PUBLISHED, command.request_id, command.invitation_id)
    return state


DELETE_DRAFT = """
DELETE FROM drafts
 WHERE request_id = $1
"""


async def delete(connection: Connection, request_id: UUID) -> None:
    """Forget a draft."""
    await connection.execute(DELETE_DRAFT, request_id)


# A host has a week for one that they work on. Another one that came to nothing holds a sealed
# profile, so it goes after a day; a published one stays as long as the inbox remembers, so that a
# late second announcement of it is known for what it is.
# One that a series made has neither a profile nor anybody who waits for an answer: it waits for a
# gateway however long that is away, the last of its series too.
DELETE_OLD_DRAFTS = """
DELETE FROM drafts
 WHERE updated_at < CURRENT_TIMESTAMP - INTERVAL '1 day'
   AND (typed IS NULL OR updated_at < CURRENT_TIMESTAMP - INTERVAL '7 days')
   AND (invitation_id IS NULL OR updated_at < CURRENT_TIMESTAMP - INTERVAL '31 days')
   AND (invitation_id IS NOT NULL OR vrchat_profile IS NOT NULL OR reply_to IS NOT NULL
     OR typed IS NOT NULL)
"""


# What a clock that was ahead has written counts from now on.
BRING_BACK_DRAFTS = """
UPDATE drafts
   SET updated_at = CURRENT_TIMESTAMP
 WHERE updated_at > CURRENT_TIMESTAMP + INTERVAL '1 day'
"""


async def delete_old(connection: Connection) -> None:
    """Forget drafts that nothing will ask for any more."""
    await connection.execute(BRING_BACK_DRAFTS)
    await connection.execute(DELETE_OLD_DRAFTS)
