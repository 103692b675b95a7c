"""How much of what a member may do in the invitations service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from shared.database import Connection
from shared.limits import Limit, count, too_many
from shared.messages.envelope import Actor


@dataclass(frozen=True, slots=True)
class Quotas:
    """The limits of a deployment; None is no limit."""

    changes: Limit | None = None
    """What leaves an entry in the audit log, which is kept for good."""
    events: Limit | None = None
    open_events: int | None = None
    drafts: int | None = None
    images: Limit | None = None

    def of_guild(self, _guild_id: str) -> Self:
        """Return the limits of a guild; a guild's own settings (issue 24) are read here."""
        return self


COUNT_OF_HOST = """
SELECT (
         SELECT count(*)
           FROM drafts
          WHERE guild_id = $1
            AND host_id = $2
            AND invitation_id IS NULL
       ) AS drafts,
       (
         SELECT count(*)
           FROM drafts
          WHERE guild_id = $1
            AND host_id = $2
            AND invitation_id IS NULL
            AND NOT is_open
       ) AS posted_drafts,
       (
         SELECT count(*)
           FROM invitations
          WHERE guild_id = $1
            AND host_id = $2
            AND status IN ('recruiting', 'full')
            AND end_time > clock_timestamp()
       ) AS open_events
"""


async def check_hosting(connection: Connection, host: Actor, guild_id: str, quotas: Quotas) -> None:
    """Count an event of a host in a guild; raises Refused for one too many. Staff are exempt.

    The first count holds the host's row, so that of two events at once the second sees the first.
    """
    own = quotas.of_guild(guild_id)
    if own.events is None or host.is_staff_of(guild_id):
        return
    await count(connection, own.events, f"{guild_id} {host.user_id}")
    counts = await _counts(connection, host, guild_id)
    hosted = counts["posted_drafts"] + counts["open_events"]
    if own.open_events is not None and hosted >= own.open_events:
        raise too_many("open_events", own.open_events)


async def check_drafts(connection: Connection, host: Actor, guild_id: str, quotas: Quotas) -> None:
    """Refuse one draft of a host in a guild too many. Staff are exempt.

    The caller holds the host's lock, as every press does.
    """
    own = quotas.of_guild(guild_id)
    if own.drafts is None or host.is_staff_of(guild_id):
        return
    if (await _counts(connection, host, guild_id))["drafts"] >= own.drafts:
        raise too_many("drafts", own.drafts)


async def _counts(connection: Connection, host: Actor, guild_id: str) -> Mapping[str, int]:
    row = await connection.fetchrow(COUNT_OF_HOST, guild_id, host.user_id)
    assert row is not None  # noqa: S101 - it has no WHERE
    return dict(row)
