"""Every object of the customer's design exists by its name, as tests/schema/design.py holds it."""

import asyncpg
import pytest

from tests.schema import design

Connection = asyncpg.Connection
TABLES = sorted(design.COLUMNS)


@pytest.mark.parametrize("table", TABLES)
async def test_every_column_is_there_with_its_type(owner: Connection, table: str) -> None:
    rows = await owner.fetch(
        """
        SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull
        FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0
        """,
        table,
    )
    found = {row["attname"]: (row["type"], row["attnotnull"]) for row in rows}
    assert found | design.COLUMNS[table] == found


@pytest.mark.parametrize(("column", "default"), design.DEFAULTS.items())
async def test_every_default_is_there(
    owner: Connection, column: tuple[str, str], default: str
) -> None:
    found = await owner.fetchval(
        """
        SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
        JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
        WHERE adrelid = $1::text::regclass AND attname = $2
        """,
        *column,
    )
    assert found.replace("('participants_", "('invitations.participants_") == default


@pytest.mark.parametrize("table", TABLES)
async def test_every_constraint_is_there_and_validated(owner: Connection, table: str) -> None:
    await owner.execute("SET search_path = pg_catalog")  # so that definitions name the schema
    rows = await owner.fetch(
        """
        SELECT conname, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint WHERE conrelid = $1::text::regclass AND convalidated
        """,
        table,
    )
    found = {row["conname"]: row["definition"] for row in rows}
    for name, part in design.CONSTRAINTS[table].items():
        assert part in found[name]


@pytest.mark.parametrize("table", TABLES)
async def test_tables_have_no_type_but_the_ones_asyncpg_knows(
    owner: Connection, table: str
) -> None:
    foreign = await owner.fetch(
        """
        SELECT attname FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
        WHERE attrelid = $1::text::regclass AND typnamespace <> 'pg_catalog'::regnamespace
        """,
        table,
    )
    assert foreign == []


@pytest.mark.parametrize(("index", "definition"), design.INDEXES.items())
async def test_every_index_is_there_and_valid(
    owner: Connection, index: str, definition: str
) -> None:
    found = await owner.fetchrow(
        """
        SELECT indisvalid, pg_get_indexdef(indexrelid) AS definition
        FROM pg_index WHERE indexrelid = $1::text::regclass
        """,
        index,
    )
    assert found is not None
    assert found["indisvalid"]
    assert found["definition"].endswith(f".{definition}")


@pytest.mark.parametrize(("trigger", "definition"), design.TRIGGERS.items())
async def test_every_trigger_is_there_and_enabled(
    owner: Connection, trigger: str, definition: str
) -> None:
    await owner.execute("SET search_path = pg_catalog")
    found = await owner.fetchrow(
        "SELECT tgenabled, pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE tgname = $1",
        trigger,
    )
    assert found is not None
    assert found["tgenabled"] == b"O"
    assert found["definition"] == f"CREATE TRIGGER {trigger} {definition}"


@pytest.mark.parametrize(("column", "target"), design.STATISTICS_TARGETS.items())
async def test_every_statistics_target_is_there(
    owner: Connection, column: str, target: int
) -> None:
    found = await owner.fetchval(
        """
        SELECT attstattarget FROM pg_attribute
        WHERE attrelid = 'invitations.invitations'::regclass AND attname = $1
        """,
        column,
    )
    assert found == target


async def test_status_and_tag_are_known_to_depend_on_each_other(owner: Connection) -> None:
    found = await owner.fetchval(
        "SELECT pg_get_statisticsobjdef_columns(oid) FROM pg_statistic_ext WHERE stxname = $1",
        "stat_invitation_status_tag",
    )
    assert set(found.split(", ")) == {"status", "tag"}


async def test_the_storage_settings_are_there(owner: Connection) -> None:
    found = await owner.fetchval(
        "SELECT reloptions FROM pg_class WHERE oid = 'invitations.invitations'::regclass"
    )
    assert set(found) == design.STORAGE


@pytest.mark.parametrize(("table", "comment"), design.TABLE_COMMENTS.items())
async def test_every_comment_on_a_table_is_there(
    owner: Connection, table: str, comment: str
) -> None:
    found = await owner.fetchval("SELECT obj_description($1::text::regclass, 'pg_class')", table)
    assert found == comment


@pytest.mark.parametrize(("column", "comment"), design.COLUMN_COMMENTS.items())
async def test_every_comment_on_a_column_is_there(
    owner: Connection, column: str, comment: str
) -> None:
    found = await owner.fetchval(
        """
        SELECT col_description(attrelid, attnum) FROM pg_attribute
        WHERE attrelid = 'invitations.invitations'::regclass AND attname = $1
        """,
        column,
    )
    assert found == comment


@pytest.mark.parametrize(("constraint", "comment"), design.CONSTRAINT_COMMENTS.items())
async def test_every_comment_on_a_constraint_is_there(
    owner: Connection, constraint: str, comment: str
) -> None:
    found = await owner.fetchval(
        "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = $1",
        constraint,
    )
    assert found == comment


async def test_every_table_explains_itself(owner: Connection) -> None:
    silent = await owner.fetch(
        """
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace::regnamespace::text
              IN ('invitations', 'tickets', 'scheduler', 'migrations')
          AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL
        """
    )
    assert silent == []
