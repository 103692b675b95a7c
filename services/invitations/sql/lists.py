"""The SQL of lists, page by page: each has a statement forward and one back."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import from_json, to_json

from services.invitations.sql.state import under_way
from shared.database import Reader
from shared.messages.invitations.details import Status, Tag
from shared.paging import CURSOR, FIRST, LAST, Cursor, backward, paginate, read_cursor

PAGE = 20
LIKE_SIGN, WITH_BACKSLASH = re.compile(r"[\\%_]"), r"\\\g<0>"

Place: TypeAlias = Annotated[
    Cursor,
    BeforeValidator(read_cursor),
    WithJsonSchema({"type": "string", "pattern": f"^{CURSOR.pattern}$"}),
]


# Q1. The queries stand in the schema, where their plans are kept. They show the events of guilds
# that are listed in public. One statement for all states: an event that changes its state between
# two would be listed twice, or not at all.
LIST_BY_TAG = """
SELECT list_invitations_of_tag(wanted.status, $2, $3, $4, $5, $6)
  FROM unnest($1::text[]) AS wanted (status)
"""
LIST_ANY_TAG = """
SELECT list_invitations(wanted.status, NULL, $2, $3, $4, $5)
  FROM unnest($1::text[]) AS wanted (status)
"""

OPEN: Sequence[Status] = ("recruiting", "full")

SUMMARY = f"""id, version, guild_id, channel_id, event_name, start_time, end_time, tag, status,
           world_name, host_id, host_name, max_participants, joined_count,
           COALESCE(announcement_id, id) AS announcement_id,
           opening_time, cutoff_time, sign_up_announced, {under_way()} AS is_under_way"""
AFTER_TIMES = (
    *(b'","end_time":', b'","tag":', b'","cutoff_time":', b'","sign_up_announced":'),
    b'","is_under_way":',
)
"""What follows a time in the JSON of a line."""
NAMES = "lower(normalize(concat_ws(' ', event_name, world_name, host_name), NFKC))"

# By idx_invitation_guild, which holds the tag too: those of other tags are passed over in it.
LIST_OF_GUILD = f"""
SELECT row_to_json(page)
  FROM unnest($2::text[]) AS wanted (status)
 CROSS JOIN LATERAL (
    SELECT {SUMMARY}
      FROM invitations
     WHERE guild_id = $1
       AND status = wanted.status
       AND (start_time, id) > ($3, $4)
       AND ($6::text IS NULL OR tag = $6)
       AND ($7::boolean OR (SELECT is_listed FROM guilds WHERE guilds.guild_id = $1))
       AND ($8::text[] IS NULL OR {NAMES} LIKE ALL ($8))
     ORDER BY start_time ASC, id ASC
     LIMIT $5
  ) AS page
"""

LIST_OF_GUILD_BACK = backward(LIST_OF_GUILD)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed down to; None is any."""

    tag: Tag | None = None
    status: str | None = None
    """States with commas between, each one of `ListStatus`."""
    guild_id: str | None = None
    sees_unlisted: bool = False
    """Whether the reader may see a guild that is not listed in public."""
    words: str | None = None

    @property
    def statuses(self) -> Sequence[str] | None:
        """The states to show; None is every one."""
        if self.status is None:
            return None
        names = self.status.split(",")
        return sorted({each for name in names for each in (OPEN if name == "open" else [name])})

    @property
    def patterns(self) -> list[str] | None:
        """The patterns of LIKE that the names of an event must match, each holding one word."""
        if self.words is None:
            return None
        words = unicodedata.normalize("NFKC", self.words).lower().split()
        return [f"%{LIKE_SIGN.sub(WITH_BACKSLASH, word)}%" for word in words]


