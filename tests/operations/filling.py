"""Rows about a guild in every table that can hold some, and every row as text."""

from collections.abc import Mapping
from uuid import uuid4

import asyncpg

from tests.schema.rows import event, insert, invitation, participant, template, ticket

# Everything that a guild leaves behind, by the guild; the erasure log is the trace of its end.
ROWS = """
SELECT relid::regclass::text
  FROM pg_stat_user_tables
 WHERE schemaname IN ('invitations', 'tickets', 'scheduler')
   AND relname NOT IN ('erasure_log', 'relay_lease', 'feed_head')
 ORDER BY 1
"""


async def fill(superuser: asyncpg.Connection, guild: str, *, days_ago: int = 0) -> None:
    """Store something about a guild in every table that can hold it."""
    running = invitation(guild_id=guild)
    over = invitation(guild_id=guild, vrchat_profile=None)
    for row in (running, over):
        await insert(superuser, "invitations.invitations", row)
        await insert(superuser, "invitations.participants", participant(row["id"]))
        await superuser.execute(
            "INSERT INTO invitations.repetitions (request_id, times_left) VALUES ($1, 3)",
            row["request_id"],
        )
        await superuser.execute(
            "INSERT INTO invitations.audit_log (actor_id, actor_name, action, invitation_id)"
            " VALUES ('3', '主催', 'CloseInvitation', $1)",
            row["id"],
        )
    await superuser.execute(
        "UPDATE invitations.invitations SET status = 'completed' WHERE id = $1", over["id"]
    )
    draft = event(guild_id=guild)
    await insert(superuser, "invitations.drafts", draft)
    for host_id in ("3", None):
        row = template(guild_id=guild, host_id=host_id)
        await insert(superuser, "invitations.templates", row)
    await superuser.execute(
        "INSERT INTO invitations.repetitions (request_id, times_left) VALUES ($1, 3)",
        draft["request_id"],
    )
    await _add_picture(superuser, "request_id", draft["request_id"])
    await _add_picture(superuser, "request_id", over["request_id"])
    await _add_picture(superuser, "invitation_id", running["id"])
    await superuser.execute(
        "INSERT INTO invitations.calendars (owner_kind, owner_id, token, token_sha256)"
        " VALUES ('guild', $1::text, 'v1.k1.c2VhbGVk', sha256(convert_to($1::text, 'UTF8')))",
        guild,
    )
    await superuser.execute(
        "INSERT INTO invitations.audit_log (actor_id, actor_name, action, details)"
        " VALUES ('3', '主催', 'ChangeGuildSettings', jsonb_build_object('guild_id', $1::text))",
        guild,
    )
    await superuser.execute(
        "INSERT INTO invitations.guilds (guild_id, language, announcement_channel_id)"
        " VALUES ($1, 'en', '5')",
        guild,
    )
    await superuser.execute(
        "INSERT INTO invitations.feed (sequence, message_id, name, guild_id, members, body)"
        " SELECT count(*) + 1, gen_random_uuid(), 'invitations.InvitationEdited', $1, '{3}', '{}'"
        "   FROM invitations.feed",
        guild,
    )
    await superuser.execute(
        "INSERT INTO tickets.guilds (guild_id, per_category) VALUES ($1, 2)", guild
    )
    opened = ticket(guild_id=guild)
    await superuser.execute(
        "INSERT INTO tickets.requests (request_id, guild_id, channel_id, user_id, user_name,"
        " category, subject, ticket_id, slot)"
        " VALUES ($1, $2, '2', '7', '相談者', 'question', $3, $4, 1)",
        opened["request_id"],
        guild,
        opened["subject"],
        opened["id"],
    )
    await insert(superuser, "tickets.tickets", opened)
    await superuser.execute(
        "INSERT INTO tickets.audit_log (actor_id, actor_name, action, ticket_id)"
        " VALUES ('7', '相談者', 'OpenTicket', $1)",
        opened["id"],
    )
    for subject in (running["id"], opened["id"]):
        await superuser.execute(
            "INSERT INTO scheduler.deadlines (kind, subject_id, due_at, version)"
            " VALUES ('close_invitation', $1, now(), 1)",
            subject,
        )
    if days_ago:
        await _age(superuser, guild, days_ago)


async def _add_picture(superuser: asyncpg.Connection, subject: str, subject_id: object) -> None:
    name = f"{uuid4().hex}.png"
    await superuser.execute(
        f"INSERT INTO invitations.images (name, {subject}, url, size)"  # noqa: S608 - our own words
        " VALUES ($1, $2, 'https://cdn.discordapp.com/a', 1)",
        name,
        subject_id,
    )
    await superuser.execute(
        "INSERT INTO invitations.image_parts (name, part, content) VALUES ($1, 0, 'x')", name
    )


async def _age(superuser: asyncpg.Connection, guild: str, days: int) -> None:
    for table, columns in {
        "invitations.invitations": ("updated_at",),
        "invitations.guilds": ("updated_at",),
        "tickets.guilds": ("updated_at",),
        "tickets.tickets": ("created_at", "last_activity_at"),
    }.items():
        changes = ", ".join(f"{each} = now() - make_interval(days => {days})" for each in columns)
        async with superuser.transaction():
            # Without the trigger that sets updated_at.
            await superuser.execute("SET LOCAL session_replication_role = replica")
            await superuser.execute(
                f"UPDATE {table} SET {changes} WHERE guild_id = $1",  # noqa: S608 - our own words
                guild,
            )


async def rows(superuser: asyncpg.Connection) -> Mapping[str, set[str]]:
    """Return every row of every service as text."""
    tables = [row[0] for row in await superuser.fetch(ROWS)]
    return {
        table: {
            row[0]
            for row in await superuser.fetch(f"SELECT each::text FROM {table} AS each")  # noqa: S608
        }
        for table in tables
    }
