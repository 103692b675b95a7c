"""The worked example of docs/migrations.md, applied while members join and leave."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from schema.migrate import migrate
from shared.database import Pool
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from tests.builders import INVITATION_ID, member
from tests.schema.conftest import passwords_of
from tests.services.invitations.telling import published, say

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "schema" / "examples" / "participants_metadata"
MEMBERS = 4
# The services give up a statement after that long: a longer stall would be an error of theirs.
STATEMENT_TIMEOUT_SECONDS = 5

FILL = """
INSERT INTO invitations.participants (invitation_id, user_id, user_name, status)
SELECT $1, (50000 + number)::text, '会員', 'interested' FROM generate_series(1, 10000) AS number
"""
WAITING = """
SELECT count(*), pg_sleep(0.01) FROM pg_locks
 WHERE relation = 'invitations.participants'::regclass
   AND mode = 'AccessExclusiveLock'
   AND NOT granted
"""
LEFT_OVER = """
SELECT (SELECT count(*) FROM invitations.participants WHERE metadata IS NULL)
     + (SELECT count(*) FROM pg_index WHERE NOT indisvalid)
     + (SELECT count(*) FROM pg_constraint WHERE NOT convalidated)
"""
IS_REQUIRED = """
SELECT is_nullable = 'NO' FROM information_schema.columns
 WHERE table_schema = 'invitations' AND table_name = 'participants' AND column_name = 'metadata'
"""


class Crowd:
    """Members who join and leave without a pause, through the pooler, as this release does."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._ended = asyncio.Event()
        self.seconds: list[float] = []

    async def press(self, number: int) -> None:
        """Let one member join and leave; an error ends the test."""
        while not self._ended.is_set():
            for command in (JoinInvitation, LeaveInvitation):
                started_at = time.monotonic()
                wish = command(actor=member(number), invitation_id=INVITATION_ID)
                assert await say(self._pool, wish) == "done"
                self.seconds.append(time.monotonic() - started_at)

    def end(self) -> None:
        self._ended.set()


@pytest.fixture
async def pool(database: Any) -> AsyncIterator[Pool]:
    pool = await database.pool(connections=MEMBERS)
    yield pool
    await pool.close()


async def keep_reading_until_refused(url: str) -> None:
    """Hold the table, as a long report does, until a migration has given up waiting once."""
    reader = await asyncpg.connect(url)
    watcher = await asyncpg.connect(url)
    async with asyncio.timeout(30), reader.transaction():
        await reader.execute("SELECT FROM invitations.participants LIMIT 1")
        for awaited in (1, 0):
            while await watcher.fetchval(WAITING) != awaited:
                pass
    await reader.close()
    await watcher.close()


async def test_the_worked_example_under_load_costs_no_press_and_stays_applied(
    database: Any,
    pool: Pool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await published(pool, max_participants=100)
    owner = await asyncpg.connect(database.superuser_url)
    await owner.execute(FILL, INVITATION_ID)
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    for file in EXAMPLE.iterdir():
        shutil.copy(file, tmp_path / "schema" / "invitations" / f"9{file.name}")
    monkeypatch.setattr("schema.migrate.FOLDER", tmp_path / "schema")
    crowd = Crowd(pool)

    async def migrate_meanwhile() -> None:
        await asyncio.to_thread(migrate, database.superuser_url, passwords_of(database))
        crowd.end()

    async with asyncio.TaskGroup() as group:
        for number in range(MEMBERS):
            group.create_task(crowd.press(number))
        group.create_task(keep_reading_until_refused(database.superuser_url))
        group.create_task(migrate_meanwhile())

    output = capsys.readouterr().out
    assert "others keep a lock that this needs; trying again" in output
    assert f"{len(list(EXAMPLE.iterdir()))} applied" in output
    assert await owner.fetchval(LEFT_OVER) == 0
    assert await owner.fetchval(IS_REQUIRED)
    assert max(crowd.seconds) < STATEMENT_TIMEOUT_SECONDS
    with capsys.disabled():
        print(f"  {len(crowd.seconds)} presses, longest stall {max(crowd.seconds):.2f} s")  # noqa: T201 - what one wants to know
    await owner.close()

    migrate(database.superuser_url, passwords_of(database))
    assert "schema is current: 0 applied" in capsys.readouterr().out
