"""The SQL of the audit log of invitations, and of reading it."""

from shared.audit import Entries, add_entry, insert_entry, page
from shared.database import Connection
from shared.messages.envelope import Command
from shared.messages.invitations.commands import RevealSecrets, SetInstanceLink, SetProfile
from shared.messages.invitations.staffing import ReadAuditLog
from shared.paging import backward

INSERT_ENTRY = insert_entry("invitation_id")


async def write_down(connection: Connection, command: Command, **details: str | list[str]) -> None:
    """Keep for good that a command came true; `details` may name secrets, never hold one."""
    invitation_id = getattr(command, "invitation_id", None)
    await add_entry(connection, INSERT_ENTRY, command, invitation_id, details)


# A member may look at a link as often as they like: only the first reading of it says something
# new. 300 presses left 300 entries once.
INSERT_FIRST_READING = """
INSERT INTO audit_log (actor_id, actor_name, action, invitation_id, details, correlation_id)
SELECT $1::text, $2, $3::text, $4::text, $5::jsonb, $6::uuid
 WHERE NOT EXISTS (
   SELECT
     FROM audit_log
    WHERE invitation_id = $4::text
      AND actor_id = $1::text
      AND action = $3::text
      AND details = $5::jsonb
      AND id > COALESCE(
            (
              SELECT max(id)
                FROM audit_log
               WHERE invitation_id = $4::text
                 AND action = ANY($7::text[])
            ), 0
          )
 )
"""


async def write_down_reading(
    connection: Connection, command: RevealSecrets, shown: list[str]
) -> None:
    """Keep for good that a member has read what is sealed; not again until it has changed."""
    changes = [SetInstanceLink.wire_name(), SetProfile.wire_name()]
    details = {"shown": shown}
    await add_entry(
        connection, INSERT_FIRST_READING, command, command.invitation_id, details, changes
    )


# Planned with what is asked for: a filter that is not wanted costs nothing, and one that is finds
# idx_audit_log_invitation or idx_audit_log_actor; without one it is idx_audit_log_guild.
SELECT_ENTRIES = """
SELECT a.id, a.at, a.actor_id, a.actor_name, a.action, a.details, a.invitation_id, i.guild_id,
       i.channel_id, i.event_name, COALESCE(i.announcement_id, i.id) AS announcement_id
  FROM audit_log a
  LEFT JOIN invitations i ON i.id = a.invitation_id
 WHERE a.guild_id = $3
   AND a.id < $1
   AND ($4::text IS NULL OR a.invitation_id = $4)
   AND ($5::text IS NULL OR a.actor_id = $5)
 ORDER BY a.id DESC
 LIMIT $2
"""

SELECT_ENTRIES_BACK = backward(SELECT_ENTRIES)


async def newest_first(connection: Connection, wanted: ReadAuditLog, guild_id: str) -> Entries:
    """Read a page of a guild's log."""
    narrowed = (guild_id, wanted.invitation_id, wanted.member_id)
    statements = (SELECT_ENTRIES, SELECT_ENTRIES_BACK)
    return await page(connection, statements, wanted.cursor, *narrowed)
