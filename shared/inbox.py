"""A message that comes twice is handled once, and a press never after a later one."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from shared.database import Connection
from shared.messages.envelope import Command, Envelope, Message
from shared.messages.invitations.commands import OrderedPress

# By id, so that two processes that sign for the same messages never wait in a circle. RETURNING
# sees what was committed before: the newest press of the lane that is stored already. First comes
# the lock of each member whose id may be written (erasures.py), in one order for the same reason:
# here, because a statement of its own would cost a round trip.
INSERT_RECEIPTS = """
INSERT INTO inbox (message_id, message_name, press_lane, pressed)
SELECT message_id, message_name, press_lane, pressed
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[])
       AS message (message_id, message_name, press_lane, pressed)
 WHERE (
   SELECT count(pg_advisory_xact_lock_shared(hashtext(current_schema()), member_key))
     FROM (
       SELECT DISTINCT hashtext(id) AS member_key
         FROM unnest($5::text[]) AS id
        ORDER BY member_key
     ) AS members
 ) >= 0
 ORDER BY message_id
ON CONFLICT DO NOTHING
RETURNING message_id, press_lane, (
  SELECT max(stored.pressed) FROM inbox AS stored WHERE stored.press_lane = inbox.press_lane
) AS newest
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """Which messages are new, and which of those a later press of the same member overtook."""

    new: set[UUID]
    overtaken: set[UUID]


async def sign(connection: Connection, envelopes: Sequence[Envelope]) -> Signed:
    """Write the receipts of messages, which are handled in this order.

    Two at once: the second waits for the first's commit, then finds the receipt.
    """
    presses = [_press(envelope.body) for envelope in envelopes]
    rows = await connection.fetch(
        INSERT_RECEIPTS,
        [envelope.id for envelope in envelopes],
        [envelope.name for envelope in envelopes],
        [lane for lane, _ in presses],
        [pressed for _, pressed in presses],
        list(_members(envelopes)),
    )
    newest = {
        row["press_lane"]: row["newest"] or 0 for row in rows if row["press_lane"] is not None
    }
    new = {row["message_id"] for row in rows}
    return Signed(new, _overtaken(envelopes, presses, new, newest))


def _members(envelopes: Sequence[Envelope]) -> set[str]:
    """Return the members whose ids handling the commands may write down."""
    commands = [each.body for each in envelopes if isinstance(each.body, Command)]
    return {member for command in commands for member in command.concerns()}


def _press(body: Message) -> tuple[int, int] | tuple[None, None]:
    """Return the lane of a press that keeps its order, and its place in it."""
    if not isinstance(body, OrderedPress) or body.reply_to is None:
        return None, None
    # A hash: the inbox keeps no member's id.
    lane = blake2b(f"{body.invitation_id} {body.actor.user_id}".encode(), digest_size=8).digest()
    return int.from_bytes(lane, signed=True), int(body.reply_to.interaction_id)


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
