"""The SQL of lists, page by page: each has a statement forward and one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import from_json, to_json

from shared.database import Reader
from shared.messages.invitations.details import Status, Tag
from shared.paging import CURSOR, FIRST, LAST, Cursor, backward, paginate, read_cursor

PAGE = 20

Place: TypeAlias = Annotated[
    Cursor,
    BeforeValidator(read_cursor),
    WithJsonSchema({"type": "string", "pattern": f"^{CURSOR.pattern}$"}),
]


# Q1. The queries stand in the schema, where their plans are kept. They show the events of guilds
# that are listed in public.
LIST_BY_TAG = "SELECT list_invitations_of_tag($1, $2, $3, $4, $5, $6)"
LIST_ANY_TAG = "SELECT list_invitations($1, $2, $3, $4, $5, $6)"

TAGS: Sequence[Tag] = get_args(Tag)


# By idx_invitation_guild, which holds the tag too: those of other tags are passed over in it.
LIST_OF_GUILD = """
SELECT row_to_json(page)
  FROM (
    SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
           host_id, host_name, max_participants, joined_count,
           COALESCE(announcement_id, id) AS announcement_id
      FROM invitations
     WHERE guild_id = $1
       AND status = $2
       AND (start_time, id) > ($3, $4)
       AND ($6::text IS NULL OR tag = $6)
       AND ($7::boolean OR (SELECT is_listed FROM guilds WHERE guilds.guild_id = $1))
     ORDER BY start_time ASC, id ASC
     LIMIT $5
  ) AS page
"""

LIST_OF_GUILD_BACK = backward(LIST_OF_GUILD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed down to; None is any."""

    tag: Tag | None = None
    status: Status | None = None
    guild_id: str | None = None
    sees_unlisted: bool = False
    """Whether the reader may see a guild that is not listed in public."""


async def soonest_first(
    reader: Reader, status: Status, wanted: Wanted, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of the invitations in one state, as JSON, ready to send."""
    at, tag = at or Cursor(FIRST, ""), wanted.tag
    if wanted.guild_id is not None:
        statement = LIST_OF_GUILD_BACK if at.is_before else LIST_OF_GUILD
        place = at.at, at.id, limit + 1
        rows = await reader.fetch(
            statement, wanted.guild_id, status, *place, tag, wanted.sees_unlisted
        )
        return _page([row[0].encode() for row in rows], at, limit)
    statement = LIST_BY_TAG if tag else LIST_ANY_TAG
    row = await reader.fetchrow(
        statement, status, tag or TAGS, at.at, at.id, at.is_before, limit + 1
    )
    lines: bytes | None = row[0] if row else None  # None too where there is nothing
    return _page(lines.split(b"\n") if lines else [], at, limit)


class FirstPage(NamedTuple):
    """The soonest invitations in a state, of one tag or of all, of one guild or of all listed."""

    tag: Tag | None
    status: Status
    limit: int = PAGE
    guild_id: str | None = None
    sees_unlisted: bool = False


async def first_page(reader: Reader, page: FirstPage) -> bytes:
    """Give a first page as JSON, ready to send."""
    wanted = Wanted(page.tag, guild_id=page.guild_id, sees_unlisted=page.sees_unlisted)
    return await soonest_first(reader, page.status, wanted, None, page.limit)


def as_json(shown: BaseModel) -> bytes:
    """Write what the API answers."""
    return shown.model_dump_json().encode()


# By idx_invitation_host, which gives the times in order; only equal times are sorted by id. No
# host has so many that reading past those of other tags would cost anything.
LIST_BY_HOST = """
SELECT row_to_json(page)
  FROM (
    SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
           host_id, host_name, max_participants, joined_count,
           COALESCE(announcement_id, id) AS announcement_id
      FROM invitations
     WHERE host_id = $1
       AND (start_time, id) < ($2, $3)
       AND ($5::text IS NULL OR tag = $5)
       AND ($6::text IS NULL OR status = $6)
       AND ($7::text IS NULL OR guild_id = $7)
       AND ($8::boolean
            OR (SELECT is_listed FROM guilds WHERE guilds.guild_id = invitations.guild_id))
     ORDER BY start_time DESC, id DESC
     LIMIT $4
  ) AS page
"""

LIST_BY_HOST_BACK = backward(LIST_BY_HOST)


async def newest_of_host(
    reader: Reader, host_id: str, wanted: Wanted, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of a host's invitations, the newest start first, as JSON, ready to send."""
    at = at or Cursor(LAST, "")
    statement = LIST_BY_HOST_BACK if at.is_before else LIST_BY_HOST
    narrowed = wanted.tag, wanted.status, wanted.guild_id, wanted.sees_unlisted
    rows = await reader.fetch(statement, host_id, at.at, at.id, limit + 1, *narrowed)
    return _page([row[0].encode() for row in rows], at, limit)


def _page(entries: Sequence[bytes], at: Cursor, limit: int) -> bytes:
    """Write an InvitationList of what the database gave as JSON, each an InvitationSummary.

    Its models would validate again what CHECKs have validated: 170 to 210 µs a page, against 9.
    PostgreSQL writes UTC as +00:00, which becomes Z in front of the field that follows a time. No
    text can hold that: its quotes are escaped.
    """
    shown, around = paginate(entries, at, limit, _place)
    cursors = to_json(around._asdict())
    lines = b",".join(shown)
    for following in (b'","end_time":"', b'","tag":"'):
        lines = lines.replace(b"+00:00" + following, b"Z" + following)
    return b'{"invitations":[%b],%b' % (lines, cursors[1:])


def _place(entry: bytes) -> tuple[datetime, str]:
    shown = from_json(entry)
    return datetime.fromisoformat(shown["start_time"]), shown["id"]
