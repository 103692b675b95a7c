"""The SQL of templates: each statement names the guild, and the host or none for the guild's."""

from services.invitations.sql.state import DETAILS
from shared.database import Connection, Reader
from shared.messages.invitations.details import Details
from shared.messages.invitations.templates import (
    MOST_SHOWN,
    DeleteTemplate,
    SaveTemplate,
    TemplateView,
)

DELETE_SAME_NAME = """
DELETE FROM templates
 WHERE guild_id = $1
   AND host_id IS NOT DISTINCT FROM $2
   AND name = $3
RETURNING template_id
"""

COUNT_TEMPLATES = """
SELECT count(*)
  FROM templates
 WHERE guild_id = $1
   AND host_id IS NOT DISTINCT FROM $2
"""

INSERT_TEMPLATE = f"""
INSERT INTO templates (template_id, guild_id, host_id, name, mention, {DETAILS})
SELECT $2, $3, $4, $5, mention, {DETAILS}
  FROM drafts
 WHERE request_id = $1
"""


async def save(connection: Connection, command: SaveTemplate) -> tuple[bool, int]:
    """Keep a locked, complete draft as a template.

    Returns whether it has replaced one, and how many the host or the guild has now.
    """
    host_id = None if command.is_of_guild else command.actor.user_id
    owner = (command.guild_id, host_id)
    replaced = await connection.fetchval(DELETE_SAME_NAME, *owner, command.name)
    await connection.execute(
        INSERT_TEMPLATE, command.request_id, command.template_id, *owner, command.name
    )
    return replaced is not None, await connection.fetchval(COUNT_TEMPLATES, *owner)


DELETE_TEMPLATE = """
DELETE FROM templates
 WHERE template_id = $1
   AND guild_id = $2
   AND (host_id IS NULL OR host_id = $3)
RETURNING name, host_id IS NULL AS is_of_guild
"""


async def delete(connection: Connection, command: DeleteTemplate) -> tuple[str, bool] | None:
    """Delete a template of the actor or of the guild; return its name and if it was the guild's.

    None if there is none.
    """
    row = await connection.fetchrow(
        DELETE_TEMPLATE, command.template_id, command.guild_id, command.actor.user_id
    )
    return (row["name"], row["is_of_guild"]) if row else None


LIST_TEMPLATES = f"""
SELECT template_id, name, mention, host_id IS NULL AS is_of_guild, {DETAILS}
  FROM templates
 WHERE guild_id = $1
   AND (host_id IS NULL OR host_id = $2)
 ORDER BY host_id IS NULL, name
 LIMIT {MOST_SHOWN}
"""


async def of_host(reader: Reader, guild_id: str, host_id: str) -> list[TemplateView]:
    """Return the templates that a host can open in a guild."""
    rows = await reader.fetch(LIST_TEMPLATES, guild_id, host_id)
    return [TemplateView(**{**row, "details": Details(**dict(row))}) for row in rows]
