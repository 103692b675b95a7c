"""An erasure reaches rows that only the owner may change, and needs a request."""

from typing import Any

import asyncpg
import pytest

from tests.schema.rows import insert, new_invitation, participant

Connection = asyncpg.Connection
# Where a person can stand. A new column enters here once erase_member() or its caller knows it.
PERSONAL = {
    ("audit_log", "actor_id"),
    ("audit_log", "actor_name"),
    ("audit_log", "details"),
    ("calendars", "owner_id"),
    ("drafts", "co_host_ids"),
    ("drafts", "more_reminders"),
    ("drafts", "host_id"),
    ("drafts", "host_name"),
    ("drafts", "reply_to"),
    ("feed", "members"),  # and its body: services/invitations/feed/erasing.py
    ("invitations", "co_host_ids"),
    ("invitations", "more_reminders"),
    ("invitations", "host_id"),
    ("invitations", "host_name"),
    ("invitations", "staff_id"),
    ("invitations", "staff_name"),
    ("participants", "user_id"),
    ("participants", "user_name"),
    ("reminder_opt_outs", "user_id"),
    ("templates", "co_host_ids"),
    ("templates", "more_reminders"),
    ("templates", "host_id"),
}


PERSONAL_IN_TICKETS = {
    ("audit_log", "actor_id"),
    ("audit_log", "actor_name"),
    ("audit_log", "details"),
    ("requests", "reply_to"),
    ("requests", "user_id"),
    ("requests", "user_name"),
    ("tickets", "added_ids"),
    ("tickets", "closed_by"),
    ("tickets", "removed_ids"),
    ("tickets", "staff_id"),
    ("tickets", "staff_name"),
    ("tickets", "user_id"),
    ("tickets", "user_name"),
}


@pytest.mark.parametrize(
    ("schema", "personal"), [("invitations", PERSONAL), ("tickets", PERSONAL_IN_TICKETS)]
)
async def test_no_column_that_can_name_a_person_is_forgotten(
    owner: Connection, schema: str, personal: set[tuple[str, str]]
) -> None:
    rows = await owner.fetch(
        """
        SELECT table_name, column_name
          FROM information_schema.columns
         WHERE table_schema = $1
           AND table_name <> 'guilds'  -- channels, roles and categories
           AND (table_name, column_name) <> ('owed_repairs', 'missing')  -- names of permissions
           AND table_name IN (SELECT tablename FROM pg_tables WHERE tablename !~ 'box$')
           AND (column_name ~ '(user|host|actor|staff|owner|member|author)_(id|name)$'
             OR column_name ~ '_by(_id|_name)?$'
             OR data_type IN ('json', 'jsonb', 'ARRAY'))
        """,
        schema,
    )
    assert {tuple(row) for row in rows} == personal


# As shared.erasures.begin() records it.
REQUEST = """
INSERT INTO erasures (member_key, interaction_id)
VALUES ($1, 7)
ON CONFLICT (member_key) DO UPDATE SET erased_at = clock_timestamp()
"""


ERASE = "SELECT erase_member($1, $2)"


def key(member: str) -> int:
    """Return the hash of a member; here any that is another for each."""
    return 1_000_000 + int(member)


async def erase(connection: Connection, member: str) -> None:
    await connection.execute(REQUEST, key(member))
    await connection.execute(ERASE, member, key(member))


ENTER = "INSERT INTO audit_log (actor_id, actor_name, action) VALUES ($1, '名前', 'x')"
FORGET = "DELETE FROM erasures"


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_no_member_is_erased_without_a_request_of_the_same_transaction(
    database: Any, schema: str
) -> None:
    """H6: the service's role could take any actor out of the audit log."""
    connection = await asyncpg.connect(database.url(schema))
    await connection.execute(REQUEST, key("5"))  # its transaction is over
    await connection.execute(ENTER, "5")
    for member in ("5", "6"):
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await connection.execute(ERASE, member, key(member))
        assert refusal.value.sqlstate == "DK006"
    assert await connection.fetchval("SELECT actor_id FROM audit_log") == "5"
    await connection.execute(FORGET)
    await connection.close()


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_an_erasure_leaves_a_trace_that_outlives_its_request(
    invitations: Connection, tickets: Connection, schema: str
) -> None:
    connection = {"invitations": invitations, "tickets": tickets}[schema]
    await connection.execute(ENTER, "15")
    await connection.execute("SAVEPOINT message")  # as each message of a batch has
    await erase(connection, "15")
    await connection.execute(FORGET)
    row = await connection.fetchrow(
        "SELECT member_key, interaction_id, audit_entries FROM erasure_log ORDER BY id DESC LIMIT 1"
    )
    assert row is not None
    assert tuple(row) == (key("15"), 7, 1)
    assert await connection.fetchval("SELECT count(*) FROM audit_log WHERE actor_id = '15'") == 0


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_the_function_runs_as_the_owner_on_a_fixed_path(
    owner: Connection, schema: str
) -> None:
    row = await owner.fetchrow(
        """
        SELECT prosecdef, proowner::regrole::text AS owner, proconfig
          FROM pg_proc
         WHERE oid = ($1 || '.erase_member(text, integer)')::regprocedure
        """,
        schema,
    )
    assert row is not None
    assert tuple(row) == (True, "doukikai_owner", ["search_path=pg_catalog, pg_temp"])


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("tickets", "invitations"),
        ("scheduler", "invitations"),
        ("invitations", "tickets"),
        ("scheduler", "tickets"),
    ],
)
async def test_no_other_service_erases(name: str, schema: str, database: Any) -> None:
    connection = await asyncpg.connect(database.url(name))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(f"SELECT {schema}.erase_member('1', 1)")
    await connection.close()


