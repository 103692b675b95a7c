"""The SQL of the settings of guilds: a service's table `guilds` has one row a guild."""

from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.database import Connection, Reader

ViewT = TypeVar("ViewT", bound=BaseModel)


class GuildRows(Generic[ViewT]):
    """Rows whose columns are the fields of a view: `guild_id`, `version` and the settings."""

    def __init__(self, view: type[ViewT], settings: type[BaseModel]) -> None:
        self._view = view
        self._fields = ("guild_id", "version", *settings.model_fields)
        self.columns = ", ".join(self._fields)
        places = ", ".join(f"${place}" for place in range(1, len(self._fields) + 1))
        # A guild has no row until its first change.
        self.insert_sql = """
INSERT INTO guilds (guild_id)
VALUES ($1)
ON CONFLICT (guild_id) DO NOTHING
"""
        self.select_sql = f"""
SELECT {self.columns}
  FROM guilds
 WHERE guild_id = $1
"""  # noqa: S608 - columns are names of our own fields
        self.lock_sql = f"{self.select_sql}   FOR UPDATE\n"
        self.update_sql = f"""
UPDATE guilds
   SET ({self.columns}) = ({places}),
       updated_at = CURRENT_TIMESTAMP
 WHERE guild_id = $1
"""  # noqa: S608 - likewise

    async def lock(self, connection: Connection, guild_id: str) -> ViewT:
        """Return a guild's settings, which nobody else changes until the transaction ends."""
        await connection.execute(self.insert_sql, guild_id)
        [row] = await connection.fetch(self.lock_sql, guild_id)
        return self._view.model_validate(dict(row))

    async def change(self, connection: Connection, guild: ViewT) -> None:
        """Store all settings of a guild, whose row the caller has locked."""
        await connection.execute(self.update_sql, *(getattr(guild, name) for name in self._fields))

    async def view(self, reader: Reader, guild_id: str) -> ViewT:
        """Return a guild's settings: the defaults if nobody has changed any."""
        row = await reader.fetchrow(self.select_sql, guild_id)
        return self._view.model_validate(dict(row) if row else {"guild_id": guild_id})
