"""A message that comes twice is handled once, and a press never after a later one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from uuid import UUID

import asyncpg

from shared import limits
from shared.database import Connection, Pool
from shared.limits import Limit
from shared.member_hashes import buckets_of, hash_of, hashes_of
from shared.messages.envelope import NOBODY, Command, Envelope, Message
from shared.messages.invitations.commands import OrderedPress
from shared.refusal import Refused

# By id, so that two processes that sign for the same messages never wait in a circle. First comes
# the lock of each member whose id may be written (erasures.py), in one order for the same reason:
# here, because a statement of its own would cost a round trip. A conflict locks the row, and WHERE
# FALSE writes no new version of it. Then the newest press of each lane is read by a function, whose
# snapshot is of after the wait for the lock: the statement's own would miss a later press that
# another process committed meanwhile. Last each member's new presses are counted (limits.py), again
# in one order. A member who presses on after a refusal pushes the
# moment by one press at most: a refusal is a short wait.
INSERT_RECEIPTS = """
WITH asked AS MATERIALIZED (
  SELECT *
    FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $6::text[], $10::bigint[])
         AS message (message_id, message_name, press_lane, pressed, presser, member_key)
), locked AS (
  INSERT INTO member_locks (bucket)
  SELECT bucket
    FROM unnest($5::integer[]) AS bucket
   ORDER BY bucket
  ON CONFLICT (bucket) DO UPDATE
     SET bucket = EXCLUDED.bucket
   WHERE FALSE
  RETURNING bucket
), newest AS MATERIALIZED (
  SELECT press_lane, max(newest_press(kept_as)) AS newest
    FROM unnest($11::bigint[], $12::bigint[]) AS lane (press_lane, kept_as)
   WHERE (SELECT count(*) FROM locked) >= 0
   GROUP BY press_lane
), receipts AS (
  INSERT INTO inbox (message_id, message_name, press_lane, pressed)
  SELECT message_id, message_name, press_lane, pressed
    FROM asked
   WHERE (SELECT count(*) FROM newest) >= 0
   ORDER BY message_id
  ON CONFLICT DO NOTHING
  RETURNING message_id, press_lane
), pressers AS (
  SELECT presser, member_key, count(DISTINCT message_id) * $7::interval AS used
    FROM receipts
    JOIN asked USING (message_id)
   WHERE presser IS NOT NULL
   GROUP BY presser, member_key
), counted AS (
  INSERT INTO limits (name, member_key, used_until)
  SELECT $9, member_key, CURRENT_TIMESTAMP + used
    FROM pressers
   ORDER BY member_key
  ON CONFLICT (name, member_key) DO UPDATE
     SET used_until = LEAST(
           GREATEST(limits.used_until, CURRENT_TIMESTAMP), CURRENT_TIMESTAMP + $8::interval
         ) + (EXCLUDED.used_until - CURRENT_TIMESTAMP)
  RETURNING member_key, used_until
)
SELECT message_id, press_lane, newest, NULL AS presser, NULL AS used_before, NULL AS now
  FROM receipts
  LEFT JOIN newest USING (press_lane)
 UNION ALL
SELECT NULL, NULL, NULL, presser, used_until - used - CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
  FROM counted
  JOIN pressers USING (member_key)
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """Which messages are new, and which of those are refused before any handler sees them."""

    new: set[UUID]
    refused: dict[UUID, Refused]


async def sign(
    connection: Connection, envelopes: Sequence[Envelope], presses_limit: Limit | None = None
) -> Signed:
    """Write the receipts of messages, which are handled in this order.

    Refused is a press that a later one of the same member overtook, and one too many. Two at once:
    the second waits for the first's commit, then finds the receipt.
    """
    presses = [_press(envelope.body) for envelope in envelopes]
    pressers = [_presser(envelope) if presses_limit else None for envelope in envelopes]
    lanes = {pair for envelope in envelopes for pair in _kept_lanes(envelope.body)}
    limit = presses_limit or Limit("presses", 1, timedelta())
    found = await connection.fetch(
        INSERT_RECEIPTS,
        [envelope.id for envelope in envelopes],
        [envelope.name for envelope in envelopes],
        [lane for lane, _ in presses],
        [pressed for _, pressed in presses],
        list({bucket for member in _members(envelopes) for bucket in buckets_of(member)}),
        pressers,
        limit.interval,
        limit.period,
        limit.name,
        [presser and hash_of(presser) for presser in pressers],
        [lane for lane, _ in lanes],
        [kept_as for _, kept_as in lanes],
    )
    rows = [row for row in found if row["message_id"] is not None]
    newest = {
        row["press_lane"]: row["newest"] or 0 for row in rows if row["press_lane"] is not None
    }
    new = {row["message_id"] for row in rows}
    counts = [row for row in found if row["presser"] is not None]
    overtaken = dict.fromkeys(_overtaken(envelopes, presses, new, newest), Refused("overtaken"))
    return Signed(new, _too_many(envelopes, new, counts, limit) | overtaken)


