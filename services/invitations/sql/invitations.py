"""The SQL of invitations: a statement, then the function that runs it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from services.invitations.domain import Invitation, found_by
from services.invitations.sql.state import (
    DETAILS,
    RULED,
    STATE,
    fetch_state,
    invitation,
    under_way,
    values_from,
    values_of,
)
from shared.database import Connection, Reader
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    AnnounceStart,
    CloseInvitation,
    InvitationCommand,
    RemindParticipants,
)
from shared.messages.invitations.details import Details, InvitationState, Status
from shared.messages.invitations.repairs import RepairCommand
from shared.messages.invitations.repetition import Repetition
from shared.messages.views import MOST_SHOWN, InvitationView, ParticipantView, WaitingView
from shared.refusal import Refused

OfInvitation: TypeAlias = (
    InvitationCommand
    | CloseInvitation
    | RemindParticipants
    | AnnounceSignUp
    | AnnounceStart
    | RepairCommand
)

# NO KEY: a foreign key's check by another participant's insert need not wait. In the order of ids,
# so that two who lock several never wait for each other.
LOCK_INVITATIONS = f"""
SELECT {RULED}
  FROM invitations
 WHERE id = ANY($1::text[])
 ORDER BY id
   FOR NO KEY UPDATE
"""


async def lock_invitations(
    connection: Connection, invitation_ids: Sequence[str]
) -> dict[str, Invitation]:
    """Read invitations and keep them from changing until the transaction ends; by their ids."""
    rows = await connection.fetch(LOCK_INVITATIONS, invitation_ids)
    return {row["id"]: invitation(row) for row in rows}


async def lock_invitation(connection: Connection, command: OfInvitation) -> Invitation:
    """Read and lock the one that a command of its guild names; raises Refused."""
    found = await lock_invitations(connection, [command.invitation_id])
    return found_by(command, found.get(command.invitation_id))


SELECT_GUILD = """
SELECT guild_id
  FROM invitations
 WHERE id = $1
"""


async def check_of_guild(connection: Connection, invitation_id: str, guild_id: str) -> None:
    """Refuse an invitation that a guild does not have."""
    if await connection.fetchval(SELECT_GUILD, invitation_id) != guild_id:
        raise Refused("not_found")


SET_STAFF = """
UPDATE invitations
   SET staff_id = $2, staff_name = $3
 WHERE id = $1
"""


async def set_staff(connection: Connection, invitation_id: str, staff: Actor | None) -> None:
    """Set who is in charge of a locked invitation; None removes the assignee."""
    who = (staff.user_id, staff.name) if staff else (None, None)
    await connection.execute(SET_STAFF, invitation_id, *who)


# A statement of its own, after the lock: most commands need none of it.
SELECT_DETAILS = f"""
SELECT {DETAILS}
  FROM invitations
 WHERE id = $1
"""


async def details(connection: Connection, invitation_id: str) -> Details:
    """Read what a locked invitation says."""
    row = await connection.fetchrow(SELECT_DETAILS, invitation_id)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return Details(**row)


# A trigger flips recruiting and full. The version is counted once who waited has the new seats.
EDIT_INVITATION = f"""
UPDATE invitations
   SET ({DETAILS}) = ({values_from(2)})
 WHERE id = $1
"""


async def edit(connection: Connection, invitation_id: str, after: Details) -> None:
    """Let a locked invitation say something else."""
    await connection.execute(EDIT_INVITATION, invitation_id, *values_of(dict(after)))


REMOVE_CO_HOST = f"""
UPDATE invitations
   SET co_host_ids = array_remove(co_host_ids, $2::varchar), version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def remove_co_host(
    connection: Connection, invitation_id: str, user_id: str
) -> InvitationState:
    """Take a member out of the co-hosts of a locked invitation."""
    return await fetch_state(connection, REMOVE_CO_HOST, invitation_id, user_id)


# One event, one version: the row lock makes them follow each other without a gap.
COUNT_CHANGES = f"""
UPDATE invitations
   SET version = version + changed.times
  FROM unnest($1::text[], $2::integer[]) AS changed (invitation_id, times)
 WHERE id = changed.invitation_id
RETURNING {STATE}
"""


