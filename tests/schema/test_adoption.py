"""Databases that an unreleased version migrated by yoyo go on, if they have the same schema."""

import psycopg
import pytest

from schema import catalogue
from schema.errors import MigrationError
from schema.files import SERVICES
from schema.migrate import migrate

YOYO = """
CREATE TABLE {0}._yoyo_migration (
  migration_hash varchar(64) PRIMARY KEY, migration_id varchar(255), applied_at_utc timestamp
);
CREATE TABLE {0}._yoyo_log (id varchar(36) PRIMARY KEY);
CREATE TABLE {0}._yoyo_version (version int PRIMARY KEY, installed_at_utc timestamp);
CREATE TABLE {0}.yoyo_lock (locked int DEFAULT 1 PRIMARY KEY, ctime timestamp, pid int NOT NULL);
INSERT INTO {0}.yoyo_lock VALUES (1, now(), 4711);
INSERT INTO {0}._yoyo_migration
SELECT md5(migration), split_part(migration, '/', 2), now()
  FROM migrations.applied WHERE service = '{0}'
"""
MARKS = "SELECT service, migration, sha256 FROM migrations.applied ORDER BY 1, 2"


@pytest.fixture
def migrated(empty_database: str, passwords: dict[str, str]) -> str:
    migrate(empty_database, passwords)
    return empty_database


def hand_to_yoyo(connection: psycopg.Connection) -> None:
    """Leave what yoyo left, and a lock row of a process that was killed."""
    for service in SERVICES:
        connection.execute(YOYO.format(service).encode())
    connection.execute("DROP SCHEMA migrations CASCADE")


async def test_the_marks_of_yoyo_are_taken_over_once(
    migrated: str, passwords: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        before = connection.execute(MARKS).fetchall(), catalogue.lines(connection)
        hand_to_yoyo(connection)
        capsys.readouterr()
        for is_first in (True, False):
            migrate(migrated, passwords)
            output = capsys.readouterr().out
            assert ("the marks of yoyo were taken over" in output) == is_first
            assert "schema is current: 0 applied" in output
            assert (connection.execute(MARKS).fetchall(), catalogue.lines(connection)) == before
        found = connection.execute("SELECT 1 FROM pg_class WHERE relname ~ 'yoyo'").fetchall()
        databases = connection.execute("SELECT 1 FROM pg_database WHERE datname ~ '_adoption$'")
        assert (found, databases.fetchall()) == ([], [])


async def test_a_migration_that_yoyo_had_not_applied_is_applied(
    migrated: str, passwords: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        before = connection.execute(MARKS).fetchall(), catalogue.lines(connection)
        connection.execute("DROP TABLE scheduler.deadlines")
        connection.execute(
            "DELETE FROM migrations.applied"
            " WHERE migration IN ('scheduler/0001_deadlines', 'scheduler/0002_set_at')"
        )
        hand_to_yoyo(connection)
        capsys.readouterr()
        migrate(migrated, passwords)
        assert "schema is current: 2 applied" in capsys.readouterr().out
        assert (connection.execute(MARKS).fetchall(), catalogue.lines(connection)) == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE tickets.tickets ALTER COLUMN user_name TYPE varchar(120)", "user_name"),
        ("DROP INDEX invitations.idx_audit_log_actor", "idx_audit_log_actor"),
        ("ALTER TABLE tickets.tickets DROP CONSTRAINT chk_ticket_silence", "chk_ticket_silence"),
        ("DROP FUNCTION tickets.erase_member(text)", "erase_member"),
        ("GRANT DELETE ON invitations.audit_log TO invitations", "invitations.audit_log"),
        ("CREATE TABLE scheduler.left_over (id int)", "scheduler.left_over"),
    ],
)
async def test_another_schema_is_refused_in_one_sentence_and_left_alone(
    migrated: str, passwords: dict[str, str], change: str, named: str
) -> None:
    """Files were edited after they had been applied: such databases would differ for good."""
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute(change.encode())
        hand_to_yoyo(connection)
        before = catalogue.lines(connection)
        with pytest.raises(MigrationError) as refused:
            migrate(migrated, passwords)
        assert "An unreleased version of Doukikai migrated this database" in str(refused.value)
        assert named in str(refused.value)
        assert "\n" not in str(refused.value)
        assert catalogue.lines(connection) == before
        assert connection.execute("SELECT to_regclass('tickets.yoyo_lock')").fetchone() != (None,)


async def test_a_migration_of_yoyo_that_has_no_file_is_refused(
    migrated: str, passwords: dict[str, str]
) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        hand_to_yoyo(connection)
        connection.execute(
            "INSERT INTO tickets._yoyo_migration VALUES ('x', '0099_forgotten', now())"
        )
    with pytest.raises(MigrationError, match="its migration 0099_forgotten is unknown here"):
        migrate(migrated, passwords)
