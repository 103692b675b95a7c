"""A process killed at every named place: the judge of histories finds nothing to complain of."""

import asyncio
import re
import signal

import pytest

from tests.chaos.arena import Life
from tests.chaos.play import SEATS, play, running
from tests.conftest import Site
from tests.house.tree import PROJECT, files

IN_THE_PIPELINE = (
    "inbox.signed",
    "outbox.filled",
    "dispatch.committed",
    "consumer.handled",
    "relay.publishing",
    "relay.numbered",
    "relay.published",
)


@pytest.mark.parametrize("fail_point", IN_THE_PIPELINE)
async def test_a_service_killed_there_loses_nothing_and_doubles_nothing(
    site: Site, fail_point: str
) -> None:
    async with play(site) as playing:
        await playing.publish()
        doomed, _ = await playing.launch(fail_point=fail_point)
        await playing.press()
        await asyncio.wait_for(doomed.wait(), 60)
        assert doomed.returncode == -signal.SIGKILL
        async with running(playing):
            assert await playing.settles(60) == []
    taken = [part for part in playing.history.parts.values() if part == "joined"]
    assert len(taken) == SEATS


@pytest.mark.parametrize(
    ("code", "said", "failed"),
    [
        (None, "", False),
        (-signal.SIGKILL, '{"event": "service.started"}', False),
        (1, "The database at DATABASE_URL cannot be reached (TimeoutError).", False),
        (1, 'RabbitMQ is away.\n{"event": "service.stopped"}', False),
        (1, 'It is away.\n{"event": "service.failed"}\n{"event": "service.stopped"}', True),
        (1, '{"event": "service.failed", "exception": "…"}\n{"event": "service.stopped"}', True),
        (1, "Traceback (most recent call last):\nValueError: Something is wrong.", True),
        (1, "", True),
        (0, '{"event": "service.stopped"}', True),
        (-signal.SIGSEGV, "", True),
    ],
)
def test_only_a_kill_or_a_server_away_ends_a_service(
    code: int | None, said: str, *, failed: bool
) -> None:
    assert Life("gateway", code, said).failed == failed


def test_every_fail_point_is_named_by_a_test() -> None:
    reached = {
        name
        for path in files("*.py")
        if path.parts[0] in ("services", "shared")
        for name in re.findall(r'failpoint\("([\w.]+)"\)', (PROJECT / path).read_text())
    }
    tested = "\n".join((PROJECT / path).read_text() for path in files("test_*.py"))
    assert set(IN_THE_PIPELINE) <= reached
    assert {name for name in reached if f'"{name}"' not in tested} == set()
