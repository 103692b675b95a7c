"""The SQL of the settings of guilds."""

from shared.guild_rows import GuildRows
from shared.messages.invitations.guilds import GuildState, GuildView

_ROWS = GuildRows(GuildView, GuildState)
COLUMNS = _ROWS.columns
lock, change, view = _ROWS.lock, _ROWS.change, _ROWS.view
# By these names a test finds each statement, and plans it as the service's role.
INSERT_GUILD, SELECT_GUILD = _ROWS.insert_sql, _ROWS.select_sql
LOCK_GUILD, UPDATE_GUILD = _ROWS.lock_sql, _ROWS.update_sql
