"""The PostgreSQL rights of each role, as one table, compared with the server's catalogue."""

import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

Connection = asyncpg.Connection
PGBOUNCER = Path(__file__).parents[2] / "deploy" / "pgbouncer" / "pgbouncer.ini"
DATA = "SELECT INSERT UPDATE DELETE"
MESSAGING = {
    "erasures": DATA,
    "inbox": DATA,
    "limits": DATA,
    "member_locks": DATA,
    "outbox": DATA,
    "refused_messages": DATA,
    "relay_lease": "SELECT UPDATE",  # an update locks the row; without the row no relay publishes
}
LOGS = {"audit_log": "SELECT INSERT", "erasure_log": "SELECT"}
# A role's rights on the tables and views of its own schema. It has none on any other schema's.
TABLES: dict[str, dict[str, str]] = {
    "invitations": {
        **MESSAGING,
        **LOGS,
        "calendars": DATA,
        **dict.fromkeys(("drafts", "feed", "guilds"), DATA),
        "feed_head": "SELECT UPDATE",  # without the row there are no numbers
        **dict.fromkeys(("image_parts", "images"), DATA),
        "invitations": DATA,
        "owed_repairs": DATA,
        "participants": DATA,
        "reminder_opt_outs": DATA,
        "repetitions": DATA,
        **dict.fromkeys(("sealed_texts", "templates"), DATA),
    },
    "tickets": {**MESSAGING, **LOGS, "guilds": DATA, "requests": DATA, "tickets": DATA},
    "scheduler": {**MESSAGING, "deadlines": DATA},
}
LOG_SEQUENCES = {"audit_log_id_seq", "erasure_log_id_seq"}
# What a role may take numbers from: it sets none of them back.
SEQUENCES = {
    "invitations": {*LOG_SEQUENCES, "outbox_id_seq", "participants_id_seq"},
    "tickets": {*LOG_SEQUENCES, "outbox_id_seq"},
    "scheduler": {"outbox_id_seq"},
}
MESSAGING_FUNCTIONS = {"end_old_transactions", "longest_transaction", "newest_press"}
FUNCTIONS = {
    "invitations": {
        *MESSAGING_FUNCTIONS,
        "count_seats_taken",
        "erase_member",
        "follow_seats_taken",
        "is_one_line",
        "keep_participant_times",
        *("list_invitations", "list_invitations_of_tag", "number_events"),
        "prevent_false_beginning",
        "prevent_final_participant_modification",
        "prevent_final_state_modification",
        "prevent_free_seat_beside_queue",
        "prevent_overtaking",
        "set_audit_log_guild",
        "update_invitation_updated_at",
    },
    "tickets": {*MESSAGING_FUNCTIONS, "erase_member", "free_slot", "set_audit_log_guild"},
    "scheduler": MESSAGING_FUNCTIONS,
}
CONNECTS = {"invitations", "tickets", "scheduler", "monitoring"}
# The replicator reads the log, and has no right on any database.
ROLES = sorted(CONNECTS | {"doukikai_replicator"})
ATTRIBUTES = {role: {"rolcanlogin"} for role in CONNECTS} | {
    "doukikai_owner": set(),
    "doukikai_replicator": {"rolcanlogin", "rolreplication"},
}
CONNECTIONS = {
    "doukikai_owner": -1,
    "doukikai_replicator": 10,
    "invitations": 110,
    "monitoring": 10,
    "scheduler": 110,
    "tickets": 110,
}
OURS = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
RELATION_RIGHTS = [*DATA.split(), "TRUNCATE", "REFERENCES", "TRIGGER"]


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def rights(owner: Connection, query: str, *arguments: object) -> set[tuple[str, ...]]:
    return {tuple(row) for row in await owner.fetch(query, *arguments)}


async def test_a_role_has_exactly_its_rights_on_tables(owner: Connection, role: str) -> None:
    found = await rights(
        owner,
        f"""
        SELECT relnamespace::regnamespace::text, relname, kind
          FROM pg_class
         CROSS JOIN unnest($2::text[]) AS kind
         WHERE relkind IN ('r', 'v', 'm', 'p', 'f')
           AND relnamespace::regnamespace::text {OURS}
           AND (has_table_privilege($1, oid, kind)
             OR kind IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                AND has_any_column_privilege($1, oid, kind))
        """,  # noqa: S608 - our own words
        role,
        RELATION_RIGHTS,
    )
    expected = {
        (role, table, kind)
        for table, kinds in TABLES.get(role, {}).items()
        for kind in kinds.split()
    }
    assert found == expected


async def test_a_role_has_exactly_its_rights_on_sequences(owner: Connection, role: str) -> None:
    found = await rights(
        owner,
        f"""
        SELECT relnamespace::regnamespace::text, relname, kind
          FROM pg_class
         CROSS JOIN unnest(ARRAY['SELECT', 'USAGE', 'UPDATE']) AS kind
         WHERE relkind = 'S'
           AND relnamespace::regnamespace::text {OURS}
           AND has_sequence_privilege($1, oid, kind)
        """,  # noqa: S608 - our own words
        role,
    )
    assert found == {(role, sequence, "USAGE") for sequence in SEQUENCES.get(role, ())}


async def test_a_role_has_exactly_its_rights_on_functions(owner: Connection, role: str) -> None:
    found = await rights(
        owner,
        f"""
        SELECT pronamespace::regnamespace::text, proname
          FROM pg_proc
         WHERE pronamespace::regnamespace::text {OURS}
           AND has_function_privilege($1, oid, 'EXECUTE')
        """,  # noqa: S608 - our own words
        role,
    )
    assert found == {(role, function) for function in FUNCTIONS.get(role, ())}