async def test_an_open_invitation_is_left_to_the_service(invitations: Connection) -> None:
    """It tells what happens to seats and queue; here they would change without an event."""
    event = await new_invitation(invitations, host_id="5")
    await insert(invitations, "participants", participant(event, user_id="6"))
    for member in ("5", "6"):
        await erase(invitations, member)
    row = await invitations.fetchrow("SELECT host_id, joined_count FROM invitations")
    assert row is not None
    assert tuple(row) == ("5", 1)
    assert await invitations.fetchval("SELECT user_id FROM participants") == "6"


async def test_two_erased_members_of_one_final_invitation_stay_two(
    invitations: Connection,
) -> None:
    event = await new_invitation(invitations, vrchat_profile=None)
    for member in ("5", "6"):
        await insert(invitations, "participants", participant(event, user_id=member))
    await invitations.execute("UPDATE invitations SET status = 'completed'")
    for member in ("5", "6"):
        await erase(invitations, member)
    ids = [row[0] for row in await invitations.fetch("SELECT user_id FROM participants")]
    assert len(set(ids)) == 2
    assert all(id_.startswith("0") for id_ in ids)
    assert await invitations.fetchval("SELECT joined_count FROM invitations") == 2


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_no_service_erases_a_guild(
    invitations: Connection, tickets: Connection, schema: str
) -> None:
    connection = {"invitations": invitations, "tickets": tickets}[schema]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(f"SELECT {schema}.erase_guild('1')")


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_no_entry_of_the_erasure_log_is_about_a_member_and_a_guild(
    owner: Connection, schema: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(
            f"INSERT INTO {schema}.erasure_log"  # noqa: S608 - names of our own
            " (member_key, guild_id, interaction_id, audit_entries) VALUES (1, '1', 0, 0)"
        )


@pytest.mark.parametrize("schema", ["invitations", "tickets"])
async def test_a_process_of_the_release_before_erases_and_leaves_no_hash_in_the_trace(
    invitations: Connection, tickets: Connection, schema: str
) -> None:
    """It has no key: a thief with a list of members would know whom its own hash means."""
    connection = {"invitations": invitations, "tickets": tickets}[schema]
    await connection.execute(ENTER, "15")
    await connection.execute(
        "INSERT INTO erasures (member_key, interaction_id) VALUES (hashtext('15'), 7)"
    )
    await connection.execute("SELECT erase_member('15')")
    row = await connection.fetchrow(
        "SELECT member_key, interaction_id, audit_entries FROM erasure_log ORDER BY id DESC LIMIT 1"
    )
    assert row is not None
    assert tuple(row) == (None, 7, 1)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await connection.execute("SELECT erase_member('16')")
    assert refusal.value.sqlstate == "DK006"


# A new table enters here once erase_guild() knows it, or with the reason why it need not.
GUILDS = {
    "invitations": {
        ("audit_log", "guild_id"),
        ("calendars", "owner_id"),
        ("drafts", "guild_id"),
        ("feed", "guild_id"),
        ("erasure_log", "guild_id"),  # the trace
        ("guilds", "guild_id"),
        ("invitations", "guild_id"),
        ("templates", "guild_id"),
    },
    "tickets": {
        ("audit_log", "guild_id"),
        ("erasure_log", "guild_id"),
        ("guilds", "guild_id"),
        ("requests", "guild_id"),
        ("tickets", "guild_id"),
    },
    "scheduler": set[tuple[str, str]](),
}


@pytest.mark.parametrize("schema", GUILDS)
async def test_no_column_that_names_a_guild_is_forgotten(owner: Connection, schema: str) -> None:
    rows = await owner.fetch(
        """
        SELECT table_name, column_name
          FROM information_schema.columns
         WHERE table_schema = $1
           AND column_name ~ '(guild|owner)_id$'
           AND table_name IN (SELECT tablename FROM pg_tables)
        """,
        schema,
    )
    assert {tuple(row) for row in rows} - GUILDS[schema] == set()