async def count_changes(
    connection: Connection, changes: Mapping[str, int]
) -> dict[str, InvitationState]:
    """Count how often locked invitations changed, and read how they stand after it; by id."""
    rows = await connection.fetch(COUNT_CHANGES, list(changes), list(changes.values()))
    return {row["id"]: InvitationState(**row) for row in rows}


async def next_version(connection: Connection, invitation_id: str) -> InvitationState:
    """Count one change."""
    return (await count_changes(connection, {invitation_id: 1}))[invitation_id]


# The secrets go in the very update that makes it final: afterwards nothing may change.
END_INVITATION = f"""
UPDATE invitations
   SET status = $2, cancel_reason = $3, vrchat_profile = NULL, instance_link = NULL,
       version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def end_invitation(
    connection: Connection, invitation_id: str, status: Status, reason: str | None = None
) -> InvitationState:
    """Make an invitation final, with the reason if it has one, and wipe its secrets."""
    return await fetch_state(connection, END_INVITATION, invitation_id, status, reason)


MARK_SIGN_UP = f"""
UPDATE invitations
   SET sign_up_announced = $2, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def mark_sign_up(
    connection: Connection, invitation_id: str, announced: datetime
) -> InvitationState:
    """Remember the opening time or cut-off that is announced of a locked invitation."""
    return await fetch_state(connection, MARK_SIGN_UP, invitation_id, announced)


MARK_START = f"""
UPDATE invitations
   SET start_announced = start_time, version = version + 1
 WHERE id = $1
RETURNING {STATE}
"""


async def mark_start(connection: Connection, invitation_id: str) -> InvitationState:
    """Remember that the start of a locked invitation is announced."""
    return await fetch_state(connection, MARK_START, invitation_id)


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


# Q2 under its names; joined_count is a column now, so the participants are read once. However many
# are interested or wait, the first of them are shown, and all are counted.
SELECT_VIEW = f"""
SELECT i.id, i.version, i.guild_id, i.channel_id, i.thread_id, i.host_id, i.host_name,
       i.event_name, i.start_time, i.end_time, i.world_name, i.world_link, i.tag, i.description,
       i.instance_type, i.max_participants, i.joined_count, i.waitlisted_count, i.status,
       i.cancel_reason, i.reminder_minutes, i.opening_time, i.cutoff_time, i.sign_up_announced,
       i.co_host_ids, i.more_reminders, {under_way("i.")} AS is_under_way, i.image,
       i.request_id, i.staff_channel_id, i.staff_message_id, i.staff_id,
       i.staff_name, r.times_left, r.until_date,
       COALESCE(i.announcement_id, i.id) AS announcement_id,
       (
         SELECT json_agg(json_build_object('kind', kind, 'code', code, 'missing', missing)
                         ORDER BY kind)
           FROM owed_repairs
          WHERE invitation_id = i.id
       ) AS owed,
       COALESCE(
         json_agg(
           json_build_object('user_id', p.user_id, 'user_name', p.user_name, 'status', p.status)
           ORDER BY COALESCE(p.joined_at, p.created_at), p.id
         ) FILTER (WHERE p.status IN ('joined', 'interested')),
         '[]'::json
       ) AS participants,
       COALESCE(
         json_agg(
           json_build_object('user_id', p.user_id, 'user_name', p.user_name)
           ORDER BY p.waitlisted_at
         ) FILTER (WHERE p.status = 'waitlisted'),
         '[]'::json
       ) AS waitlist,
       COALESCE(max(p.interested_count), 0) AS interested_count
  FROM invitations i
  LEFT JOIN LATERAL (
    SELECT *
      FROM (
        SELECT id, user_id, user_name, status, joined_at, created_at, waitlisted_at,
               count(*) FILTER (WHERE status = 'interested') OVER () AS interested_count,
               row_number() OVER (
                 PARTITION BY status ORDER BY waitlisted_at, COALESCE(joined_at, created_at), id
               ) AS place
          FROM participants
         WHERE invitation_id = i.id
      ) AS everybody
     WHERE place <= {MOST_SHOWN}
  ) AS p ON TRUE
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
    owed = fields.pop("owed")
    times, until = fields.pop("times_left"), fields.pop("until_date")
    return InvitationView(
        **fields,
        owed=json.loads(owed) if owed else [],
        repetition=Repetition(times=times, until=until) if times or until else None,
        participants=[ParticipantView(**person) for person in people],
        waitlist=[WaitingView(**person) for person in waiting],
    )
