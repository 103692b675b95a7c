"""What the invitations service does for the members who manage a guild."""

from services.invitations.sql import audit, guilds
from shared.audit import noted
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.invitations.guilds import ChangeGuildSettings, GuildSettingsChanged
from shared.refusal import Refused


async def change_settings(command: ChangeGuildSettings, connection: Connection) -> Outcome:
    """Change some settings of the actor's own guild. Idempotent: what is the same is no change."""
    if command.actor.guild_id != command.guild_id:
        raise Refused("not_found")
    if not command.actor.may_manage:
        raise Refused("not_allowed")
    before = await guilds.lock(connection, command.guild_id)
    changes = command.changes.values
    after = before.model_copy(update={**changes, "version": before.version + 1})
    changed = [name for name, value in changes.items() if getattr(before, name) != value]
    if not changed:
        return accepted(choice="same")
    await guilds.change(connection, after)
    for name in changed:
        await audit.write_down(
            connection,
            command,
            guild_id=command.guild_id,
            setting=name,
            **noted(before=getattr(before, name), after=getattr(after, name)),
        )
    return accepted(GuildSettingsChanged(guild=after), choice="changed")
