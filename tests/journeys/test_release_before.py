"""The services of the release before run on the schema of this one, as docs/migrations.md says."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.instance import PROJECT
from deploy.local.servers import Servers
from playground import demo
from tests.composed import not_here
from tests.journeys import ticketing
from tests.journeys.conftest import IS_COMPOSED, local

MIGRATIONS = [
    f"schema/{part}/*.sql" for part in ("messaging", "invitations", "tickets", "scheduler")
]


def git(*words: str) -> bytes:
    """Ask git; give nothing where it knows no answer, as in a clone without history."""
    done = subprocess.run(  # noqa: S603 - our own words
        ["git", *words],  # noqa: S607 - wherever it is
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    return b"" if done.returncode else done.stdout


def release_before() -> str:
    """Name the last release; while there is none, the commit before the newest migration."""
    if tag := git("describe", "--tags", "--abbrev=0", "HEAD^").decode().strip():
        return tag
    newest = git("log", "-1", "--diff-filter=A", "--format=%H", "--", *MIGRATIONS).decode().strip()
    return git("rev-parse", "--verify", "--quiet", f"{newest}^").decode().strip()


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """Give a folder with the services as they were."""
    if IS_COMPOSED:
        not_here("its images are those of this tree")
    packed = tmp_path / "earlier.zip"
    git("archive", f"--output={packed}", release_before() or "none", "services", "shared")
    if not packed.exists():
        pytest.skip("This clone has no history to take the release before from.")
    shutil.unpack_archive(packed, tmp_path / "earlier")
    return tmp_path / "earlier"


async def test_the_services_of_the_release_before_run_on_this_schema(
    servers: Servers, earlier: Path, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    async with local(servers, logs, earlier) as whole:
        invitation_id = await whole.create(event_name="前の版の会")
        for member in (demo.TARO, demo.HANAKO):
            await whole.press("join", invitation_id, member)
        await whole.shows(invitation_id, "満員", "2 / 2")
        await whole.press("wait", invitation_id, demo.JIRO)
        await whole.press("leave", invitation_id, demo.TARO)
        await whole.shows(invitation_id, f"<@{demo.JIRO}>", "2 / 2")
        ticket_id = await ticketing.opened(whole)
        assert "担当" in await ticketing.press(whole, ticket_id, "担当する", demo.MIDORI)
        await whole.settled()
        assert '"level": "error"' not in whole.log()
        for process in whole.processes:
            process.kill()  # how they end is not what is asked
