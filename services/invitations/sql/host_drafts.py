"""The SQL of drafts that a host still works on: each statement names the guild and the host."""

from typing import Any
from uuid import UUID

import asyncpg

from services.invitations.sql.state import DETAILS, values_from, values_of
from shared.database import Connection, Reader
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import (
    MOST_LISTED,
    Choices,
    ChooseForDraft,
    DraftCommand,
    DraftView,
    PostDraft,
    SaveDraft,
)
from shared.messages.invitations.events import InvitationDrafted
from shared.refusal import Refused

SHOWN = f"""request_id, guild_id, host_id, host_name, is_open, typed, typed_description, channel_id,
       invitation_id, updated_at, mention, image, {DETAILS}"""

LOCK_OWN_DRAFT = f"""
SELECT {SHOWN}
  FROM drafts
 WHERE request_id = $1
   AND guild_id = $2
   AND host_id = $3
   FOR UPDATE
"""


async def lock(connection: Connection, command: DraftCommand) -> DraftView | None:
    """Read the actor's own draft and keep it from changing until the transaction ends."""
    owner = (command.guild_id, command.actor.user_id)
    row = await connection.fetchrow(LOCK_OWN_DRAFT, command.request_id, *owner)
    return _view(row) if row else None


# Another host's draft of this id is not found, and neither is one of another guild.
SAVE_DRAFT = f"""
INSERT INTO drafts (request_id, guild_id, host_id, host_name, vrchat_profile, typed,
                    typed_description, is_open, mention, {DETAILS})
VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, {values_from(9)})
ON CONFLICT (request_id) DO UPDATE
   SET host_name = EXCLUDED.host_name,
       vrchat_profile = EXCLUDED.vrchat_profile,
       typed = EXCLUDED.typed,
       typed_description = EXCLUDED.typed_description,
       mention = EXCLUDED.mention,
       updated_at = CURRENT_TIMESTAMP,
       ({DETAILS}) = ROW({", ".join(f"EXCLUDED.{name}" for name in Details.model_fields)})
 WHERE drafts.guild_id = EXCLUDED.guild_id
   AND drafts.host_id = EXCLUDED.host_id
   AND drafts.is_open
RETURNING request_id
"""


async def save(connection: Connection, command: SaveDraft) -> None:
    """Keep what a host typed and chose; raises Refused for a draft that is not the host's own."""
    said: dict[str, Any] = dict.fromkeys(Details.model_fields)
    said |= dict(command.details or {}) | command.choices.model_dump(exclude={"mention"})
    saved = await connection.fetchval(
        SAVE_DRAFT,
        command.request_id,
        command.guild_id,
        command.actor.user_id,
        command.host_name,
        command.vrchat_profile,
        command.typed,
        command.typed_description,
        command.choices.mention,
        *values_of(said),
    )
    if saved is None:
        raise Refused("not_found")


CHOOSE_FOR_DRAFT = """
UPDATE drafts
   SET tag = COALESCE($2, tag),
       instance_type = COALESCE($3, instance_type),
       mention = COALESCE($4, mention),
       updated_at = CURRENT_TIMESTAMP
 WHERE request_id = $1
"""


async def choose(connection: Connection, command: ChooseForDraft) -> None:
    """Change what a host chose for a locked draft."""
    choices = (command.tag, command.instance_type, command.mention)
    await connection.execute(CHOOSE_FOR_DRAFT, command.request_id, *choices)


# What was typed stays until the announcement stands: Discord may refuse it.
HAND_OVER_DRAFT = f"""
UPDATE drafts
   SET is_open = FALSE, channel_id = $2, reply_to = $3, updated_at = CURRENT_TIMESTAMP
 WHERE request_id = $1
RETURNING {SHOWN}
"""


async def hand_over(connection: Connection, command: PostDraft) -> InvitationDrafted:
    """Let a locked, complete draft wait for its announcement."""
    reply_to = command.reply_to.model_dump_json() if command.reply_to else None
    row = await connection.fetchrow(
        HAND_OVER_DRAFT, command.request_id, command.channel_id, reply_to
    )
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return InvitationDrafted(**dict(row), details=Details(**dict(row)))


REOPEN_DRAFT = """
UPDATE drafts
   SET is_open = TRUE, reply_to = NULL, updated_at = CURRENT_TIMESTAMP
 WHERE request_id = $1
"""


async def reopen(connection: Connection, request_id: UUID) -> None:
    """Give a locked draft that Discord refused back to its host."""
    await connection.execute(REOPEN_DRAFT, request_id)


# A published one is found by its id alone.
LIST_DRAFTS = f"""
SELECT {SHOWN}, count(*) OVER () AS total,
       (SELECT url FROM images WHERE images.name = drafts.image) AS image_url
  FROM drafts
 WHERE guild_id = $1
   AND host_id = $2
   AND (CASE WHEN $3::uuid IS NULL THEN typed IS NOT NULL ELSE request_id = $3 END)
 ORDER BY updated_at DESC, request_id
 LIMIT {MOST_LISTED}
"""


async def of_host(
    reader: Reader, guild_id: str, host_id: str, request_id: UUID | None
) -> tuple[list[DraftView], int]:
    """Return a host's drafts in a guild, or one of them; and how many there are."""
    rows = await reader.fetch(LIST_DRAFTS, guild_id, host_id, request_id)
    return [_view(row) for row in rows], rows[0]["total"] if rows else 0


def _view(row: asyncpg.Record) -> DraftView:
    fields = dict(row)
    details = None if fields["event_name"] is None else Details(**fields)
    return DraftView(**fields, details=details, choices=Choices(**fields))
