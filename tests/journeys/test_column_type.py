"""A column changes its type while members press: prepared statements of before are renewed."""

import asyncio
import shutil
from pathlib import Path

import pytest

from deploy.local.instance import PROJECT
from playground import demo
from schema.migrate import migrate
from tests.composed import not_here
from tests.journeys.conftest import IS_COMPOSED, Whole

MEMBERS = 4
WIDER = """
ALTER TABLE invitations ALTER COLUMN staff_name TYPE VARCHAR(120);
ALTER TABLE participants ALTER COLUMN user_name TYPE VARCHAR(120);
"""
ANSWERS = {"join": "参加しました", "detail": "型が変わる会", "leave": "取り消しました"}


async def press_all(whole: Whole, invitation_id: str, member: str, *actions: str) -> None:
    """Press buttons, one after the other; each press must be answered by what it does."""
    for action in actions or ANSWERS:
        answer = await whole.press(action, invitation_id, member)
        assert ANSWERS[action] in f"{answer['content']} {answer['embeds']}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the migration find one more file."""
    if IS_COMPOSED:
        not_here("its images have no such migration")
    shutil.copytree(PROJECT / "schema", tmp_path / "schema")
    (tmp_path / "schema" / "invitations" / "9999_wider.sql").write_text(WIDER, "utf-8")
    monkeypatch.setattr("schema.migrate.FOLDER", tmp_path / "schema")


@pytest.mark.usefixtures("folder")
async def test_a_column_changes_its_type_under_running_services_and_no_press_fails(
    whole: Whole,
) -> None:
    """PgBouncer 1.21 and newer keeps statements by name, and until RECONNECT each use fails."""
    invitation_id = await whole.create(options={"capacity": 50}, event_name="型が変わる会")
    members = [await whole.member(f"型{number}") for number in range(MEMBERS)]
    # Statements are kept prepared from here on.
    await asyncio.gather(*(press_all(whole, invitation_id, member) for member in members))
    is_migrated = asyncio.Event()

    async def press_until_migrated(member: str) -> None:
        while not is_migrated.is_set():
            # A read does not wait for a lock as long as a command: 詳細 comes again afterwards.
            await press_all(whole, invitation_id, member, "join", "leave")
        await press_all(whole, invitation_id, member)

    async def widen() -> None:
        settings = whole.servers.migration_settings(whole.name)
        passwords = {
            role: settings[f"{role.upper()}_DATABASE_PASSWORD"]
            for role in ("invitations", "tickets", "scheduler")
        }
        url, console = settings["MIGRATION_DATABASE_URL"], settings["PGBOUNCER_ADMIN_URL"]
        await asyncio.to_thread(migrate, url, passwords, console)
        is_migrated.set()

    async with asyncio.TaskGroup() as group:
        for member in members:
            group.create_task(press_until_migrated(member))
        group.create_task(widen())

    await whole.press("join", invitation_id, demo.TARO)
    await whole.shows(invitation_id, "1 / 50")
    await whole.settled()
    assert '"event": "message.dead"' not in whole.log()
