"""The SQL of participants, of invitations that the caller has locked, and of leaving them all."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from services.invitations.domain import Invitation
from services.invitations.sql.state import RULED, invitation
from shared.database import Connection
from shared.erasures import check_not_erased
from shared.member_hashes import SHORT, hashes_of
from shared.messages.envelope import Actor, Command
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.details import Part

PartPress: TypeAlias = JoinInvitation | JoinWaitlist | LeaveInvitation | ShowInterest


class Choice(NamedTuple):
    """What a member chose, and when by Discord's clock."""

    invitation_id: str
    member: Actor
    pressed_at: datetime | None


# A statement of its own, after the lock: inside the locking one it would see the older snapshot.
# Whether the member was erased since they pressed comes along: asked apart it is a round trip.
SELECT_PARTS = """
SELECT invitation_id, user_id, status, pressed,
       EXISTS (
         SELECT
           FROM erasures
          WHERE member_key IN (
            SELECT key
              FROM unnest($4::text[], $5::integer[]) AS known (member, key)
             WHERE member = asked.user_id
             UNION ALL
            SELECT hashtext(asked.user_id)
          )
            AND interaction_id > asked.pressed::numeric
       ) AS is_erased
  FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (invitation_id, user_id, pressed)
  LEFT JOIN participants USING (invitation_id, user_id)
"""


class Parts(NamedTuple):
    """Members' parts by invitation and member, and whose press came before their erasure."""

    held: dict[tuple[str, str], Part]
    erased: frozenset[tuple[str, str]]

    def check_not_erased(self, press: Command) -> None:
        """Refuse a press of a member who was erased since."""
        check_not_erased((press.actor.user_id, press.interaction_id) in self.erased)


async def parts(connection: Connection, presses: Sequence[PartPress]) -> Parts:
    """Read what parts the members who pressed have in locked invitations."""
    members = [press.actor.user_id for press in presses]
    known = [(member, key) for member in {*members} for key in hashes_of(member, SHORT)]
    rows = await connection.fetch(
        SELECT_PARTS,
        [press.invitation_id for press in presses],
        members,
        [press.interaction_id for press in presses],
        [member for member, _ in known],
        [key for _, key in known],
    )
    return Parts(
        {(row["invitation_id"], row["user_id"]): row["status"] for row in rows if row["status"]},
        frozenset((row["user_id"], row["pressed"]) for row in rows if row["is_erased"]),
    )


async def own_part(connection: Connection, press: PartPress) -> Part | None:
    """Read what part the member who pressed has in a locked invitation; raises Refused."""
    found = await parts(connection, [press])
    found.check_not_erased(press)
    return found.held.get((press.invitation_id, press.actor.user_id))


async def part(connection: Connection, invitation_id: str, member: Actor) -> Part | None:
    """Read what part a member has in a locked invitation."""
    [row] = await connection.fetch(SELECT_PARTS, [invitation_id], [member.user_id], [None], [], [])
    found: Part | None = row["status"]
    return found


# A trigger counts the seats and flips recruiting and full; created_at stays the first interest.
# chosen_at is compared with when a member left the guild, so it is Discord's time like that.
SAVE_PARTS = """
INSERT INTO participants (invitation_id, user_id, user_name, status, chosen_at)
SELECT invitation_id, user_id, user_name, $5, COALESCE(pressed_at, clock_timestamp())
  FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY
       AS member (invitation_id, user_id, user_name, pressed_at, place)
 ORDER BY place
ON CONFLICT ON CONSTRAINT unique_participant
DO UPDATE SET user_name = EXCLUDED.user_name, status = EXCLUDED.status,
              chosen_at = EXCLUDED.chosen_at
"""


async def save_parts(connection: Connection, choices: Sequence[Choice], part: Part) -> None:
    """Give members seats, bookmarks or the last places in the queue, in place of other parts."""
    if choices:
        rows = [
            (each.invitation_id, each.member.user_id, each.member.name, each.pressed_at)
            for each in choices
        ]
        await connection.execute(SAVE_PARTS, *zip(*rows, strict=True), part)


