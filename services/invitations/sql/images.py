"""The SQL of pictures: kept in parts, named by a draft or an event once they are whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.invitations.sql.state import STATE, fetch_state
from shared.database import Connection, Reader
from shared.messages.envelope import Command, ReplyTo
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.images import ChooseDraftImage, ChooseImage, OfferedImage

INSERT_IMAGE = """
INSERT INTO images (name, request_id, invitation_id, url, size, reply_to)
VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture on its way, and what it is for: a draft or an event."""

    name: str
    request_id: UUID | None
    invitation_id: str | None
    size: int
    reply_to: ReplyTo | None

    @property
    def command(self) -> type[Command]:
        """Return the command that waits for an answer."""
        return ChooseDraftImage if self.request_id else ChooseImage


def subject(command: ChooseDraftImage | ChooseImage) -> tuple[UUID | None, str | None]:
    """Return the draft, or the event, that a picture is for."""
    if isinstance(command, ChooseDraftImage):
        return command.request_id, None
    return None, command.invitation_id


async def expect(
    connection: Connection, command: ChooseDraftImage | ChooseImage, image: OfferedImage
) -> None:
    """Remember a picture that is to be fetched, and where the answer goes."""
    await connection.execute(
        INSERT_IMAGE,
        image.name,
        *subject(command),
        image.url,
        image.size,
        command.reply_to.model_dump_json() if command.reply_to else None,
    )


DELETE_UNFINISHED = """
DELETE FROM images
 WHERE (request_id = $1 OR invitation_id = $2)
   AND NOT is_whole
RETURNING name, request_id, invitation_id, size, reply_to
"""


async def give_up_unfinished(
    connection: Connection, command: ChooseDraftImage | ChooseImage
) -> Sequence[Image]:
    """Forget what is still fetched for a locked draft or event, since another one is wanted."""
    rows = await connection.fetch(DELETE_UNFINISHED, *subject(command))
    return [_image(row) for row in rows]


SELECT_UNFINISHED = """
SELECT name, request_id, invitation_id, size, reply_to
  FROM images
 WHERE name = $1
   AND NOT is_whole
"""


async def unfinished(connection: Connection, name: str) -> Image | None:
    """Read a picture on its way; None for one that is whole or given up."""
    row = await connection.fetchrow(SELECT_UNFINISHED, name)
    return _image(row) if row else None


# The order of locks is that of the commands of hosts: first the draft or the event.
LOCK_DRAFT_OF = """
SELECT guild_id
  FROM drafts
 WHERE request_id = $1
   FOR UPDATE
"""
LOCK_EVENT = """
SELECT guild_id
  FROM invitations
 WHERE id = $1
   FOR NO KEY UPDATE
"""


async def lock_subject(connection: Connection, image: Image) -> str:
    """Lock the draft or the event of a picture, and return its guild; "" if it is gone."""
    if image.request_id is not None:
        return await connection.fetchval(LOCK_DRAFT_OF, image.request_id) or ""
    return await connection.fetchval(LOCK_EVENT, image.invitation_id) or ""


IS_DRAFT_OPEN = """
SELECT is_open
  FROM drafts
 WHERE request_id = $1
"""
IS_EVENT_OPEN = """
SELECT status IN ('recruiting', 'full') AND end_time > clock_timestamp()
  FROM invitations
 WHERE id = $1
"""


async def is_subject_open(connection: Connection, image: Image) -> bool:
    """Return whether the locked draft or event of a picture still takes one."""
    if image.request_id is not None:
        return bool(await connection.fetchval(IS_DRAFT_OPEN, image.request_id))
    return bool(await connection.fetchval(IS_EVENT_OPEN, image.invitation_id))


INSERT_PART = """
INSERT INTO image_parts (name, part, content)
VALUES ($1, $2, $3)
ON CONFLICT (name, part) DO NOTHING
"""

COUNT_BYTES = """
SELECT COALESCE(sum(octet_length(content)), 0)
  FROM image_parts
 WHERE name = $1
"""


async def add_part(connection: Connection, name: str, part: int, content: bytes) -> int:
    """Keep a part of a picture whose subject is locked; return how many bytes are there now."""
    await connection.execute(INSERT_PART, name, part, content)
    return int(await connection.fetchval(COUNT_BYTES, name))


DELETE_IMAGE = """
DELETE FROM images
 WHERE name = $1
