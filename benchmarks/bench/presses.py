"""How many presses a second the pipeline takes, beside its parts, its limit and its peers.

A press is a JoinInvitation: into RabbitMQ, through inbox, row lock, writes and outbox in one
transaction through PgBouncer, out again as reply and event. The rows compare with each other, not
with another machine.

A pipeline is measured twice: by itself, from a full queue until reply and event of the last press
are published; and with a gateway in Python on the same cores, which sends and hears.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import aio_pika
from aio_pika.abc import AbstractChannel

from benchmarks.bench import limit
from benchmarks.bench.cpu import since, spent
from benchmarks.bench.gateway import IN_FLIGHT, TAKEN, Press, commands_for, gateway, published
from benchmarks.bench.rows import Row, median, row_of
from benchmarks.load.service import serving
from deploy.local.server import Server
from services.invitations.handlers import HANDLERS
from services.invitations.handlers.participation import join_invitation
from shared.database import Pool
from shared.dispatch import handle_once
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests.conftest import Site
from tests.keys import publisher

CONNECTIONS = 8
ROUNDS = 5
PATIENCE_SECONDS = 300
OUTPUTS = ("gateway.replies", "gateway.events")
LIMIT = "pgbench, through PgBouncer"
OURS, FASTSTREAM = "ours, from a full queue", "FastStream, from a full queue"
OURS_PRESSED, FASTSTREAM_PRESSED = "ours, with a gateway", "FastStream, with a gateway"
OURS_BOTH = (OURS, OURS_PRESSED)
GOALS = ((LIMIT, 1.0), (FASTSTREAM, 2.0))


async def measure(site: Site, presses: int) -> list[Row]:
    """Measure presses in every way, ours last; in turns, so that a slow minute is slow for all."""
    pool = await site.pool(connections=CONNECTIONS)
    rounds = []
    for number in range(1, ROUNDS + 1):
        print(f"  round {number} of {ROUNDS}", flush=True)
        rounds.append(await _round(site, pool, presses // ROUNDS))
    await pool.close()
    return [median(turns) for turns in zip(*rounds, strict=True)]


async def _round(site: Site, pool: Pool, presses: int) -> list[Row]:
    rows = [
        await _limit(pool, LIMIT, site.pooled_url("invitations"), presses, prepared=False),
        await _limit(
            pool, "pgbench, without a pooler", site.url("invitations"), presses, prepared=True
        ),
        await _measured("a bot that writes by itself", pool, presses, _by_itself(pool)),
        await _measured("our transaction alone", pool, presses, _alone(pool)),
    ]
    for pressed, drained, run in (
        (FASTSTREAM_PRESSED, FASTSTREAM, _unpromised),
        (OURS_PRESSED, OURS, _ours),
    ):
        with run(site) as service:
            rows.append(await _pressed(site, pool, pressed, presses))
            rows.append(await _drained(site, pool, drained, presses, service))
    return rows


def _by_itself(pool: Pool) -> Press:
    async def press(command: Envelope) -> None:
        assert isinstance(command.body, JoinInvitation)
        async with pool.acquire() as connection, connection.transaction():
            await join_invitation(command.body, connection)

    return press


def _alone(pool: Pool) -> Press:
    async def press(command: Envelope) -> None:
        assert await handle_once(command, HANDLERS, pool) == "done"

    return press


async def _limit(pool: Pool, name: str, url: str, presses: int, *, prepared: bool) -> Row:
    invitations = await published(pool, presses // TAKEN + 1)
    text = limit.script(len(invitations), int(invitations[0]))
    before, started_at = spent(), time.perf_counter()
    found = await asyncio.to_thread(limit.run, url, text, CONNECTIONS, presses, prepared=prepared)
    seconds = time.perf_counter() - started_at
    return row_of(name, len(found), seconds, since(before, len(found)), found)


@contextmanager
def _unpromised(site: Site) -> Iterator[Server]:
    process = Server(
        site.servers.instance,
        "faststream",
        [sys.executable, "-m", "benchmarks.bench.unpromised"],
        ready=lambda: True,  # the first press waits for it
        environment=site.environment("invitations"),
        is_ours=True,
    )
    process.launch()
    try:
        yield process
    finally:
        process.end()


@contextmanager
def _ours(site: Site) -> Iterator[Server]:
    with serving(site) as served:
        yield served.process


async def _pressed(site: Site, pool: Pool, name: str, presses: int) -> Row:
    """Measure a service that runs, and a gateway that presses as soon as it reads an answer."""
    async with gateway(site) as press:
        [first, *_] = await commands_for(pool, 1)
        await press(first)
        return await _measured(name, pool, presses, press, IN_FLIGHT)


async def _drained(site: Site, pool: Pool, name: str, presses: int, service: Server) -> Row:
    """Fill the queue while a service is frozen; measure until every reply and event is published.

    Nobody hears them meanwhile: the broker counts.
    """
    commands = await commands_for(pool, presses)
    broker = await publisher(site.rabbitmq_url("gateway"))
    async with await aio_pika.connect(site.rabbitmq_url("gateway")) as connection:
        channel = await connection.channel()
        for queue in OUTPUTS:
            await (await channel.get_queue(queue)).purge()
        _signal(service, signal.SIGSTOP)
        await asyncio.gather(*(broker.publish(COMMANDS, each.name, each) for each in commands))
        await broker.close()
        before, started_at = spent(), time.perf_counter()
        _signal(service, signal.SIGCONT)
        # A press that was refused has no event, and one that was lost has nothing.
        async with asyncio.timeout(PATIENCE_SECONDS):
            while min([await _counted(channel, queue) for queue in OUTPUTS]) < presses:  # noqa: ASYNC110 - RabbitMQ announces no count, and to consume each message would be load
                await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started_at
        row = row_of(name, presses, seconds, since(before, presses))
        for queue in OUTPUTS:
            await (await channel.get_queue(queue)).purge()
    return row


def _signal(service: Server, number: signal.Signals) -> None:
    assert service.process is not None
    os.kill(service.process.pid, number)


async def _counted(channel: AbstractChannel, queue: str) -> int:
    found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result.message_count or 0


async def _measured(
    name: str, pool: Pool, presses: int, press: Press, in_flight: int = CONNECTIONS
) -> Row:
    """Press, so many at once, and time each."""
    milliseconds: list[float] = []
    commands = iter(await commands_for(pool, presses))

    async def member() -> None:
        for command in commands:
            started_at = time.perf_counter()
            await press(command)
            milliseconds.append((time.perf_counter() - started_at) * 1000)

    before, started_at = spent(), time.perf_counter()
    await asyncio.gather(*(member() for _ in range(in_flight)))
    seconds = time.perf_counter() - started_at
    return row_of(name, len(milliseconds), seconds, since(before, len(milliseconds)), milliseconds)


def judged(rows: Sequence[Row]) -> Iterator[str]:
    """Say of each goal whether it is reached."""
    rates = {row.name: row.rate for row in rows}
    for name, least in GOALS:
        ratio = rates[OURS] / rates[name]
        verdict = "reached" if ratio >= least else "**missed**"
        yield f"{OURS} / {name}: {ratio:.2f}, at least {least} wanted: {verdict}."
