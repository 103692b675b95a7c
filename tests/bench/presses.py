"""How many presses a second the pipeline takes, beside its parts, its limit and its peers.

A press is a JoinInvitation: into RabbitMQ, through inbox, row lock, writes and outbox in one
transaction through PgBouncer, out again as reply and event. The rows compare with each other, not
with another machine.
"""

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

from aio_pika.abc import AbstractIncomingMessage

from deploy.local.server import Server
from services.invitations.handlers import HANDLERS
from services.invitations.handlers.participation import join_invitation
from shared.broker import BROKER_AWAY, Broker
from shared.database import Pool
from shared.dispatch import handle_once
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.bench import limit
from tests.bench.cpu import Spent, since, spent
from tests.conftest import Site
from tests.load.service import serving
from tests.tables import table

SEATS = 100
TAKEN = 50  # of them at most, so that chance fills none
IN_FLIGHT = 200
CONNECTIONS = 8
LIMIT, OURS, FASTSTREAM = "pgbench, through PgBouncer", "ours, command to reply", "FastStream"
GOALS = ((LIMIT, 1.0), (FASTSTREAM, 2.0))

_ids = count(10**17)


@dataclass(frozen=True)
class Row:
    """One line of the table: presses a second, milliseconds for each, and CPU of everything."""

    name: str
    rate: float
    p50: float
    p99: float
    cpu: Spent


Press = Callable[[Envelope], Awaitable[None]]


async def measure(site: Site, presses: int) -> list[Row]:
    """Measure presses in every way, ours last."""
    pool = await site.pool(connections=CONNECTIONS)
    rows = [
        await _limit(pool, LIMIT, site.pooled_url("invitations"), presses, prepared=False),
        await _limit(
            pool, "pgbench, without a pooler", site.url("invitations"), presses, prepared=True
        ),
        await _measured("a bot that writes by itself", pool, presses, _by_itself(pool)),
        await _measured("our transaction alone", pool, presses, _alone(pool)),
        await _pipeline(site, pool, FASTSTREAM, presses, _unpromised(site)),
        await our_pipeline(site, pool, presses),
    ]
    await pool.close()
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
    return row_of(name, found, time.perf_counter() - started_at, since(before, len(found)))


@contextmanager
def _unpromised(site: Site) -> Iterator[None]:
    process = Server(
        site.servers.instance,
        "faststream",
        [sys.executable, "-m", "tests.bench.unpromised"],
        ready=lambda: True,  # the first press waits for it
        environment=site.environment("invitations"),
        is_ours=True,
    )
    process.launch()
    try:
        yield
    finally:
        process.end()


async def our_pipeline(site: Site, pool: Pool, presses: int) -> Row:
    """Measure the service as it is."""
    return await _pipeline(site, pool, OURS, presses, serving(site))


async def _pipeline(
    site: Site, pool: Pool, name: str, presses: int, service: AbstractContextManager[object]
) -> Row:
    with service:
        async with gateway(site) as press:
            [first, *_] = await commands_for(pool, 1)
            await press(first)
            return await _measured(name, pool, presses, press, IN_FLIGHT)


@asynccontextmanager
async def gateway(site: Site) -> AsyncIterator[Press]:
    """Give what sends a command, and waits for its answer."""
    broker = await Broker.connect(site.rabbitmq_url("gateway"))
    answers: dict[UUID, asyncio.Event] = {}

    async def hear(incoming: AbstractIncomingMessage) -> None:
        causation_id = UUID(json.loads(incoming.body)["causation_id"])  # no more: it is the load
        if causation_id in answers:
            answers[causation_id].set()
        await incoming.ack()

    async def press(command: Envelope) -> None:
        heard = answers[command.id] = asyncio.Event()
        while not heard.is_set():
            with contextlib.suppress(*BROKER_AWAY):  # again under one id, as the gateway does
                await broker.publish(COMMANDS, command.name, command)
                await heard.wait()
        del answers[command.id]

    await broker.consume("gateway.replies", hear, IN_FLIGHT)
    yield press
    await broker.close()


async def published(pool: Pool, number: int) -> list[str]:
    """Publish so many invitations, with ids one after the other."""
    invitations = [str(next(_ids)) for _ in range(number)]
    for invitation_id in invitations:
        request_id = uuid4()
        draft = builders.draft(request_id, max_participants=SEATS)
        for command in (draft, builders.publish(request_id, invitation_id)):
            await handle_once(Envelope.first(command), HANDLERS, pool)
    await pool.execute("DELETE FROM outbox")
    await pool.execute("ANALYZE inbox")  # a plan made while it was empty would scan it
    return invitations


async def commands_for(pool: Pool, presses: int) -> list[Envelope]:
    """Give each press a seat in one of several invitations."""
    invitations = await published(pool, presses // TAKEN + 1)
    return [
        Envelope.first(
            JoinInvitation(
                actor=builders.member(number),
                reply_to=builders.reply_to(str(number)),
                invitation_id=invitations[number % len(invitations)],
            )
        )
        for number in range(presses)
    ]


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
    return row_of(name, milliseconds, seconds, since(before, len(milliseconds)))


def row_of(name: str, milliseconds: Sequence[float], seconds: float, cpu: Spent) -> Row:
    """Sum up what was found."""
    cuts = statistics.quantiles(milliseconds, n=100)
    rate = len(milliseconds) / seconds
    print(f"  {name}: {rate:,.0f} presses a second", flush=True)
    return Row(name, rate, cuts[49], cuts[98], cpu)


def compared(rows: Sequence[Row]) -> str:
    """Give the table of all rows, each beside the first."""
    return table(
        ("", "presses/s", "ratio", "CPU ms", "p50 ms", "p99 ms"),
        [
            (
                row.name,
                f"{row.rate:,.0f}",
                f"{row.rate / rows[0].rate:.2f}",
                f"{sum(row.cpu.values()):.1f}",
                f"{row.p50:.1f}",
                f"{row.p99:.1f}",
            )
            for row in rows
        ],
    )


def judged(rows: Sequence[Row]) -> Iterator[str]:
    """Say of each goal whether it is reached."""
    rates = {row.name: row.rate for row in rows}
    for name, least in GOALS:
        ratio = rates[OURS] / rates[name]
        verdict = "reached" if ratio >= least else "**missed**"
        yield f"{OURS} / {name}: {ratio:.2f}, at least {least} wanted: {verdict}."
