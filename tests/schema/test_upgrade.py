"""An upgraded database of any release equals a new one and keeps its data."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from schema.migrate import migrate
from schema.snapshot import HEADER, SnapshotError, snapshot, write_release
from tests.schema.rows import event, insert, invitation, participant, ticket

ROOT = Path(__file__).parents[2]
RELEASES = sorted((ROOT / "schema" / "releases").glob("*.sql"))
RELEASED = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)
TABLES = """
SELECT relid::regclass::text FROM pg_stat_user_tables WHERE schemaname <> 'migrations' ORDER BY 1
"""


async def fill(connection: asyncpg.Connection) -> None:
    """Store what a community has, in the columns of release 0.1.0."""
    standing = invitation()
    await insert(connection, "invitations.invitations", standing)
    for status in ("joined", "joined", "interested"):
        await insert(
            connection, "invitations.participants", participant(standing["id"], status=status)
        )
    await insert(connection, "invitations.drafts", event())
    await insert(connection, "tickets.tickets", ticket())
    await connection.execute(
        "INSERT INTO scheduler.deadlines (kind, subject_id, due_at, version)"
        " VALUES ('close', $1, now(), 1)",
        standing["id"],
    )
    for service in ("invitations", "tickets", "scheduler"):
        await connection.execute(
            f"INSERT INTO {service}.outbox (message_id, exchange, routing_key, body)"  # noqa: S608 - of our own
            " VALUES (gen_random_uuid(), 'doukikai.events', 'x', '{}')"
        )


def stored(place: str) -> str:
    """Read what the repository keeps."""
    return (ROOT / "schema" / place).read_text("utf-8")


async def content(connection: asyncpg.Connection) -> Mapping[str, list[dict[str, Any]]]:
    """Read every row of every table."""
    tables = [row[0] for row in await connection.fetch(TABLES)]
    return {
        table: [
            json.loads(row[0])
            for row in await connection.fetch(
                f"SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1"  # noqa: S608 - from the catalogue
            )
        ]
        for table in tables
    }


@pytest.mark.parametrize("release", [path.stem for path in RELEASES])
async def test_an_upgraded_release_equals_a_new_database_and_keeps_its_data(
    empty_database: str, passwords: dict[str, str], release: str
) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute(stored(f"releases/{release}.sql"))
    await fill(connection)
    before = await content(connection)
    migrate(empty_database, passwords)
    after = await content(connection)
    await connection.close()
    assert HEADER + snapshot(empty_database) == stored("current.sql")
    assert sum(map(len, before.values())) > 8
    for table, rows in before.items():
        for row in rows:
            assert any(row.items() <= kept.items() for kept in after[table]), (table, row)


def test_every_release_in_the_changelog_has_its_snapshot() -> None:
    released = RELEASED.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert released
    assert sorted(released) == [path.stem for path in RELEASES]


async def test_a_new_database_gives_the_snapshot_that_a_release_began_with(
    empty_database: str, passwords: dict[str, str], tmp_path: Path
) -> None:
    """Loaded into an empty database it makes the same one, marks included."""
    migrate(empty_database, passwords)
    write_release(empty_database, tmp_path, "9.9.9")
    written = (tmp_path / "9.9.9.sql").read_text("utf-8")
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for schema in ("invitations", "tickets", "scheduler", "migrations"):
            connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
        connection.execute(written.encode())
    write_release(empty_database, tmp_path, "9.9.9")
    assert (tmp_path / "9.9.9.sql").read_text("utf-8") == written


def test_a_release_snapshot_needs_a_version_number(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"A release is named like 0.1.0, not v1."):
        write_release("postgresql://127.0.0.1:1/x", tmp_path, "v1")
