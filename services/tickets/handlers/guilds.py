"""What the tickets service does for the members who manage a guild."""

from services.tickets.sql import audit, guilds
from shared.audit import noted
from shared.database import Connection
from shared.dispatch import Outcome, answer_to, answered
from shared.messages.tickets.commands import ShowTicketPanel
from shared.messages.tickets.guilds import (
    ChangeTicketSettings,
    ReadTicketSettings,
    TicketSettingsChanged,
)
from shared.messages.tickets.replies import TicketPanelShown, TicketSettingsShown
from shared.refusal import Refused


async def show_panel(command: ShowTicketPanel, connection: Connection) -> Outcome:
    """Give staff the categories of their guild's panel; refuse if it has none."""
    if not command.actor.is_staff_of(command.guild_id):
        raise Refused("not_staff")
    categories = (await guilds.view(connection, command.guild_id)).categories
    if not categories:
        raise Refused("no_ticket_categories")
    shown = {"guild_id": command.guild_id, "categories": categories}
    return answered(command, TicketPanelShown, **shown)


async def read_settings(command: ReadTicketSettings, connection: Connection) -> Outcome:
    """Show the settings of the actor's own guild."""
    _check_manager(command)
    guild = await guilds.view(connection, command.guild_id)
    return answered(command, TicketSettingsShown, guild=guild)


async def change_settings(command: ChangeTicketSettings, connection: Connection) -> Outcome:
    """Change some settings of the actor's own guild. Idempotent: what is the same is no change."""
    _check_manager(command)
    before = await guilds.lock(connection, command.guild_id)
    changes = command.changes.values
    changed = [name for name, value in changes.items() if getattr(before, name) != value]
    if not changed:
        return answered(command, TicketSettingsShown, guild=before)
    after = before.model_copy(update={**changes, "version": before.version + 1})
    await guilds.change(connection, after)
    for name in changed:
        values = noted(before=getattr(before, name), after=getattr(after, name))
        about = {"guild_id": command.guild_id, "setting": name}
        await audit.write_down(connection, command, None, **about, **values)
    shown = answer_to(command.reply_to, command, TicketSettingsShown, guild=after, has_changed=True)
    return Outcome([TicketSettingsChanged(guild=after), *shown])


def _check_manager(command: ReadTicketSettings | ChangeTicketSettings) -> None:
    if command.actor.guild_id != command.guild_id:
        raise Refused("not_found")
    if not command.actor.may_manage:
        raise Refused("not_allowed")
