"""The SQL of a member's export: every row that is about them, without what is sealed."""

import json

from shared.database import Connection
from shared.messages.invitations.export import (
    HostedInvitation,
    LoggedAction,
    MemberExport,
    OwnDraft,
    OwnParticipation,
)

# By idx_invitation_host.
SELECT_HOSTED = """
SELECT i.id, i.version, i.guild_id, i.channel_id, i.thread_id, i.host_id, i.host_name,
       i.event_name, i.start_time, i.end_time, i.world_name, i.world_link, i.tag, i.description,
       i.instance_type, i.max_participants, i.joined_count, i.waitlisted_count,
       i.reminder_minutes, i.status, i.cancel_reason, i.created_at, i.updated_at,
       i.vrchat_profile IS NOT NULL AS has_vrchat_profile,
       i.instance_link IS NOT NULL AS has_instance_link,
       r.times_left AS repeats_times_left, r.until_date AS repeats_until
  FROM invitations i
  LEFT JOIN repetitions r ON r.request_id = i.request_id
 WHERE i.host_id = $1
 ORDER BY i.start_time, i.id
"""

# By idx_participant_user_history.
SELECT_PARTICIPATIONS = """
SELECT p.invitation_id, i.event_name, i.start_time, p.user_name, p.status, p.created_at,
       p.updated_at, p.joined_at, p.waitlisted_at
  FROM participants p
  JOIN invitations i ON i.id = p.invitation_id
 WHERE p.user_id = $1
 ORDER BY i.start_time, i.id
"""

SELECT_DRAFTS = """
SELECT guild_id, channel_id, host_name, event_name, start_time, end_time, world_name, world_link,
       tag, description, instance_type, max_participants, reminder_minutes, invitation_id,
       created_at, vrchat_profile IS NOT NULL AS has_vrchat_profile
  FROM drafts
 WHERE host_id = $1
 ORDER BY created_at, request_id
"""

SELECT_STAFF_OF = """
SELECT id
  FROM invitations
 WHERE staff_id = $1
 ORDER BY start_time, id
"""

# What others did to a member names them in its details.
SELECT_ACTIONS = """
SELECT at, actor_id = $1 AS is_own, CASE WHEN actor_id = $1 THEN actor_name END AS name, action,
       invitation_id, details
  FROM audit_log
 WHERE actor_id = $1
    OR EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = $1::text)
 ORDER BY id
"""

SELECT_CHOICES = """
SELECT CURRENT_TIMESTAMP AS exported_at,
       (SELECT created_at FROM reminder_opt_outs WHERE user_id = $1) AS reminders_off_since,
       (SELECT created_at
          FROM calendars
         WHERE owner_kind = 'member'
           AND owner_id = $1) AS calendar_since
"""


async def everything_about(connection: Connection, user_id: str) -> MemberExport:
    """Read all that is stored about a member."""
    hosted = await connection.fetch(SELECT_HOSTED, user_id)
    participations = await connection.fetch(SELECT_PARTICIPATIONS, user_id)
    drafts = await connection.fetch(SELECT_DRAFTS, user_id)
    staff_of = await connection.fetch(SELECT_STAFF_OF, user_id)
    actions = await connection.fetch(SELECT_ACTIONS, user_id)
    choices = await connection.fetchrow(SELECT_CHOICES, user_id)
    assert choices is not None  # noqa: S101 - it has no WHERE
    return MemberExport(
        **choices,
        user_id=user_id,
        hosted_invitations=[HostedInvitation(**row) for row in hosted],
        participations=[OwnParticipation(**row) for row in participations],
        drafts=[OwnDraft(**row) for row in drafts],
        staff_of=[row["id"] for row in staff_of],
        audit_log=[
            LoggedAction(**dict(row) | {"details": json.loads(row["details"])}) for row in actions
        ],
    )
