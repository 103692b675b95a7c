"""The migrations make the schema of current.sql, once, even if several processes run them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import psycopg
import pytest

from schema.errors import MigrationError
from schema.migrate import LOCK_KEY, migrate, wait_for_turn
from schema.passwords import matches
from schema.runner import set_password
from schema.snapshot import HEADER, snapshot
from tests.schema.rows import insert, invitation

ROOT = Path(__file__).parents[2]
SERVICES = ("invitations", "tickets", "scheduler")
MESSAGING = len(list((ROOT / "schema" / "messaging").glob("*.sql")))
OWN = sum(len(list((ROOT / "schema" / service).glob("*.sql"))) for service in SERVICES)
APPLIED = MESSAGING * len(SERVICES) + OWN


def run(url: str | None, passwords: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start the command as an operator would."""
    wanted = {f"{name.upper()}_DATABASE_PASSWORD": value for name, value in passwords.items()}
    if url is not None:
        wanted["MIGRATION_DATABASE_URL"] = url
    kept = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "schema.migrate", *arguments],
        cwd=ROOT,
        env=kept | wanted,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def test_the_migrations_give_current_sql(
    empty_database: str, passwords: dict[str, str]
) -> None:
    migrate(empty_database, passwords)
    assert HEADER + snapshot(empty_database) == (ROOT / "schema" / "current.sql").read_text("utf-8")


async def test_a_second_run_changes_nothing(
    empty_database: str, passwords: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(empty_database, passwords)
    before = await fingerprint(empty_database)
    assert f"schema is current: {APPLIED} applied" in capsys.readouterr().out
    migrate(empty_database, passwords)
    assert await fingerprint(empty_database) == before
    assert "schema is current: 0 applied" in capsys.readouterr().out


async def test_of_four_migrators_at_once_exactly_one_applies(
    empty_database: str, passwords: dict[str, str]
) -> None:
    processes = [run(empty_database, passwords) for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    counts = sorted(int(out.split()[-2]) for out, _ in outputs)
    assert counts == [0, 0, 0, APPLIED]


async def test_a_migrator_waits_for_the_one_ahead_only_so_long(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.migrate.TURN_TIMEOUT_SECONDS", 0.0)
    ahead = await asyncpg.connect(empty_database)
    await ahead.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
    with (
        psycopg.connect(empty_database, autocommit=True) as connection,
        pytest.raises(MigrationError, match="Another migration has been running"),
    ):
        wait_for_turn(connection)
    await ahead.close()


async def test_a_lock_held_too_long_is_one_sentence_and_nothing_stays(
    empty_database: str,
    passwords: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    migrate(empty_database, passwords)
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    (tmp_path / "schema" / "tickets" / "9999_mood.sql").write_text(
        "CREATE TABLE moods (id int); ALTER TABLE tickets ADD COLUMN mood text;", "utf-8"
    )
    monkeypatch.setattr("schema.migrate.FOLDER", tmp_path / "schema")
    monkeypatch.setattr("schema.runner.LOCK_PATIENCE_SECONDS", 1.0)
    reader = await asyncpg.connect(empty_database)
    async with reader.transaction():
        await reader.execute("SELECT FROM tickets.tickets")
        with pytest.raises(MigrationError, match="kept a lock the migration needs for 1 s"):
            migrate(empty_database, passwords)
        assert await reader.fetchval("SELECT to_regclass('tickets.moods')") is None
    migrate(empty_database, passwords)
    assert await reader.fetchval("SELECT to_regclass('tickets.moods')") is not None
    await reader.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, "MIGRATION_DATABASE_URL is not set; the migration needs it."),
        ("127.0.0.1:1/x", "MIGRATION_DATABASE_URL must look like postgresql://"),
        (
            "postgresql://postgres@127.0.0.1:1/x?connect_timeout=2",
            "The database of MIGRATION_DATABASE_URL cannot be used:",
        ),
    ],
)
def test_a_mistake_about_the_database_is_one_sentence(url: str | None, sentence: str) -> None:
    process = run(url, dict.fromkeys(SERVICES, "x"))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1


def test_a_missing_password_is_one_sentence() -> None:
    process = run("postgresql://postgres@127.0.0.1:1/x", {"invitations": "x", "scheduler": "x"})
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors == "TICKETS_DATABASE_PASSWORD is not set; the migration needs it.\n"


async def test_a_role_that_may_not_migrate_is_refused_with_the_reason(
    empty_database: str, passwords: dict[str, str]
) -> None:
    migrate(empty_database, passwords)
    url = f"{empty_database}?options=-c%20role%3Dinvitations"
    with pytest.raises(MigrationError, match="cannot be used: permission denied for"):
        migrate(url, passwords)


async def test_a_password_is_changed_only_when_it_differs(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE ROLE schema_test_password")
        verifiers = []
        for password in ("first", "first", "second"):
            set_password(connection, "schema_test_password", password)
            row = connection.execute(
                "SELECT rolpassword FROM pg_authid WHERE rolname = 'schema_test_password'"
            ).fetchone()
            assert row is not None
            verifiers.append(row[0])
        connection.rollback()
    assert verifiers[0] == verifiers[1] != verifiers[2]
    assert matches("second", verifiers[2])
    assert not matches("first", verifiers[2])
    assert not matches("first", "md5d41d8cd98f00b204e9800998ecf8427e")


def test_squawk_finds_nothing() -> None:
    folder = ROOT / "schema"
    files = [folder / "roles.sql", folder / "bookkeeping.sql", *folder.glob("[!r]*/*.sql")]
    squawk = Path(sys.executable).with_name("squawk")
    command = [squawk, *files]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own files
    assert result.returncode == 0, result.stdout


async def fingerprint(url: str) -> str:
    """Give the catalogue's rows about our objects, which any change would replace."""
    connection = await asyncpg.connect(url)
    value = await connection.fetchval(
        """
        SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
          SELECT format('%s %s %s', oid::regclass, relkind, relacl) FROM pg_class
          WHERE relnamespace::regnamespace::text = ANY ($1)
          UNION ALL SELECT format('%s %s', oid::regprocedure, prosrc) FROM pg_proc
          WHERE pronamespace::regnamespace::text = ANY ($1)
          UNION ALL SELECT format('%s %s', setrole::regrole, setconfig) FROM pg_db_role_setting
          UNION ALL SELECT format('%s %s', rolname, rolpassword) FROM pg_authid
          UNION ALL SELECT format('%s %s %s', service, migration, applied_at)
          FROM migrations.applied
        ) AS lines (line)
        """,
        list(SERVICES),
    )
    await connection.close()
    return str(value)


async def test_a_world_link_from_before_the_rule_stops_no_migration(
    empty_database: str,
    passwords: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    for rule in (tmp_path / "schema" / "invitations").glob("*_world_link*.sql"):
        rule.unlink()
    with monkeypatch.context() as before:
        before.setattr("schema.migrate.FOLDER", tmp_path / "schema")
        migrate(empty_database, passwords)
    owner = await asyncpg.connect(empty_database)
    await owner.execute("SET search_path = invitations")
    bad, good = (invitation() | {"world_link": f"https://x{end}"} for end in ("\njs:", "/y"))
    for row in (bad, good):
        await insert(owner, "invitations", row)
    await owner.execute(
        "UPDATE invitations SET status = 'completed', vrchat_profile = NULL WHERE id = $1",
        bad["id"],
    )

    migrate(empty_database, passwords)

    links = await owner.fetch("SELECT id, world_link FROM invitations ORDER BY world_link")
    assert [tuple(row) for row in links] == [(good["id"], "https://x/y"), (bad["id"], None)]
    await owner.close()
