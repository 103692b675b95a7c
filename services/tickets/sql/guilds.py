"""The SQL of the settings of guilds."""

from shared.guild_rows import GuildRows
from shared.messages.tickets.guilds import TicketSettings, TicketSettingsView

_ROWS = GuildRows(TicketSettingsView, TicketSettings)
COLUMNS = _ROWS.columns
INSERT_GUILD, SELECT_GUILD = _ROWS.insert, _ROWS.select
LOCK_GUILD, UPDATE_GUILD = _ROWS.lock, _ROWS.update
lock, change, view = _ROWS.locked, _ROWS.change, _ROWS.view