async def test_a_role_uses_its_own_schema_and_creates_in_none(owner: Connection, role: str) -> None:
    found = await rights(
        owner,
        f"""
        SELECT nspname, kind
          FROM pg_namespace
         CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS kind
         WHERE nspname {OURS} AND has_schema_privilege($1, oid, kind)
        """,  # noqa: S608 - our own words
        role,
    )
    assert found == ({(role, "USAGE")} if role in TABLES else set())


async def test_a_role_has_no_right_on_a_database_but_to_connect_to_ours(
    owner: Connection, role: str
) -> None:
    found = await rights(
        owner,
        """
        SELECT datname, kind
          FROM pg_database
         CROSS JOIN unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) AS kind
         WHERE datname IN (current_database(), 'postgres', 'template1')
           AND has_database_privilege($1, oid, kind)
        """,
        role,
    )
    own = await owner.fetchval("SELECT current_database()")
    assert found == ({(own, "CONNECT")} if role in CONNECTS else set())


async def test_every_role_is_in_the_table_with_its_attributes_and_connections(
    owner: Connection,
) -> None:
    rows = await owner.fetch(
        r"SELECT * FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'"
    )
    found = {
        row["rolname"]: {
            name for name, value in row.items() if value is True and name != "rolinherit"
        }
        for row in rows
    }
    assert found == ATTRIBUTES
    assert {row["rolname"]: row["rolconnlimit"] for row in rows} == CONNECTIONS


def test_a_service_has_as_many_connections_as_pgbouncer_opens_for_it() -> None:
    sizes = re.findall(
        r"^(?:default|reserve)_pool_size = (\d+)$", PGBOUNCER.read_text(), re.MULTILINE
    )
    assert {CONNECTIONS[name] for name in TABLES} == {sum(map(int, sizes))}


async def test_no_role_is_a_member_of_another_but_of_what_watching_needs(
    owner: Connection,
) -> None:
    found = await rights(
        owner,
        """
        SELECT member::regrole::text, roleid::regrole::text
          FROM pg_auth_members
         WHERE member::regrole::text !~ '^pg_'
        """,
    )
    assert found == {
        ("monitoring", "pg_monitor"),
        # Nobody logs in as the owner: its function end_old_transactions() needs both.
        ("doukikai_owner", "pg_read_all_stats"),
        ("doukikai_owner", "pg_signal_backend"),
    }


async def test_no_role_takes_a_lock_or_makes_an_object_that_belongs_to_no_table(
    owner: Connection, role: str
) -> None:
    """Advisory locks are numbers of the whole database, and fill the server's table of locks."""
    found = await rights(
        owner,
        r"""
        SELECT oid::regprocedure::text
          FROM pg_proc
         WHERE proname ~ '^(pg_(try_)?advisory_(xact_)?lock|lo_(creat|create|from_bytea|import)$)'
           AND has_function_privilege($1, oid, 'EXECUTE')
        """,
        role,
    )
    assert found == set()


async def test_every_function_finds_its_names_in_fixed_schemas(owner: Connection) -> None:
    """A body of SQL standard form is bound to its objects when it is made."""
    loose = await owner.fetch(
        f"""
        SELECT oid::regprocedure::text
          FROM pg_proc
         WHERE pronamespace::regnamespace::text {OURS}
           AND prosqlbody IS NULL
           AND NOT COALESCE('search_path=pg_catalog, pg_temp' = ANY (proconfig), FALSE)
        """  # noqa: S608 - our own words
    )
    assert [row[0] for row in loose] == []


async def test_public_has_no_right_anywhere(owner: Connection) -> None:
    granted = await owner.fetch(
        f"""
        SELECT nspname FROM pg_namespace, aclexplode(nspacl) AS acl
         WHERE acl.grantee = 0 AND nspname {OURS}
         UNION ALL
        SELECT relname FROM pg_class, aclexplode(relacl) AS acl
         WHERE acl.grantee = 0 AND relnamespace::regnamespace::text {OURS}
         UNION ALL
        SELECT proname FROM pg_proc, aclexplode(COALESCE(proacl, acldefault('f', proowner))) AS acl
         WHERE acl.grantee = 0 AND pronamespace::regnamespace::text {OURS}
         UNION ALL
        SELECT datname
          FROM pg_database, aclexplode(COALESCE(datacl, acldefault('d', datdba))) AS acl
         WHERE acl.grantee = 0 AND datname IN (current_database(), 'postgres', 'template1')
        """  # noqa: S608 - our own words
    )
    assert [row[0] for row in granted] == []


async def test_everything_belongs_to_an_owner_that_cannot_log_in(owner: Connection) -> None:
    owners = await owner.fetch(
        f"""
        SELECT DISTINCT rolname, rolcanlogin, rolsuper
          FROM (
            SELECT relowner AS own FROM pg_class WHERE relnamespace::regnamespace::text {OURS}
            UNION ALL
            SELECT proowner FROM pg_proc WHERE pronamespace::regnamespace::text {OURS}
          ) AS objects
          JOIN pg_roles ON pg_roles.oid = own
        """  # noqa: S608 - our own words
    )
    assert [tuple(row) for row in owners] == [("doukikai_owner", False, False)]


async def test_monitoring_reads_figures_and_no_row(database: Any) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute("SET SESSION AUTHORIZATION monitoring")
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_stat_activity")
        assert await connection.fetchval("SELECT count(*) FROM pg_ls_waldir()")
    finally:
        await connection.close()
