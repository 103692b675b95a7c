"""The SQL of invitations and participants: a statement, then the function that runs it."""

import json
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from services.invitations.domain import Invitation
from shared.database import Connection, Reader
from shared.messages.envelope import Actor
from shared.messages.invitations.details import Details, InvitationState, Part, Status
from shared.messages.invitations.repetition import Repetition
from shared.messages.views import InvitationView, ParticipantView, WaitingView
from shared.refusal import Refused

# NO KEY: a foreign key's check by another participant's insert need not wait.
LOCK_INVITATION = """
SELECT id, status, host_id, start_time, end_time, max_participants, joined_count,
       waitlisted_count, reminder_minutes, reminded_for, staff_id, staff_name, guild_id
  FROM invitations
 WHERE id = $1
   FOR NO KEY UPDATE
"""


async def lock_invitation(connection: Connection, invitation_id: str, actor: Actor) -> Invitation:
    """Read an invitation and keep it from changing until the transaction ends.

    Who asks in another guild finds none: its staff are no staff here.
    """
    row = await connection.fetchrow(LOCK_INVITATION, invitation_id)
    if row is None or actor.is_stranger_to(row["guild_id"]):
        raise Refused("not_found")
    fields = {name: value for name, value in row.items() if name != "guild_id"}
    staff_id, staff_name = fields.pop("staff_id"), fields.pop("staff_name")
    staff = Actor(user_id=staff_id, name=staff_name, is_staff=True) if staff_id else None
    return Invitation(**fields, staff=staff)


# The scheduler finds deadlines by this clock too: two clocks would refuse a close as too early.
SELECT_NOW = """
SELECT clock_timestamp()
"""


async def now(connection: Connection) -> datetime:
    """Ask the database for the time."""
    moment: datetime = await connection.fetchval(SELECT_NOW)
    return moment


# A statement of its own, after the lock: inside the locking one it would see the older snapshot.
SELECT_PARTICIPATION = """
SELECT status
  FROM participants
 WHERE invitation_id = $1
   AND user_id = $2
"""


async def participation(connection: Connection, invitation_id: str, user_id: str) -> Part | None:
    """Tell what part a member has in a locked invitation."""
    status: Part | None = await connection.fetchval(SELECT_PARTICIPATION, invitation_id, user_id)
    return status


# A trigger counts the seats and flips recruiting and full; created_at stays the first interest.
SAVE_PARTICIPANT = """
INSERT INTO participants (invitation_id, user_id, user_name, status, chosen_at)
VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT ON CONSTRAINT unique_participant
DO UPDATE SET user_name = EXCLUDED.user_name, status = EXCLUDED.status,
              chosen_at = EXCLUDED.chosen_at
"""


async def save_participant(
    connection: Connection, invitation_id: str, actor: Actor, status: Part
) -> None:
    """Give a member a seat, a bookmark or the last place in the queue, in place of another part."""
    await connection.execute(SAVE_PARTICIPANT, invitation_id, actor.user_id, actor.name, status)


DELETE_PARTICIPANT = """
DELETE FROM participants
 WHERE invitation_id = $1
   AND user_id = $2
"""


async def delete_participant(connection: Connection, invitation_id: str, user_id: str) -> None:
    """Take a member out of an invitation."""
    await connection.execute(DELETE_PARTICIPANT, invitation_id, user_id)


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
    """Give a free seat of a locked invitation to who has waited longest."""
    row = await connection.fetchrow(PROMOTE_FIRST, invitation_id)
    assert row is not None  # noqa: S101 - the locked row counts who waits
    return Actor(user_id=row["user_id"], name=row["user_name"])


SET_STAFF = """
UPDATE invitations
   SET staff_id = $2, staff_name = $3
 WHERE id = $1
"""


async def set_staff(connection: Connection, invitation_id: str, staff: Actor | None) -> None:
    """Let a member of staff, or nobody, look after a locked invitation."""
    who = (staff.user_id, staff.name) if staff else (None, None)
    await connection.execute(SET_STAFF, invitation_id, *who)


# A statement of its own, after the lock: most commands need none of it.
SELECT_DETAILS = """
SELECT event_name, start_time, end_time, world_name, world_link, tag, description, instance_type,
       max_participants, reminder_minutes
  FROM invitations
 WHERE id = $1
"""


async def details(connection: Connection, invitation_id: str) -> Details:
    """Read what a locked invitation says."""
    row = await connection.fetchrow(SELECT_DETAILS, invitation_id)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return Details(**row)


# A trigger flips recruiting and full. The version is counted once who waited has the new seats.
EDIT_INVITATION = """
UPDATE invitations
   SET event_name = $2, start_time = $3, end_time = $4, world_name = $5, world_link = $6,
       description = $7, max_participants = $8, tag = $9, instance_type = $10,
       reminder_minutes = $11
 WHERE id = $1
"""