async def count_failed(pool: Pool, envelope: Envelope, presses_limit: Limit) -> None:
    """Count a member's press whose handling failed: it costs as much as any other."""
    if (presser := _presser(envelope)) is not None:
        await limits.count_failed(pool, presses_limit, presser)


def _members(envelopes: Sequence[Envelope]) -> set[str]:
    """Return the members whose ids handling the commands may write down."""
    commands = [each.body for each in envelopes if isinstance(each.body, Command)]
    return {member for command in commands for member in command.concerns()} - {NOBODY}


def _presser(envelope: Envelope) -> str | None:
    """Return the member whose press a message is; None for what one leads to, and for an erasure.

    An erasure waits for the member's lock, whose holders would wait for its count.
    """
    body = envelope.body
    if not isinstance(body, Command) or envelope.causation_id is not None or not body.reply_to:
        return None
    return body.actor.user_id if body.actor.user_id in body.concerns() else None


def _too_many(
    envelopes: Sequence[Envelope],
    new: set[UUID],
    counts: Sequence[asyncpg.Record],
    limit: Limit,
) -> dict[UUID, Refused]:
    """Return the refusals of the presses that are more than a member may make."""
    used = {row["presser"]: (row["used_before"], row["now"]) for row in counts}
    pressed: Counter[str] = Counter()
    refused = {}
    for envelope in {each.id: each for each in envelopes if each.id in new}.values():
        presser = _presser(envelope)
        if presser is None or presser not in used:
            continue
        pressed[presser] += 1
        used_before, now = used[presser]
        try:
            limit.check(used_before, pressed[presser], now)
        except Refused as refusal:
            refused[envelope.id] = refusal
    return refused


def _press(body: Message) -> tuple[int, int] | tuple[None, None]:
    """Return the key of a press's member and invitation, and its place among their presses."""
    if not isinstance(body, OrderedPress) or body.reply_to is None:
        return None, None
    return hash_of(_lane(body)), int(body.reply_to.interaction_id)


def _lane(press: OrderedPress) -> str:
    return f"{press.invitation_id} {press.actor.user_id}"


def _kept_lanes(body: Message) -> Iterator[tuple[int, int]]:
    """Yield the key of a press's member and invitation with each key that receipts may have."""
    if not isinstance(body, OrderedPress) or body.reply_to is None:
        return
    first, *others = hashes_of(_lane(body))
    # Receipts of the release before have a hash without a key, for thirty days.
    unkeyed = blake2b(_lane(body).encode(), digest_size=8).digest()
    for kept_as in (first, *others, int.from_bytes(unkeyed, signed=True)):
        yield first, kept_as


def _overtaken(
    envelopes: Sequence[Envelope],
    presses: Sequence[tuple[int, int] | tuple[None, None]],
    new: set[UUID],
    newest: dict[int, int],
) -> set[UUID]:
    overtaken, left = set(), set(new)
    for envelope, (lane, pressed) in zip(envelopes, presses, strict=True):
        if envelope.id not in left or lane is None or pressed is None:
            continue
        left.remove(envelope.id)  # its copy in the same batch overtakes nothing
        if pressed < newest[lane]:
            overtaken.add(envelope.id)
        newest[lane] = max(pressed, newest[lane])
    return overtaken


# A redelivery comes within minutes; a dead letter may be replayed for days. By ctid, which can only
# be looked up: a join by message_id is planned as a nested loop where the statistics are of a table
# that was almost empty, and 10,000 receipts then take longer than statement_timeout. No receipt is
# updated meanwhile, so none moves between the two readings.
DELETE_OLD_RECEIPTS = """
DELETE FROM inbox
 WHERE ctid = ANY (ARRAY (
   SELECT ctid
     FROM inbox
    WHERE received_at < CURRENT_TIMESTAMP - INTERVAL '30 days'
    ORDER BY received_at
    LIMIT 10000
 ))
"""
# A receipt of the future was written by a clock that was ahead. It is kept for 30 days from now on:
# when it was really written is unknown, and a message is handled twice if its receipt goes early.
BRING_BACK_RECEIPTS = """
UPDATE inbox
   SET received_at = CURRENT_TIMESTAMP
 WHERE ctid = ANY (ARRAY (
   SELECT ctid
     FROM inbox
    WHERE received_at > CURRENT_TIMESTAMP + INTERVAL '1 day'
    LIMIT 10000
 ))
"""
FULL_BATCHES = {BRING_BACK_RECEIPTS: "UPDATE 10000", DELETE_OLD_RECEIPTS: "DELETE 10000"}
MOST_BATCHES = 20  # in one transaction; the next day's takes what is left


async def clean(connection: Connection) -> None:
    """Forget receipts older than any message that can still arrive."""
    for statement, full_batch in FULL_BATCHES.items():
        for _ in range(MOST_BATCHES):
            if await connection.execute(statement) != full_batch:
                break
