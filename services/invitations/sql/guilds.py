"""The SQL of the settings of guilds."""

from shared.database import Connection, Reader
from shared.guild_rows import GuildRows
from shared.messages.invitations.guilds import GuildState, GuildView

_ROWS = GuildRows(GuildView, GuildState)
COLUMNS = _ROWS.columns
lock, change, view = _ROWS.lock, _ROWS.change, _ROWS.view
# By these names a test finds each statement, and plans it as the service's role.
INSERT_GUILD, SELECT_GUILD = _ROWS.insert_sql, _ROWS.select_sql
LOCK_GUILD, UPDATE_GUILD = _ROWS.lock_sql, _ROWS.update_sql

OWNER_OF_DIGEST = """
SELECT guild_id
  FROM guilds
 WHERE api_token_sha256 = $1
"""


async def owner_of_digest(reader: Reader, digest: str) -> str | None:
    """Return the guild whose token of the API has this SHA-256."""
    row = await reader.fetchrow(OWNER_OF_DIGEST, digest)
    return row["guild_id"] if row else None


REPLACE_DIGEST = """
UPDATE guilds
   SET api_token_sha256 = $2
  FROM (SELECT api_token_sha256 AS digest FROM guilds WHERE guild_id = $1) AS before
 WHERE guild_id = $1
RETURNING before.digest
"""


async def replace_digest(connection: Connection, guild_id: str, digest: str | None) -> str | None:
    """Store the SHA-256 of a guild's token, and return that of the one before."""
    replaced: str | None = await connection.fetchval(REPLACE_DIGEST, guild_id, digest)
    return replaced
