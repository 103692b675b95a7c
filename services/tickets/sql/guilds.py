"""The SQL of the settings of guilds."""

from shared.database import Connection
from shared.messages.tickets.guilds import TicketSettings, TicketSettingsView

NAMES = tuple(TicketSettings.model_fields)
COLUMNS = ", ".join(("guild_id", "version", *NAMES))

# A guild has no row until its first change.
INSERT_DEFAULTS = """
INSERT INTO guilds (guild_id)
VALUES ($1)
ON CONFLICT (guild_id) DO NOTHING
"""
LOCK_GUILD = f"""
SELECT {COLUMNS}
  FROM guilds
 WHERE guild_id = $1
   FOR UPDATE
"""


async def lock(connection: Connection, guild_id: str) -> TicketSettingsView:
    """Return a guild's settings, which nobody else changes until the transaction ends."""
    await connection.execute(INSERT_DEFAULTS, guild_id)
    [row] = await connection.fetch(LOCK_GUILD, guild_id)
    return TicketSettingsView.model_validate(dict(row))


UPDATE_GUILD = f"""
UPDATE guilds
   SET ({COLUMNS}) = ({", ".join(f"${place}" for place in range(1, len(NAMES) + 3))}),
       updated_at = CURRENT_TIMESTAMP
 WHERE guild_id = $1
"""


async def change(connection: Connection, guild: TicketSettingsView) -> None:
    """Store all settings of a guild, whose row the caller has locked."""
    settings = [getattr(guild, name) for name in NAMES]
    await connection.execute(UPDATE_GUILD, guild.guild_id, guild.version, *settings)


SELECT_GUILD = f"""
SELECT {COLUMNS}
  FROM guilds
 WHERE guild_id = $1
"""


async def view(connection: Connection, guild_id: str) -> TicketSettingsView:
    """Return a guild's settings: the defaults if nobody has changed any."""
    row = await connection.fetchrow(SELECT_GUILD, guild_id)
    return TicketSettingsView.model_validate(dict(row) if row else {"guild_id": guild_id})
