"""A process killed at every named place: the judge of histories finds nothing to complain of."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import pytest

from deploy.local.instance import free_ports
from services.invitations.handlers import HANDLERS
from shared.broker import Broker
from shared.dispatch import handle_once
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.chaos.arena import Life
from tests.chaos.complaints import complaints
from tests.chaos.history import History, call_witness, hear, look
from tests.conftest import Site
from tests.house.tree import PROJECT, files
from tests.stage import ready

PRESSES = 6
SEATS = 4
IN_THE_PIPELINE = (
    "inbox.signed",
    "outbox.filled",
    "dispatch.committed",
    "consumer.handled",
    "relay.publishing",
    "relay.published",
)
# Which place shows that a promise is broken, and what is complained of then.
BROKEN = {
    "inbox": ("consumer.handled", "has 2 answers"),
    "ack": ("inbox.signed", "was never signed for"),
    "delete": ("relay.published", "left in invitations.outbox"),
}


class Play:
    """Members who press, and one invitations service that dies on the way."""

    def __init__(self, site: Site, gateway: Broker) -> None:
        self.site, self.gateway, self.history = site, gateway, History()

    async def launch(self, *words: str, fail_point: str = "") -> tuple[Process, int]:
        [port] = free_ports(1)
        environment = {**self.site.environment("invitations"), "LOG_LEVEL": "ERROR"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *words, "services.invitations"),
            env={
                "PATH": os.environ["PATH"],
                **environment,
                "HTTP_PORT": str(port),
                "FAIL_POINT": fail_point,
            },
            stdout=DEVNULL,
            stderr=PIPE,
        )
        return process, port

    async def publish(self) -> None:
        """Let an invitation stand, told of by the relay of whoever runs first."""
        pool = await self.site.pool()
        request_id = uuid4()
        handle = partial(handle_once, handlers=HANDLERS, pool=pool)
        await handle(Envelope.first(builders.draft(request_id, max_participants=SEATS)))
        await handle(Envelope.first(builders.publish(request_id)))
        await pool.close()

    async def press(self) -> None:
        for number in range(PRESSES):
            envelope = Envelope.first(
                JoinInvitation(
                    actor=builders.member(number),
                    reply_to=builders.reply_to(str(number)),
                    invitation_id=builders.INVITATION_ID,
                )
            )
            await self.gateway.publish(COMMANDS, envelope.name, envelope)

    async def settles(self, seconds: float) -> list[str]:
        """Wait until there is nothing to complain of; give what is left to say in the end."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            await hear(self.site, self.history)
            await look(self.site, self.history)
            if len(self.history.presses) == PRESSES and not complaints(self.history):
                break
            await asyncio.sleep(0.1)  # the other side is processes and servers
        return complaints(self.history)


@asynccontextmanager
async def play(site: Site) -> AsyncIterator[Play]:
    await call_witness(site)
    gateway = await Broker.connect(site.rabbitmq_url("gateway"))
    yield Play(site, gateway)
    await gateway.close()


@asynccontextmanager
async def running(play: Play, *words: str) -> AsyncIterator[None]:
    process, port = await play.launch(*words)
    await ready(port, process)
    yield
    process.kill()
    await process.communicate()


@pytest.mark.parametrize("fail_point", IN_THE_PIPELINE)
async def test_a_service_killed_there_loses_nothing_and_doubles_nothing(
    site: Site, fail_point: str
) -> None:
    async with play(site) as playing:
        await playing.publish()
        doomed, _ = await playing.launch(fail_point=fail_point)
        await playing.press()
        await asyncio.wait_for(doomed.communicate(), 60)
        assert doomed.returncode == -signal.SIGKILL
        async with running(playing):
            assert await playing.settles(60) == []
    taken = [part for part in playing.history.parts.values() if part == "joined"]
    assert len(taken) == SEATS


@pytest.mark.parametrize("promise", BROKEN)
async def test_the_judge_notices_a_broken_promise(site: Site, promise: str) -> None:
    """Without it a silent judge would prove nothing."""
    broken, (fail_point, complaint) = ("tests.chaos.broken", promise), BROKEN[promise]
    async with play(site) as playing:
        await playing.publish()
        doomed, _ = await playing.launch(*broken, fail_point=fail_point)
        await playing.press()
        await asyncio.wait_for(doomed.communicate(), 60)
        assert doomed.returncode == -signal.SIGKILL
        async with running(playing, *broken):
            assert any(complaint in each for each in await playing.settles(3))


@pytest.mark.parametrize(
    ("code", "said", "failed"),
    [
        (None, "", False),
        (-signal.SIGKILL, '{"event": "service.started"}', False),
        (1, "The database at DATABASE_URL cannot be reached (TimeoutError).", False),
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
        for path in [*files("services/**/*.py"), *files("shared/*.py")]
        for name in re.findall(r'reach\("([\w.]+)"\)', (PROJECT / path).read_text())
    }
    tested = "\n".join((PROJECT / path).read_text() for path in files("tests/**/test_*.py"))
    assert set(IN_THE_PIPELINE) <= reached
    assert {name for name in reached if f'"{name}"' not in tested} == set()
