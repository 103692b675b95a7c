"""The SQL of a member's export: every row that is about them, without what is sealed."""

from services.invitations.sql.state import DETAILS
from shared.audit import actions, select_actions
from shared.database import Connection
from shared.messages.invitations.export import (
    HostedInvitation,
    LoggedAction,
    MemberExport,
    OpenDraft,
    OwnDraft,
    OwnParticipation,
    OwnTemplate,
)
from shared.parts import Section, read_part

# Together with the part of the tickets service a message is below MOST_MESSAGE_BYTES.
MOST_BYTES = 700_000
NO_UUID = "00000000-0000-0000-0000-000000000000"

# By idx_invitation_host: an order by the bare id would lead through all invitations. So below.
SELECT_HOSTED = """
SELECT i.id AS key, i.id, i.version, i.guild_id, i.channel_id, i.thread_id, i.host_id, i.host_name,
       i.event_name, i.start_time, i.end_time, i.world_name, i.world_link, i.tag, i.description,
       i.instance_type, i.max_participants, i.joined_count, i.waitlisted_count,
       i.reminder_minutes, i.opening_time, i.cutoff_time, i.co_host_ids, i.more_reminders,
       i.sign_up_announced, i.status, i.cancel_reason, i.created_at, i.updated_at,
       COALESCE(i.announcement_id, i.id) AS announcement_id,
       i.vrchat_profile IS NOT NULL AS has_vrchat_profile,
       i.instance_link IS NOT NULL AS has_instance_link,
       r.times_left AS repeats_times_left, r.until_date AS repeats_until
  FROM invitations i
  LEFT JOIN repetitions r ON r.request_id = i.request_id
 WHERE i.host_id = $1
   AND i.id || '' > $2
 ORDER BY i.id || ''
 LIMIT $3
"""

# By idx_participant_user_history.
SELECT_PARTICIPATIONS = """
SELECT p.invitation_id AS key, p.invitation_id, i.event_name, i.start_time, p.user_name, p.status,
       p.created_at, p.updated_at, p.joined_at, p.waitlisted_at
  FROM participants p
  JOIN invitations i ON i.id = p.invitation_id
 WHERE p.user_id = $1
   AND p.invitation_id || '' > $2
 ORDER BY p.invitation_id || ''
 LIMIT $3
"""

SELECT_DRAFTS = """
SELECT request_id::text AS key, guild_id, channel_id, host_name, event_name, start_time, end_time,
       world_name, world_link, tag, description, instance_type, max_participants, reminder_minutes,
       opening_time, cutoff_time, co_host_ids, more_reminders, invitation_id, created_at,
       vrchat_profile IS NOT NULL AS has_vrchat_profile
  FROM drafts
 WHERE host_id = $1
   AND NOT is_open
   AND request_id > $2::text::uuid
 ORDER BY request_id
 LIMIT $3
"""

SELECT_OPEN_DRAFTS = """
SELECT request_id::text AS key, request_id, guild_id, tag, instance_type, reminder_minutes,
       co_host_ids, typed, typed_description, vrchat_profile IS NOT NULL AS has_vrchat_profile,
       created_at, updated_at
  FROM drafts
 WHERE host_id = $1
   AND is_open
   AND request_id > $2::text::uuid
 ORDER BY request_id
 LIMIT $3
"""

SELECT_TEMPLATES = f"""
SELECT template_id::text AS key, template_id, guild_id, name, mention, {DETAILS}, created_at
  FROM templates
 WHERE host_id = $1
   AND template_id > $2::text::uuid
 ORDER BY template_id
 LIMIT $3
"""

# By idx_invitation_co_hosts.
SELECT_CO_HOST_OF = """
SELECT id AS key, id
  FROM invitations
 WHERE co_host_ids @> ARRAY[$1::varchar]
   AND id > $2
 ORDER BY id
 LIMIT $3
"""

SELECT_STAFF_OF = """
SELECT id AS key, id
  FROM invitations
 WHERE staff_id = $1
   AND id > $2
 ORDER BY id
 LIMIT $3
"""

# What others did to a member names them in its details.
SELECT_ACTIONS = select_actions("invitation_id")

SELECT_CHOICES = """
SELECT CURRENT_TIMESTAMP AS exported_at,
       (SELECT created_at FROM reminder_opt_outs WHERE user_id = $1) AS reminders_off_since,
       (SELECT created_at
          FROM calendars
         WHERE owner_kind = 'member'
           AND owner_id = $1) AS calendar_since
"""


LISTS = (
    *("hosted_invitations", "participations", "drafts", "open_drafts", "templates", "co_host_of"),
    *("staff_of", "audit_log"),
)
SECTIONS = (
    Section(
        "hosted", "", SELECT_HOSTED, lambda row: {"hosted_invitations": HostedInvitation(**row)}
    ),
    Section(
        "participations",
        "",
        SELECT_PARTICIPATIONS,
        lambda row: {"participations": OwnParticipation(**row)},
    ),
    Section("drafts", NO_UUID, SELECT_DRAFTS, lambda row: {"drafts": OwnDraft(**row)}),
    Section("open", NO_UUID, SELECT_OPEN_DRAFTS, lambda row: {"open_drafts": OpenDraft(**row)}),
    Section("templates", NO_UUID, SELECT_TEMPLATES, lambda row: {"templates": OwnTemplate(**row)}),
    Section("co_host", "", SELECT_CO_HOST_OF, lambda row: {"co_host_of": row["id"]}),
    Section("staff", "", SELECT_STAFF_OF, lambda row: {"staff_of": row["id"]}),
    actions(SELECT_ACTIONS, LoggedAction),
)


async def part_about(
    connection: Connection, user_id: str, part: int, after: str | None
) -> tuple[MemberExport, str | None]:
    """Read a part of all that is stored about a member, and the place of the next, if any."""
    lists, following = await read_part(connection, user_id, SECTIONS, after, MOST_BYTES)
    choices = await connection.fetchrow(SELECT_CHOICES, user_id)
    assert choices is not None  # noqa: S101 - it has no WHERE
    said = {name: lists.get(name, []) for name in LISTS}
    export = MemberExport(**choices, user_id=user_id, part=part, is_last=following is None, **said)
    return export, following
