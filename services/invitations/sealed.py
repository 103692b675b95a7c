"""The SQL of what a host sealed: the VRChat profile and the instance link."""

from services.invitations.domain import Secrets
from shared.database import Connection
from shared.messages.invitations.details import InvitationState

SELECT_SECRETS = """
SELECT request_id, vrchat_profile, instance_link
  FROM invitations
 WHERE id = $1
"""


async def secrets(connection: Connection, invitation_id: str) -> Secrets:
    """Read what was sealed for a locked invitation."""
    row = await connection.fetchrow(SELECT_SECRETS, invitation_id)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return Secrets(**row)


SET_INSTANCE_LINK = """
UPDATE invitations
   SET instance_link = $2, version = version + 1
 WHERE id = $1
RETURNING id, version, guild_id, channel_id, thread_id, host_id, host_name, event_name, start_time,
          end_time, world_name, world_link, tag, description, instance_type, max_participants,
          joined_count, waitlisted_count, reminder_minutes, status
"""


async def set_instance_link(
    connection: Connection, invitation_id: str, instance_link: str
) -> InvitationState:
    """Keep the link of a locked invitation's instance, in place of the one before."""
    row = await connection.fetchrow(SET_INSTANCE_LINK, invitation_id, instance_link)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return InvitationState(**row)
