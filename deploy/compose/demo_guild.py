"""`python -m deploy.compose.demo_guild`: set up the guild of the miniature Discord, once."""

import os
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from playground import demo

# What was changed in the demo since then stays.
INSERT_GUILD = """
INSERT INTO {schema}.guilds ({columns})
VALUES ({values})
ON CONFLICT (guild_id) DO NOTHING
"""


def set_up(
    database_url: str, schema: str = "invitations", settings: Mapping[str, Any] = demo.SETTINGS
) -> None:
    """Store how the demo's guild uses the bot, as the role of a service."""
    lists = {name: [*value] for name, value in settings.items() if isinstance(value, tuple)}
    row = {"guild_id": demo.GUILD_ID, "version": 1, **settings, **lists}
    statement = sql.SQL(INSERT_GUILD).format(
        schema=sql.Identifier(schema),
        columns=sql.SQL(", ").join(map(sql.Identifier, row)),
        values=sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    # Through PgBouncer no statement may stay prepared.
    with psycopg.connect(database_url, prepare_threshold=None) as connection:
        connection.execute(statement, row)


if __name__ == "__main__":
    set_up(os.environ["DATABASE_URL"])