async def soonest_first(reader: Reader, wanted: Wanted, at: Cursor | None, limit: int) -> bytes:
    """Give a page of the invitations in the states that are wanted, as JSON, ready to send.

    Those with certain words are looked for in a guild only: without one every row would be read.
    """
    at = at or Cursor(FIRST, "")
    if wanted.words is not None and wanted.guild_id is None:
        return _page([], at, limit)
    statuses = wanted.statuses or ["recruiting"]
    if wanted.guild_id is None:
        entries = await _of_all_guilds(reader, statuses, wanted.tag, at, limit)
    else:
        statement = LIST_OF_GUILD_BACK if at.is_before else LIST_OF_GUILD
        place = at.at, at.id, limit + 1
        narrowed = wanted.tag, wanted.sees_unlisted, wanted.patterns
        rows = await reader.fetch(statement, wanted.guild_id, statuses, *place, *narrowed)
        entries = [row[0].encode() for row in rows]
    if len(statuses) > 1:
        entries.sort(key=_place, reverse=at.is_before)
    return _page(entries, at, limit)


async def _of_all_guilds(
    reader: Reader, statuses: Sequence[str], tag: Tag | None, at: Cursor, limit: int
) -> list[bytes]:
    place = at.at, at.id, at.is_before, limit + 1
    if tag:
        rows = await reader.fetch(LIST_BY_TAG, statuses, tag, *place)
    else:
        rows = await reader.fetch(LIST_ANY_TAG, statuses, *place)
    pages: list[bytes | None] = [row[0] for row in rows]  # None too where there is nothing
    return [line for page in pages if page for line in page.split(b"\n")]


class FirstPage(NamedTuple):
    """The soonest invitations in a state, of one tag or of all, of one guild or of all listed."""

    tag: Tag | None
    status: str
    limit: int = PAGE
    guild_id: str | None = None
    sees_unlisted: bool = False


async def first_page(reader: Reader, page: FirstPage) -> bytes:
    """Give a first page as JSON, ready to send."""
    wanted = Wanted(page.tag, page.status, page.guild_id, page.sees_unlisted)
    return await soonest_first(reader, wanted, None, page.limit)


def as_json(shown: BaseModel) -> bytes:
    """Write what the API answers."""
    return shown.model_dump_json().encode()


def _page_where(condition: str) -> str:
    return f"""
    SELECT {SUMMARY}
      FROM invitations
     WHERE {condition}
       AND (start_time, id) < ($2, $3)
       AND ($5::text IS NULL OR tag = $5)
       AND ($6::text[] IS NULL OR status = ANY ($6))
       AND ($7::text IS NULL OR guild_id = $7)
       AND ($8::boolean
            OR (SELECT is_listed FROM guilds WHERE guilds.guild_id = invitations.guild_id))
       AND ($9::text[] IS NULL OR {NAMES} LIKE ALL ($9))
     ORDER BY start_time DESC, id DESC
     LIMIT $4"""


# By idx_invitation_host, which gives the times in order; only equal times are sorted by id. No
# host has so many that reading past those of other tags would cost anything. By
# idx_invitation_co_hosts, for readers with the token; these are sorted. Nobody is both of an event.
LIST_BY_HOST = f"""
SELECT row_to_json(page)
  FROM (
    ({_page_where("host_id = $1")})
    UNION ALL
    ({_page_where("$8::boolean AND co_host_ids @> ARRAY[$1::varchar]")})
    ORDER BY start_time DESC, id DESC
    LIMIT $4
  ) AS page
"""

LIST_BY_HOST_BACK = backward(LIST_BY_HOST)


async def newest_of_host(
    reader: Reader, host_id: str, wanted: Wanted, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of what a member hosts or co-hosts, the newest start first, as JSON."""
    at = at or Cursor(LAST, "")
    statement = LIST_BY_HOST_BACK if at.is_before else LIST_BY_HOST
    narrowed = wanted.tag, wanted.statuses, wanted.guild_id, wanted.sees_unlisted
    rows = await reader.fetch(
        statement, host_id, at.at, at.id, limit + 1, *narrowed, wanted.patterns
    )
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
    for following in AFTER_TIMES:
        lines = lines.replace(b"+00:00" + following, b"Z" + following)
    return b'{"invitations":[%b],%b' % (lines, cursors[1:])


def _place(entry: bytes) -> tuple[datetime, str]:
    shown = from_json(entry)
    return datetime.fromisoformat(shown["start_time"]), shown["id"]
