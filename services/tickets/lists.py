"""The SQL of lists, page by page: each has a statement forward and one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Self, TypeAlias

from shared.database import Connection
from shared.messages.tickets.details import TicketLine

Kind: TypeAlias = Literal["open", "own"]

PAGE = 10
EPOCH = datetime.fromtimestamp(0, UTC)
# Nothing is opened before or after these, and no id sorts before an empty one.
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: right after a ticket, or right before it."""

    created_at: datetime
    id: str
    is_before: bool = False

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Read what a page gave, as its contract has judged it."""
        milliseconds, _, ticket_id = cursor[1:].partition(".")
        try:
            at = EPOCH + timedelta(milliseconds=int(milliseconds))
        except OverflowError:
            at = LAST
        return cls(at, ticket_id, is_before=cursor[0] == "b")

    def __str__(self) -> str:
        """Write it into a page."""
        at = (self.created_at - EPOCH) // timedelta(milliseconds=1)
        return f"{'b' if self.is_before else 'a'}{at}.{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some tickets in their order, and the cursors of the pages around them."""

    tickets: Sequence[TicketLine]
    next: str | None
    previous: str | None


# By idx_ticket_open, whose condition alone cannot use both columns of the place.
LIST_OPEN = """
SELECT id, version, guild_id, channel_id, message_id, user_id, user_name, category, status,
       staff_id, staff_name, on_hold AS is_on_hold, created_at, last_activity_at, warns_at,
       closes_at, closed_at, closed_by, request_id, subject
  FROM tickets
 WHERE status = 'open'
   AND guild_id = $1
   AND created_at >= $2
   AND (created_at, id) > ($2, $3)
 ORDER BY created_at, id
 LIMIT $4
"""

LIST_OPEN_BACK = """
SELECT id, version, guild_id, channel_id, message_id, user_id, user_name, category, status,
       staff_id, staff_name, on_hold AS is_on_hold, created_at, last_activity_at, warns_at,
       closes_at, closed_at, closed_by, request_id, subject
  FROM tickets
 WHERE status = 'open'
   AND guild_id = $1
   AND created_at <= $2
   AND (created_at, id) < ($2, $3)
 ORDER BY created_at DESC, id DESC
 LIMIT $4
"""


async def open_tickets(connection: Connection, guild_id: str, cursor: str | None) -> Page:
    """Read a page of a guild's open tickets, the oldest first."""
    place = Place.of(cursor) if cursor else Place(FIRST, "")
    statement = LIST_OPEN_BACK if place.is_before else LIST_OPEN
    rows = await connection.fetch(statement, guild_id, place.created_at, place.id, PAGE + 1)
    return _page([TicketLine(**row) for row in rows], place, is_first=cursor is None)


# By idx_ticket_user_history.
LIST_OWN = """
SELECT id, version, guild_id, channel_id, message_id, user_id, user_name, category, status,
       staff_id, staff_name, on_hold AS is_on_hold, created_at, last_activity_at, warns_at,
       closes_at, closed_at, closed_by, request_id, subject
  FROM tickets
 WHERE user_id = $1
   AND guild_id = $2
   AND created_at <= $3
   AND (created_at, id) < ($3, $4)
 ORDER BY created_at DESC, id DESC
 LIMIT $5
"""

LIST_OWN_BACK = """
SELECT id, version, guild_id, channel_id, message_id, user_id, user_name, category, status,
       staff_id, staff_name, on_hold AS is_on_hold, created_at, last_activity_at, warns_at,
       closes_at, closed_at, closed_by, request_id, subject
  FROM tickets
 WHERE user_id = $1
   AND guild_id = $2
   AND created_at >= $3
   AND (created_at, id) > ($3, $4)
 ORDER BY created_at, id
 LIMIT $5
"""


async def own_tickets(
    connection: Connection, user_id: str, guild_id: str, cursor: str | None
) -> Page:
    """Read a page of a member's tickets, the newest first."""
    place = Place.of(cursor) if cursor else Place(LAST, "")
    statement = LIST_OWN_BACK if place.is_before else LIST_OWN
    rows = await connection.fetch(
        statement, user_id, guild_id, place.created_at, place.id, PAGE + 1
    )
    return _page([TicketLine(**row) for row in rows], place, is_first=cursor is None)


def _page(found: list[TicketLine], place: Place, *, is_first: bool) -> Page:
    """Put what was found into its order; one more than a page tells that there are more."""
    shown, has_more = found[:PAGE], len(found) > PAGE
    if place.is_before:
        shown = shown[::-1]
    has_next = bool(shown) and (place.is_before or has_more)
    has_previous = bool(shown) and (has_more if place.is_before else not is_first)
    return Page(
        shown,
        str(Place(shown[-1].created_at, shown[-1].id)) if has_next else None,
        str(Place(shown[0].created_at, shown[0].id, is_before=True)) if has_previous else None,
    )
