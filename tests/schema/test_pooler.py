"""A migration renews the pooler's connections, which may keep statements of an older schema."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from deploy.local.programs import pgbouncer_keeps_prepared_statements
from schema.errors import MigrationError
from schema.migrate import migrate
from tests.conftest import Site
from tests.schema.conftest import passwords_of

ROOT = Path(__file__).parents[2]
NOWHERE = "postgresql://pgbouncer@127.0.0.1:1/pgbouncer"


@pytest.fixture
def console(database: Site) -> str:
    return database.servers.console_url


@pytest.fixture(autouse=True)
def missing(database: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let one migration be missing, in a copy of the files that the command uses."""
    folder = tmp_path / "schema"
    shutil.copytree(ROOT / "schema", folder)
    (folder / "scheduler" / "9999_later.sql").write_text("CREATE TABLE later (id int)", "utf-8")
    monkeypatch.setattr("schema.migrate.FOLDER", folder)
    yield
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS scheduler.later")
        connection.execute("DELETE FROM migrations.applied WHERE migration ~ '_later$'")


async def test_every_connection_to_postgresql_is_another_one_after_a_migration(
    database: Site, console: str
) -> None:
    """After a run without work too: the run before may have been killed before it could say so."""
    client = await asyncpg.connect(database.pooled_url("scheduler"), statement_cache_size=0)
    for _ in ("applies one", "applies none"):
        before = await client.fetchval("SELECT pg_backend_pid()")
        migrate(database.superuser_url, passwords_of(database), console)
        assert await client.fetchval("SELECT pg_backend_pid()") != before
    await client.close()


async def test_a_statement_prepared_before_works_on_a_column_of_another_type(
    database: Site, console: str, tmp_path: Path
) -> None:
    """PgBouncer 1.21 and newer keeps it by name: "cached plan must not change result type"."""
    later = tmp_path / "schema" / "scheduler" / "9999_later.sql"
    later.write_text("ALTER TABLE deadlines ALTER COLUMN kind TYPE varchar(60)", "utf-8")
    client = await asyncpg.connect(
        database.pooled_url("scheduler"),
        statement_cache_size=100 if pgbouncer_keeps_prepared_statements() else 0,
    )
    try:
        for _ in range(2):
            assert await client.fetch("SELECT kind FROM deadlines") == []
        migrate(database.superuser_url, passwords_of(database), console)
        assert await client.fetch("SELECT kind FROM deadlines") == []
    finally:
        await client.close()
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE scheduler.deadlines ALTER COLUMN kind TYPE text")


@pytest.mark.parametrize("is_refused", [False, True])
async def test_a_console_that_cannot_be_used_is_one_sentence_before_anything_changes(
    database: Site, console: str, *, is_refused: bool
) -> None:
    url = console.replace(":", ":x", 2).replace(":x//", "://") if is_refused else NOWHERE
    with pytest.raises(MigrationError, match=r"^PgBouncer's console at ") as refused:
        migrate(database.superuser_url, passwords_of(database), url)
    assert "\n" not in str(refused.value)
    with psycopg.connect(database.superuser_url) as connection:
        assert connection.execute("SELECT to_regclass('scheduler.later')").fetchone() == (None,)


async def test_without_a_console_a_migration_says_what_is_left_to_do(
    database: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    for has_work in (True, False):
        migrate(database.superuser_url, passwords_of(database))
        printed = capsys.readouterr().out
        assert ("PGBOUNCER_ADMIN_URL is not set: if PgBouncer is running" in printed) == has_work