# The trigger counts here, too.
DELETE_PARTICIPANTS = """
DELETE FROM participants
 USING unnest($1::text[], $2::text[]) AS gone (invitation_id, user_id)
 WHERE participants.invitation_id = gone.invitation_id
   AND participants.user_id = gone.user_id
"""


async def delete_participants(connection: Connection, members: Sequence[tuple[str, Actor]]) -> None:
    """Take members out of locked invitations."""
    if members:
        ids = [where for where, _ in members], [who.user_id for _, who in members]
        await connection.execute(DELETE_PARTICIPANTS, *ids)


# By idx_participant_waitlist. The database refuses a COMMIT that leaves a seat free beside a queue.
PROMOTE_FIRST = """
UPDATE participants
   SET status = 'joined'
 WHERE id = (
   SELECT id
     FROM participants
    WHERE invitation_id = $1
      AND status = 'waitlisted'
    ORDER BY waitlisted_at
    LIMIT 1
 )
RETURNING user_id, user_name
"""


async def promote_first(connection: Connection, invitation_id: str) -> Actor:
    """Give a free seat of a locked invitation to the first in the queue, and return the member."""
    row = await connection.fetchrow(PROMOTE_FIRST, invitation_id)
    assert row is not None  # noqa: S101 - the locked row counts the waiting
    return Actor(user_id=row["user_id"], name=row["user_name"])


SELECT_AMONG = """
SELECT user_id, user_name
  FROM participants
 WHERE invitation_id = $1
   AND user_id = ANY($2::text[])
 ORDER BY id
"""


async def among(
    connection: Connection, invitation_id: str, user_ids: Sequence[str]
) -> Sequence[Actor]:
    """Return those of some members who have any part in a locked invitation."""
    if not user_ids:
        return []
    rows = await connection.fetch(SELECT_AMONG, invitation_id, user_ids)
    return [Actor(user_id=row["user_id"], name=row["user_name"]) for row in rows]


# Everybody takes these locks in the order of the ids, so that two who leave at once never wait for
# each other. NO KEY for the reason that LOCK_INVITATIONS has.
# By idx_invitation_guild: those that the member hosts, co-hosts or is in charge of, too.
LOCK_INVOLVED = f"""
SELECT {RULED}
  FROM invitations
 WHERE guild_id = $2
   AND status IN ('recruiting', 'full')
   AND (
     host_id = $1
     OR staff_id = $1
     OR co_host_ids @> ARRAY[$1::varchar]
     OR EXISTS (
       SELECT
         FROM participants
        WHERE invitation_id = invitations.id
          AND user_id = $1
     )
   )
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_involved(
    connection: Connection, user_id: str, guild_id: str
) -> Sequence[Invitation]:
    """Lock every open invitation of a guild in which a member has any part."""
    rows = await connection.fetch(LOCK_INVOLVED, user_id, guild_id)
    return [invitation(row) for row in rows]


# A statement of its own, after the lock: the locking one saw the participants of before.
# Both moments are Discord's, the leaving as a gateway knows it from Discord's answers: to some
# seconds. What older versions wrote is this database's time; a day in the future, it was written by
# a clock that was ahead, and is older.
TAKE_BACK = """
DELETE FROM participants
 WHERE invitation_id = $1
   AND user_id = $2
   AND ($3::timestamptz IS NULL
     OR COALESCE(chosen_at, created_at) <= $3 + INTERVAL '10 seconds'
     OR COALESCE(chosen_at, created_at) > clock_timestamp() + INTERVAL '1 day')
RETURNING status
"""


async def take_back(
    connection: Connection, invitation_id: str, user_id: str, until: datetime | None
) -> Part | None:
    """Take a member out of a locked invitation; return the part they had.

    They stay in if they chose it more than ten seconds after `until`.
    """
    part: Part | None = await connection.fetchval(TAKE_BACK, invitation_id, user_id, until)
    return part