async def edit(connection: Connection, invitation_id: str, after: Details) -> None:
    """Let a locked invitation say something else."""
    await connection.execute(
        EDIT_INVITATION,
        invitation_id,
        after.event_name,
        after.start_time,
        after.end_time,
        after.world_name,
        after.world_link,
        after.description,
        after.max_participants,
        after.tag,
        after.instance_type,
        after.reminder_minutes,
    )


# One event, one version: the row lock makes them follow each other without a gap.
NEXT_VERSION = """
UPDATE invitations
   SET version = version + 1
 WHERE id = $1
RETURNING id, version, guild_id, channel_id, thread_id, host_id, host_name, event_name, start_time,
          end_time, world_name, world_link, tag, description, instance_type, max_participants,
          joined_count, waitlisted_count, reminder_minutes, status
"""


async def next_version(connection: Connection, invitation_id: str) -> InvitationState:
    """Count a change, and read how the invitation stands after it."""
    return _state(await connection.fetchrow(NEXT_VERSION, invitation_id))


# The secrets go in the very update that makes it final: afterwards nothing may change.
END_INVITATION = """
UPDATE invitations
   SET status = $2, cancel_reason = $3, vrchat_profile = NULL, instance_link = NULL,
       version = version + 1
 WHERE id = $1
RETURNING id, version, guild_id, channel_id, thread_id, host_id, host_name, event_name, start_time,
          end_time, world_name, world_link, tag, description, instance_type, max_participants,
          joined_count, waitlisted_count, reminder_minutes, status, cancel_reason
"""


async def end_invitation(
    connection: Connection, invitation_id: str, status: Status, reason: str | None = None
) -> InvitationState:
    """Make an invitation final, with the reason if it has one, and wipe its secrets."""
    return _state(await connection.fetchrow(END_INVITATION, invitation_id, status, reason))


# Q4, by idx_invitation_auto_close; the scheduler's own deadlines leave hardly any.
LOCK_OVERDUE = """
SELECT id
  FROM invitations
 WHERE status IN ('recruiting', 'full')
   AND end_time <= clock_timestamp()
 ORDER BY end_time
 LIMIT 100
   FOR NO KEY UPDATE SKIP LOCKED
"""


async def lock_overdue(connection: Connection) -> Sequence[str]:
    """Find invitations that should have ended; those being changed just now wait for the next."""
    return [row["id"] for row in await connection.fetch(LOCK_OVERDUE)]


# Q2 under its names; joined_count is a column now, so the participants are read once.
SELECT_VIEW = """
SELECT i.id, i.version, i.guild_id, i.channel_id, i.thread_id, i.host_id, i.host_name,
       i.event_name, i.start_time, i.end_time, i.world_name, i.world_link, i.tag, i.description,
       i.instance_type, i.max_participants, i.joined_count, i.waitlisted_count, i.status,
       i.cancel_reason, i.reminder_minutes, i.request_id, i.staff_message_id, i.staff_id,
       i.staff_name, r.times_left, r.until_date,
       COALESCE(
         json_agg(
           json_build_object('userId', p.user_id, 'userName', p.user_name, 'status', p.status)
           ORDER BY COALESCE(p.joined_at, p.created_at), p.id
         ) FILTER (WHERE p.status IN ('joined', 'interested')),
         '[]'::json
       ) AS participants,
       COALESCE(
         json_agg(
           json_build_object('userId', p.user_id, 'userName', p.user_name)
           ORDER BY p.waitlisted_at
         ) FILTER (WHERE p.status = 'waitlisted'),
         '[]'::json
       ) AS waitlist,
       count(*) FILTER (WHERE p.status = 'interested') AS interested_count
  FROM invitations i
  LEFT JOIN participants p ON p.invitation_id = i.id
  LEFT JOIN repetitions r ON r.request_id = i.request_id
 WHERE i.id = $1
 GROUP BY i.id, r.request_id
"""


async def view(reader: Reader, invitation_id: str) -> InvitationView | None:
    """Read an invitation with everybody in it, in the order they came."""
    row = await reader.fetchrow(SELECT_VIEW, invitation_id)
    if row is None:
        return None
    fields = dict(row)
    people, waiting = json.loads(fields.pop("participants")), json.loads(fields.pop("waitlist"))
    times, until = fields.pop("times_left"), fields.pop("until_date")
    return InvitationView(
        **fields,
        repetition=Repetition(times=times, until=until) if times or until else None,
        participants=[ParticipantView(**person) for person in people],
        waitlist=[WaitingView(**person) for person in waiting],
    )


def _state(row: asyncpg.Record | None) -> InvitationState:
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return InvitationState(**row)
