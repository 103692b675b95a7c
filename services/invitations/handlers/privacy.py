"""What the invitations service answers members about what is stored of them."""

from services.invitations.sql import export, history
from services.invitations.sql.lists import Wanted
from shared.database import Connection
from shared.dispatch import Outcome, answered
from shared.guilds import guild_of
from shared.messages.invitations.mine import ExportMyData, ReadHistory
from shared.messages.replies import DataExported, HistoryShown
from shared.paging import read_cursor

PAGE = 10


async def read_history(command: ReadHistory, connection: Connection) -> Outcome:
    """Show a member a page of what they took part in, in the guild where they ask."""
    wanted = Wanted(command.tag, command.status, guild_of(command.actor))
    at = read_cursor(command.cursor) if command.cursor else None
    entries, around = await history.newest_first(
        connection, command.actor.user_id, wanted, at, PAGE
    )
    filters = {"tag": command.tag, "status": command.status}
    return answered(command, HistoryShown, entries=entries, **filters, **around._asdict())


async def export_my_data(command: ExportMyData, connection: Connection) -> Outcome:
    """Give a member a part of everything that is stored about them."""
    part, following = await export.part_about(
        connection, command.actor.user_id, command.part, command.after
    )
    said = {"actor": command.actor, "export": part, "tickets": command.tickets}
    return answered(command, DataExported, next=following, **said)
