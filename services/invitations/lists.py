"""The SQL of lists, page by page: each has a statement forward and one back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple, Protocol, TypeAlias, TypeVar

import asyncpg
from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, to_json

from shared.database import Reader
from shared.messages.invitations.details import Status, Tag

PAGE = 20
EPOCH = datetime.fromtimestamp(0, UTC)
CURSOR = re.compile(r"([ab])(-?[0-9]{1,15})\.([0-9]{1,20})")
# Nothing starts before or after these, and no id sorts before an empty one.
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: right after an invitation, or right before it."""

    start_time: datetime
    id: str
    is_before: bool = False

    def __str__(self) -> str:
        """Write it as the API gives it; readers only hand it back."""
        at = (self.start_time - EPOCH) // timedelta(milliseconds=1)
        return f"{'b' if self.is_before else 'a'}{at}.{self.id}"


def read_cursor(text: str) -> Cursor:
    """Read what the API gave; raises PydanticCustomError."""
    found = CURSOR.fullmatch(text)
    if found is None:
        raise PydanticCustomError("cursor", "must be a cursor of this list")
    milliseconds = int(found[2])
    try:
        at = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # beyond the calendar, and so beyond every invitation
        at = LAST if milliseconds > 0 else FIRST
    return Cursor(at, found[3], is_before=found[1] == "b")


Place: TypeAlias = Annotated[
    Cursor,
    BeforeValidator(read_cursor),
    WithJsonSchema({"type": "string", "pattern": f"^{CURSOR.pattern}$"}),
]


class Placed(Protocol):
    """What stands in a list that is sorted by start."""

    @property
    def id(self) -> str:
        """Tell equal starts apart."""

    @property
    def start_time(self) -> datetime:
        """Give the place in the list."""


PlacedT = TypeVar("PlacedT", bound=Placed)


class Line(NamedTuple):
    """A row of a list, and its place."""

    start_time: datetime
    id: str
    row: asyncpg.Record


class Around(NamedTuple):
    """The cursors of the pages around one."""

    next: str | None = None
    previous: str | None = None


# Q1, by idx_invitation_list.
LIST_BY_TAG = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = $1
   AND tag = $2
   AND (start_time, id) > ($3, $4)
 ORDER BY start_time, id
 LIMIT $5
"""

LIST_BY_TAG_BACK = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = $1
   AND tag = $2
   AND (start_time, id) < ($3, $4)
 ORDER BY start_time DESC, id DESC
 LIMIT $5
"""

# Q1 without a tag: idx_invitation_list finds the status, the sort is over what recruits.
LIST_ANY_TAG = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = $1
   AND (start_time, id) > ($2, $3)
 ORDER BY start_time, id
 LIMIT $4
"""

LIST_ANY_TAG_BACK = """
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = $1
   AND (start_time, id) < ($2, $3)
 ORDER BY start_time DESC, id DESC
 LIMIT $4
"""


async def soonest_first(
    reader: Reader, status: Status, tag: Tag | None, at: Cursor | None, limit: int
) -> bytes:
    """Give a page of the invitations in one state, of one tag or any, as JSON, ready to send."""
    at = at or Cursor(FIRST, "")
    if tag:
        statement = LIST_BY_TAG_BACK if at.is_before else LIST_BY_TAG
        rows = await reader.fetch(statement, status, tag, at.start_time, at.id, limit + 1)
    else:
        statement = LIST_ANY_TAG_BACK if at.is_before else LIST_ANY_TAG
        rows = await reader.fetch(statement, status, at.start_time, at.id, limit + 1)
    return _page(rows, at, limit)


@dataclass(frozen=True, slots=True)
class FirstPage:
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
        statement, host_id, at.start_time, at.id, limit + 1, wanted.tag, wanted.status
    )
    return _page(rows, at, limit)


def cut(found: Sequence[PlacedT], at: Cursor, limit: int) -> tuple[list[PlacedT], Around]:
    """Cut what was read one row too far; a row more, or where we came from, is a page around it."""
    shown = list(found[:limit])
    if not shown:
        return [], Around()
    if at.is_before:
        shown.reverse()
    has_more, came_from = len(found) > limit, at.id != ""
    has_next, has_previous = (True, has_more) if at.is_before else (has_more, came_from)
    after = Cursor(shown[-1].start_time, shown[-1].id)
    before = Cursor(shown[0].start_time, shown[0].id, is_before=True)
    return shown, Around(str(after) if has_next else None, str(before) if has_previous else None)


def _page(rows: Sequence[asyncpg.Record], at: Cursor, limit: int) -> bytes:
    """Write rows as an InvitationList does.

    Its models would judge anew what CHECKs have judged, at three times the cost of all the rest.
    """
    lines = [Line(row["start_time"], row["id"], row) for row in rows]
    shown, around = cut(lines, at, limit)
    return to_json({"invitations": [dict(each.row) for each in shown], **around._asdict()})
