"""What is stored about guilds in all services: listed, counted, erased."""

from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from operations.databases import pool_of
from operations.settings import Settings
from services.invitations.sql import guilds as of_invitations
from services.tickets.sql import guilds as of_tickets
from shared.database import DATABASE_ERRORS
from shared.messages.invitations.guilds import GuildView
from shared.messages.tickets.guilds import TicketSettingsView
from shared.settings import OperatorMistake

SELECT_SETTINGS = "SELECT {columns}, updated_at FROM guilds"

SELECT_EVENTS = """
SELECT guild_id, count(*) FILTER (WHERE status IN ('recruiting', 'full')) AS open,
       max(updated_at) AS changed_at
  FROM invitations
 GROUP BY guild_id
"""

SELECT_TICKETS = """
SELECT guild_id, count(*) FILTER (WHERE status = 'open') AS open,
       max(GREATEST(created_at, last_activity_at, closed_at)) AS changed_at
  FROM tickets
 GROUP BY guild_id
"""


SELECT_OWED = """
SELECT i.guild_id, o.kind, count(*) AS events
  FROM owed_repairs o
  JOIN invitations i ON i.id = o.invitation_id
 WHERE o.kind <> 'host'
 GROUP BY i.guild_id, o.kind
 ORDER BY o.kind
"""


@dataclass
class StoredGuild:
    """What the services know about a guild; `changed_at` is the last change of any of it."""

    settings: GuildView
    tickets: TicketSettingsView
    open_events: int = 0
    open_tickets: int = 0
    changed_at: datetime | None = None
    owed: dict[str, int] = field(default_factory=dict)
    """For how many events Discord refuses a repair, by the part that is wrong."""

    @classmethod
    def empty(cls, guild_id: str) -> "StoredGuild":
        """Return a guild that nothing is stored about."""
        return cls(GuildView(guild_id=guild_id), TicketSettingsView(guild_id=guild_id))

    def changed(self, at: datetime) -> None:
        """Take the later of two changes."""
        self.changed_at = max(at, self.changed_at or at)


async def stored(settings: Settings) -> dict[str, StoredGuild]:
    """Return every guild that something is stored about, by its id."""
    found: dict[str, StoredGuild] = {}

    def of(guild_id: str) -> StoredGuild:
        return found.setdefault(guild_id, StoredGuild.empty(guild_id))

    async with pool_of(settings, "invitations") as pool:
        for row in await pool.fetch(SELECT_SETTINGS.format(columns=of_invitations.COLUMNS)):
            guild = of(row["guild_id"])
            guild.settings = GuildView.model_validate(dict(row))
            guild.changed(row["updated_at"])
        for row in await pool.fetch(SELECT_EVENTS):
            of(row["guild_id"]).open_events = row["open"]
            of(row["guild_id"]).changed(row["changed_at"])
        for row in await pool.fetch(SELECT_OWED):
            of(row["guild_id"]).owed[row["kind"]] = row["events"]
    async with pool_of(settings, "tickets") as pool:
        for row in await pool.fetch(SELECT_SETTINGS.format(columns=of_tickets.COLUMNS)):
            guild = of(row["guild_id"])
            guild.tickets = TicketSettingsView.model_validate(dict(row))
            guild.changed(row["updated_at"])
        for row in await pool.fetch(SELECT_TICKETS):
            of(row["guild_id"]).open_tickets = row["open"]
            of(row["guild_id"]).changed(row["changed_at"])
    return found


COUNT_IN_INVITATIONS = """
WITH ours AS (SELECT id, request_id, status FROM invitations WHERE guild_id = $1)
SELECT (SELECT count(*) FROM ours) AS events,
       (SELECT count(*) FROM ours WHERE status IN ('recruiting', 'full')) AS open_events,
       (SELECT count(*) FROM participants WHERE invitation_id IN (SELECT id FROM ours))
         AS participants,
       (SELECT count(*) FROM drafts WHERE guild_id = $1) AS drafts,
       (SELECT count(*) FROM calendars WHERE owner_kind = 'guild' AND owner_id = $1) AS calendars,
       (SELECT count(*) FROM audit_log
         WHERE details->>'guild_id' = $1 OR invitation_id IN (SELECT id FROM ours))
         AS audit_entries_of_events,
       ARRAY(SELECT id FROM ours) AS ids
"""

COUNT_IN_TICKETS = """
WITH ours AS (SELECT id, status FROM tickets WHERE guild_id = $1)
SELECT (SELECT count(*) FROM ours) AS tickets,
       (SELECT count(*) FROM ours WHERE status = 'open') AS open_tickets,
       (SELECT count(*) FROM requests WHERE guild_id = $1) AS ticket_requests,
       (SELECT count(*) FROM audit_log
         WHERE details->>'guild_id' = $1 OR ticket_id IN (SELECT id FROM ours))
         AS audit_entries_of_tickets,
       ARRAY(SELECT id FROM ours) AS ids
"""

COUNT_DEADLINES = """
SELECT count(*)
  FROM deadlines
 WHERE subject_id = ANY($1::text[])
"""


async def counts(settings: Settings, guild_id: str) -> dict[str, int]:
    """Count the rows that are about a guild."""
    found: dict[str, int] = {}
    ids: list[str] = []
    for role, statement in (("invitations", COUNT_IN_INVITATIONS), ("tickets", COUNT_IN_TICKETS)):
        async with pool_of(settings, role) as pool:
            [row] = await pool.fetch(statement, guild_id)
        ids += row["ids"]
        found |= {name: count for name, count in row.items() if name != "ids"}
    async with pool_of(settings, "scheduler") as pool:
        found["deadlines"] = await pool.fetchval(COUNT_DEADLINES, ids)
    return found


# The scheduler knows no guilds. Its rows go first, because the others say which they are.
DELETE_DEADLINES = """
DELETE FROM scheduler.deadlines
 WHERE subject_id IN (SELECT id FROM invitations.invitations WHERE guild_id = $1
                       UNION ALL
                      SELECT id FROM tickets.tickets WHERE guild_id = $1)
"""
ERASURES = (
    DELETE_DEADLINES,
    "SELECT tickets.erase_guild($1)",
    "SELECT invitations.erase_guild($1)",
)


async def erase(settings: Settings, guild_id: str) -> None:
    """Erase every row about a guild, each service's in a transaction. Can be repeated."""
    try:
        connection = await asyncpg.connect(settings.needed("migration_database_url"), timeout=5)
    except (*DATABASE_ERRORS, ValueError) as error:
        raise OperatorMistake(
            f"PostgreSQL at MIGRATION_DATABASE_URL cannot be reached ({type(error).__name__})."
        ) from None
    try:
        for statement in ERASURES:
            await connection.execute(statement, guild_id)
    except asyncpg.InsufficientPrivilegeError as error:
        raise OperatorMistake(
            f"MIGRATION_DATABASE_URL is no superuser's address: {error.args[0]}."
        ) from None
    except asyncpg.UndefinedFunctionError:
        raise OperatorMistake("Not every migration is applied: doukikai doctor.") from None
    finally:
        await connection.close()
