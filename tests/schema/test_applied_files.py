"""Applied files never change; a file without a transaction can be run twice."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from schema import catalogue, runner
from schema.errors import MigrationError
from schema.files import SERVICES, Migration, read
from schema.migrate import migrate

ROOT = Path(__file__).parents[2]
STEPS = [
    pytest.param(service, migration, id=f"{migration.name} in {service}")
    for service in SERVICES
    for migration in read(ROOT / "schema", service)
    if not migration.is_transactional
]
EXAMPLES = read(ROOT / "schema" / "examples", "participants_metadata")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the migrations that the command uses, to be changed by the test."""
    folder = tmp_path / "schema"
    shutil.copytree(ROOT / "schema", folder)
    monkeypatch.setattr("schema.migrate.FOLDER", folder)
    return folder


def edit(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + "-- later\n", "utf-8")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (edit, "tickets/0005_people.sql was changed after it was applied"),
        (Path.unlink, "tickets/0005_people.sql was applied and is missing"),
    ],
)
async def test_an_applied_file_that_was_edited_or_is_missing_is_refused_before_anything_changes(
    empty_database: str,
    passwords: dict[str, str],
    folder: Path,
    change: Callable[[Path], None],
    complaint: str,
) -> None:
    migrate(empty_database, passwords)
    change(folder / "tickets" / "0005_people.sql")
    (folder / "invitations" / "0999_later.sql").write_text("CREATE TABLE later (id int)", "utf-8")
    with pytest.raises(MigrationError, match=complaint):
        migrate(empty_database, passwords)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('invitations.later')").fetchone() == (None,)


async def test_other_line_endings_are_no_change(
    empty_database: str, passwords: dict[str, str], folder: Path
) -> None:
    migrate(empty_database, passwords)
    for service in SERVICES:
        for migration in read(folder, service):
            windows = migration.text.replace("\n", "\r\n").encode()
            (folder / f"{migration.name}.sql").write_bytes(windows)
    migrate(empty_database, passwords)


async def test_a_migration_that_fails_is_one_sentence_and_leaves_nothing(
    empty_database: str, passwords: dict[str, str], folder: Path
) -> None:
    file = folder / "scheduler" / "0999_wrong.sql"
    file.write_text("CREATE TABLE wrong (id int);\nSELECT 1 / 0;\n", "utf-8")
    with pytest.raises(MigrationError) as refused:
        migrate(empty_database, passwords)
    assert str(refused.value) == (
        "scheduler/0999_wrong.sql failed in the schema scheduler, "
        "nothing of it is kept: division by zero"
    )
    file.write_text("CREATE TABLE wrong (id int);\n", "utf-8")
    migrate(empty_database, passwords)


async def test_files_that_cannot_be_read_are_one_sentence(
    empty_database: str, passwords: dict[str, str], folder: Path
) -> None:
    (folder / "scheduler" / "0999_latin.sql").write_bytes(b"-- \xe9\n")
    with pytest.raises(MigrationError, match=r"The migrations cannot be read: .*utf-8"):
        migrate(empty_database, passwords)


async def test_an_index_whose_build_was_interrupted_is_built_again(
    empty_database: str, passwords: dict[str, str]
) -> None:
    migrate(empty_database, passwords)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        wanted = catalogue.lines(connection)
        connection.execute(
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'invitations.idx_audit_log_actor'::regclass"
        )
        connection.execute("DELETE FROM migrations.applied WHERE migration ~ 'by_actor$'")
        assert catalogue.lines(connection) != wanted
        migrate(empty_database, passwords)
        assert catalogue.lines(connection) == wanted


@pytest.mark.parametrize(("service", "migration"), STEPS)
async def test_a_migration_outside_a_transaction_can_be_run_twice(
    empty_database: str, passwords: dict[str, str], service: str, migration: Migration
) -> None:
    """After a kill before the mark, or midway, the next run begins the file again."""
    migrate(empty_database, passwords)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        wanted = catalogue.lines(connection)
        connection.execute(
            "DELETE FROM migrations.applied WHERE service = %s AND migration = %s",
            [service, migration.name],
        )
        runner.apply(connection, service, migration)
        connection.execute("RESET search_path")
        assert catalogue.lines(connection) == wanted


async def test_the_worked_example_can_be_run_twice_where_it_must(
    empty_database: str, passwords: dict[str, str]
) -> None:
    migrate(empty_database, passwords)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for example in EXAMPLES:
            runner.apply(connection, "invitations", example)
            if not example.is_transactional:
                before = catalogue.lines(connection)
                connection.execute(
                    "DELETE FROM migrations.applied WHERE migration = %s", [example.name]
                )
                runner.apply(connection, "invitations", example)
                assert catalogue.lines(connection) == before