"""


async def delete(connection: Connection, name: str) -> None:
    """Forget a picture."""
    await connection.execute(DELETE_IMAGE, name)


FINISH_IMAGE = """
UPDATE images
   SET is_whole = TRUE, reply_to = NULL
 WHERE name = $1
"""

SET_DRAFT_IMAGE = """
UPDATE drafts
   SET image = $2, updated_at = CURRENT_TIMESTAMP
 WHERE request_id = $1
"""

SET_IMAGE = f"""
UPDATE invitations
   SET image = $2, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


# What else names it is over: a draft takes the picture of an event that has ended, and none gives
# it back.
DELETE_SHOWN = """
DELETE FROM images
 WHERE name = (SELECT image FROM drafts WHERE request_id = $1)
    OR name = (SELECT image FROM invitations WHERE id = $2)
"""


async def finish(connection: Connection, name: str) -> None:
    """Note that a picture is whole."""
    await connection.execute(FINISH_IMAGE, name)


async def show_on_draft(connection: Connection, request_id: UUID, name: str | None) -> None:
    """Give a locked, open draft a picture in place of the one it has, or none."""
    await connection.execute(DELETE_SHOWN, request_id, None)
    await connection.execute(SET_DRAFT_IMAGE, request_id, name)


async def show(connection: Connection, invitation_id: str, name: str | None) -> InvitationState:
    """Give a locked, open event a picture in place of the one it has, or none."""
    await connection.execute(DELETE_SHOWN, None, invitation_id)
    return await fetch_state(connection, SET_IMAGE, invitation_id, name)


DELETE_OF_DRAFT = """
DELETE FROM images
 WHERE request_id = $1
"""


async def delete_of_draft(connection: Connection, request_id: UUID) -> None:
    """Forget the picture of a locked draft that is not posted, and one that is still fetched."""
    await connection.execute(DELETE_OF_DRAFT, request_id)


COPY_IMAGE = """
UPDATE drafts
   SET image = (SELECT image FROM invitations WHERE id = $2)
 WHERE request_id = $1
RETURNING image
"""


async def copy_to_draft(connection: Connection, request_id: UUID, invitation_id: str) -> str | None:
    """Give the draft of the next occurrence the picture of the event that has ended."""
    name: str | None = await connection.fetchval(COPY_IMAGE, request_id, invitation_id)
    return name


SELECT_CONTENT = """
SELECT string_agg(content, ''::bytea ORDER BY part)
  FROM image_parts
 WHERE name = $2
   AND (
     EXISTS (SELECT FROM drafts WHERE guild_id = $1 AND image = $2)
     OR EXISTS (
       SELECT FROM invitations
        WHERE guild_id = $1
          AND image = $2
          AND status IN ('recruiting', 'full')
     )
   )
"""


async def content(reader: Reader, guild_id: str, name: str) -> bytes | None:
    """Return a picture of a guild's draft or open event."""
    row = await reader.fetchrow(SELECT_CONTENT, guild_id, name)
    return row[0] if row else None


DELETE_UNUSED_IMAGES = """
DELETE FROM images
 WHERE created_at < CURRENT_TIMESTAMP - INTERVAL '1 day'
   AND NOT EXISTS (SELECT FROM drafts WHERE drafts.image = images.name)
   AND NOT EXISTS (
     SELECT FROM invitations
      WHERE invitations.image = images.name
        AND status IN ('recruiting', 'full')
   )
"""

BRING_BACK_IMAGES = """
UPDATE images
   SET created_at = CURRENT_TIMESTAMP
 WHERE created_at > CURRENT_TIMESTAMP + INTERVAL '1 day'
"""


async def delete_unused(connection: Connection) -> None:
    """Forget the pictures that no draft and no open event shows."""
    await connection.execute(BRING_BACK_IMAGES)
    await connection.execute(DELETE_UNUSED_IMAGES)


def _image(row: asyncpg.Record) -> Image:
    reply_to = row["reply_to"] and ReplyTo.model_validate_json(row["reply_to"])
    return Image(**{**row, "reply_to": reply_to or None})
