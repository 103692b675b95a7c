"""The SQL of the feed: public events under numbers without a gap, for thirty days."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.database import Connection, Pool, Reader

PAGE = 100
WINDOW = 5000
"""How many numbers one page looks through: a filter that nothing fits costs no more than that."""
BATCH = 200

NUMBER_EVENTS = """
SELECT outbox_id, sequence
  FROM number_events($1::text::jsonb)
"""


async def number(pool: Pool, events: str) -> Mapping[int, int]:
    """Give numbers to rows of the outbox, and commit; return them by row id."""
    rows = await pool.fetch(NUMBER_EVENTS, events)
    return {row["outbox_id"]: row["sequence"] for row in rows}


class Wanted(NamedTuple):
    """Which events a reader wants: of these names, and of this guild or of none."""

    types: frozenset[str] = frozenset()
    guild_id: str | None = None

    def has(self, event: "Numbered") -> bool:
        """Return whether an event is one of them."""
        return (not self.types or event.name in self.types) and (
            self.guild_id is None or event.guild_id in (None, self.guild_id)
        )


class Numbered(NamedTuple):
    """An event and its number; `json` is its envelope with the number in it."""

    sequence: int
    name: str
    guild_id: str | None
    json: str


class Page(NamedTuple):
    """Some events in their order; who goes on does so after `next`.

    `oldest` is the lowest number that is kept, or the next one to come if none is. `newest` is the
    highest that was given.
    """

    events: Sequence[Numbered]
    next: int
    oldest: int
    newest: int


# All of one snapshot: neither a clean-up nor a new event comes between the parts.
SELECT_PAGE = f"""
WITH bounds AS MATERIALIZED (
  SELECT COALESCE((SELECT min(sequence) FROM feed), last_sequence + 1) AS oldest,
         last_sequence AS newest
    FROM feed_head
)
SELECT oldest, newest, events.*
  FROM bounds
  LEFT JOIN LATERAL (
    SELECT sequence, name, guild_id, body
      FROM feed
     WHERE sequence > COALESCE($1, oldest - 1)
       AND sequence <= COALESCE($1, oldest - 1) + {WINDOW}
       AND ($2::text[] IS NULL OR name = ANY ($2))
       AND ($3::text IS NULL OR guild_id IS NULL OR guild_id = $3)
     ORDER BY sequence
     LIMIT $4
  ) AS events ON TRUE
 ORDER BY sequence
"""


async def page(reader: Reader, after: int | None, wanted: Wanted, limit: int) -> Page:
    """Read events after a number, or from the oldest; it looks through 5,000 numbers at most."""
    types = [*wanted.types] or None
    rows = await reader.fetch(SELECT_PAGE, after, types, wanted.guild_id, limit)
    oldest, newest = rows[0]["oldest"], rows[0]["newest"]
    events = [_numbered(*each[2:]) for each in map(tuple, rows) if each[2] is not None]
    start = oldest - 1 if after is None else after
    end = events[-1].sequence if len(events) == limit else min(newest, start + WINDOW)
    return Page(events, max(start, end), oldest, newest)


def _numbered(sequence: int, name: str, guild_id: str | None, body: str) -> Numbered:
    return Numbered(sequence, name, guild_id, f'{{"sequence":{sequence},{body.lstrip()[1:]}')


class Erasure(NamedTuple):
    """The number of a MemberErased, and the member."""

    sequence: int
    member: str


SELECT_ERASURES = """
SELECT sequence, members[1] AS member
  FROM feed
 WHERE name = 'invitations.MemberErased'
   AND sequence > $1
 ORDER BY sequence
"""


async def erasures(reader: Reader, after: int) -> Sequence[Erasure]:
    """Return the erasures that are kept, after a number."""
    return [Erasure(*row) for row in await reader.fetch(SELECT_ERASURES, after)]


# By idx_feed_members. Another process that does the same is waited for.
SELECT_STALE = f"""
SELECT sequence, body
  FROM feed
 WHERE members @> ARRAY[$2]
   AND sequence < $1
   AND name <> 'invitations.MemberErased'
 LIMIT {BATCH}
   FOR UPDATE
"""

REPLACE_BODIES = """
UPDATE feed
   SET body = new.body, members = array_remove(feed.members, $3)
  FROM unnest($1::bigint[], $2::text[]) AS new (sequence, body)
 WHERE feed.sequence = new.sequence
"""


class Stale(NamedTuple):
    """An event that names a member who was erased later."""

    sequence: int
    body: str


async def stale(connection: Connection, erasure: Erasure) -> Sequence[Stale]:
    """Lock some events from before an erasure that still name the member."""
    return [Stale(*row) for row in await connection.fetch(SELECT_STALE, *erasure)]


async def replace(connection: Connection, erasure: Erasure, rewritten: Sequence[Stale]) -> None:
    """Store the bodies of events in which the member is not named any more."""
    sequences, bodies = [each.sequence for each in rewritten], [each.body for each in rewritten]
    await connection.execute(REPLACE_BODIES, sequences, bodies, erasure.member)


# Numbers and moments grow together, so the old ones are read and no other. Without partitions the
# clean-up needs no right to drop tables and locks no reader: docs/decisions/0073.
DELETE_OLD_EVENTS = """
DELETE FROM feed
 WHERE sequence = ANY (ARRAY (
   SELECT sequence
     FROM feed
    WHERE sequence < COALESCE((
            SELECT sequence
              FROM feed
             WHERE numbered_at >= CURRENT_TIMESTAMP - INTERVAL '30 days'
             ORDER BY sequence
             LIMIT 1
          ), 9223372036854775807)
    ORDER BY sequence
    LIMIT 10000
 ))
"""
FULL_BATCH = "DELETE 10000"
MOST_BATCHES = 20  # in one transaction; the next day's takes what is left


async def forget_old(connection: Connection) -> None:
    """Delete the events of more than thirty days ago; the highest number stays known."""
    for _ in range(MOST_BATCHES):
        if await connection.execute(DELETE_OLD_EVENTS) != FULL_BATCH:
            break


LEAP_HEAD = """
UPDATE feed_head
   SET last_sequence = last_sequence + $1
"""


async def leap(connection: Connection, numbers: int) -> None:
    """Leave out numbers: after a restore no number is given twice."""
    await connection.execute(LEAP_HEAD, numbers)
