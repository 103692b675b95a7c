"""The SQL of lists, page by page: each has a statement forward and one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NamedTuple, TypeAlias, get_args

import asyncpg
from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import to_json

from shared.database import Reader
from shared.messages.invitations.details import Status, Tag
from shared.paging import CURSOR, FIRST, LAST, Cursor, cut, read_cursor

PAGE = 20

Place: TypeAlias = Annotated[
    Cursor,
    BeforeValidator(read_cursor),
    WithJsonSchema({"type": "string", "pattern": f"^{CURSOR.pattern}$"}),
]


# Q1, by idx_invitation_list. Parameters stand in sub-selects, which hide them from the planner: one
# plan is as good for all arguments as it looks, and kept. Of what it sees PostgreSQL believes that
# a LIMIT is a tenth of all rows and that a rare state costs less, and plans every page anew, for
# more than twice of what the page costs (choose_custom_plan in its plancache.c).
LIST_BY_TAG = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = (SELECT $1)
   AND tag = (SELECT $2)
   AND (start_time, id) > ((SELECT $3::timestamptz), (SELECT $4))
 ORDER BY start_time, id
 LIMIT (SELECT $5::bigint)
"""

LIST_BY_TAG_BACK = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = (SELECT $1)
   AND tag = (SELECT $2)
   AND (start_time, id) < ((SELECT $3::timestamptz), (SELECT $4))
 ORDER BY start_time DESC, id DESC
 LIMIT (SELECT $5::bigint)
"""

# Q1 without a tag: a page of each, of which the first are taken. No index has the times of a state
# in order, and to look through what is over for the few that recruit takes as long as there are
# invitations.
LIST_ANY_TAG = """
SELECT page.*
  FROM unnest((SELECT $2::text[])) AS each (tag)
 CROSS JOIN LATERAL (
     SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
            host_name, max_participants, joined_count
       FROM invitations
      WHERE status = (SELECT $1)
        AND tag = each.tag
        AND (start_time, id) > ((SELECT $3::timestamptz), (SELECT $4))
      ORDER BY start_time, id
      LIMIT (SELECT $5::bigint)
 ) AS page
 ORDER BY start_time, id
 LIMIT (SELECT $5::bigint)
"""

LIST_ANY_TAG_BACK = """
SELECT page.*
  FROM unnest((SELECT $2::text[])) AS each (tag)
 CROSS JOIN LATERAL (
     SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
            host_name, max_participants, joined_count
       FROM invitations
      WHERE status = (SELECT $1)
        AND tag = each.tag
        AND (start_time, id) < ((SELECT $3::timestamptz), (SELECT $4))
      ORDER BY start_time DESC, id DESC
      LIMIT (SELECT $5::bigint)
 ) AS page
 ORDER BY start_time DESC, id DESC
 LIMIT (SELECT $5::bigint)
"""

TAGS: Sequence[Tag] = get_args(Tag)


async def soonest_first(
    reader: Reader, status: Status, tag: Tag | None, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of the invitations in one state, of one tag or any, as JSON, ready to send."""
    at = at or Cursor(FIRST, "")
    if tag:
        statement = LIST_BY_TAG_BACK if at.is_before else LIST_BY_TAG
    else:
        statement = LIST_ANY_TAG_BACK if at.is_before else LIST_ANY_TAG
    rows = await reader.fetch(statement, status, tag or TAGS, at.at, at.id, limit + 1)
    return _page(rows, at, limit)


class FirstPage(NamedTuple):
    """The soonest invitations in a state, of one tag or of all."""

    tag: Tag | None
    status: Status
    limit: int = PAGE


async def first_page(reader: Reader, page: FirstPage) -> bytes:
    """Give a first page as JSON, ready to send."""
    return await soonest_first(reader, page.status, page.tag, None, page.limit)


def as_json(shown: BaseModel) -> bytes:
    """Write what the API answers."""
    return shown.model_dump_json().encode()


# By idx_invitation_host, which gives the times in order; only equal times are sorted by id. No
# host has so many that reading past those of other tags would cost anything.
LIST_BY_HOST = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE host_id = $1
   AND (start_time, id) < ($2, $3)
   AND ($5::text IS NULL OR tag = $5)
   AND ($6::text IS NULL OR status = $6)
 ORDER BY start_time DESC, id DESC
 LIMIT $4
"""

LIST_BY_HOST_BACK = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE host_id = $1
   AND (start_time, id) > ($2, $3)
   AND ($5::text IS NULL OR tag = $5)
   AND ($6::text IS NULL OR status = $6)
 ORDER BY start_time, id
 LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed down to: a tag, a state, both or nothing."""

    tag: Tag | None = None
    status: Status | None = None


async def newest_of_host(
    reader: Reader, host_id: str, wanted: Wanted, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of a host's invitations, the newest start first, as JSON, ready to send."""
    at = at or Cursor(LAST, "")
    statement = LIST_BY_HOST_BACK if at.is_before else LIST_BY_HOST
    rows = await reader.fetch(
        statement, host_id, at.at, at.id, limit + 1, wanted.tag, wanted.status
    )
    return _page(rows, at, limit)


def _page(rows: Sequence[asyncpg.Record], at: Cursor, limit: int) -> bytes:
    """Write rows as an InvitationList does.

    Its models would judge anew what CHECKs have judged, at three times the cost of all the rest.
    """
    shown, around = cut(rows, at, limit, _place)
    names = tuple(shown[0].keys()) if shown else ()
    # dict(row) looks each value up by its name, at twice the cost.
    listed = [dict(zip(names, row, strict=True)) for row in shown]
    return to_json({"invitations": listed, **around._asdict()})


def _place(row: asyncpg.Record) -> tuple[datetime, str]:
    return row["start_time"], row["id"]
