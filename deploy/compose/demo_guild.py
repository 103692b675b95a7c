"""`python -m deploy.compose.demo_guild`: set up the guild of the miniature Discord, once."""

import os

import psycopg
from psycopg import sql

from playground import demo

# What was changed in the demo since then stays.
INSERT_GUILD = """
INSERT INTO invitations.guilds ({columns})
VALUES ({values})
ON CONFLICT (guild_id) DO NOTHING
"""


def set_up(database_url: str) -> None:
    """Store how the demo's guild uses the bot, as the role of the invitations service."""
    row = {"guild_id": demo.GUILD_ID, "version": 1, **demo.SETTINGS}
    statement = sql.SQL(INSERT_GUILD).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, row)),
        values=sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    # Through PgBouncer no statement may stay prepared.
    with psycopg.connect(database_url, prepare_threshold=None) as connection:
        connection.execute(statement, {**row, "staff_role_ids": [*row["staff_role_ids"]]})


if __name__ == "__main__":
    set_up(os.environ["DATABASE_URL"])
