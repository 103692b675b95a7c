"""What the invitations service does with templates."""

from services.invitations.domain import check_staff
from services.invitations.handlers.drafting import open_draft
from services.invitations.sql import audit, guilds, templates
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.limits import too_many
from shared.messages.invitations.templates import (
    MOST_OF_GUILD,
    MOST_OWN,
    DeleteTemplate,
    SaveTemplate,
)
from shared.messages.vrchat import names_instance
from shared.refusal import Refused


async def save_template(command: SaveTemplate, connection: Connection) -> Outcome:
    """Keep a complete draft as a template. A refusal for one too many undoes it."""
    draft = await open_draft(connection, command)
    if draft.details is None:
        raise Refused("draft_has_mistakes")
    if names_instance(command.name):
        raise Refused("names_an_instance")
    if command.is_of_guild:
        check_staff(command.actor)
        # Two staff members at once; a host's own presses are handled one by one.
        await guilds.lock(connection, command.guild_id)
    is_replaced, count = await templates.save(connection, command)
    if command.is_of_guild:
        if count > MOST_OF_GUILD:
            raise too_many("guild_templates", MOST_OF_GUILD)
        await _write_down(connection, command, command.name)
    elif count > MOST_OWN:
        raise too_many("own_templates", MOST_OWN)
    return accepted(choice="replaced" if is_replaced else "saved")


async def delete_template(command: DeleteTemplate, connection: Connection) -> Outcome:
    """Delete a template of the actor's own, or for staff one of the guild."""
    deleted = await templates.delete(connection, command)
    if deleted is None:
        raise Refused("not_found")
    name, is_of_guild = deleted
    if is_of_guild:
        check_staff(command.actor)
        await _write_down(connection, command, name)
    return accepted(choice="deleted")


async def _write_down(
    connection: Connection, command: SaveTemplate | DeleteTemplate, name: str
) -> None:
    await audit.write_down(connection, command, guild_id=command.guild_id, template=name)
