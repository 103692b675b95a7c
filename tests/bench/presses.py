"""How many presses a second the pipeline takes, beside its parts.

A press is a JoinInvitation: into RabbitMQ, through inbox, row lock, writes and outbox in one
transaction through PgBouncer, out again as reply and event. The rows compare with each other, not
with another machine.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from aio_pika.abc import AbstractIncomingMessage

from services.invitations.handlers import HANDLERS, row_of
from shared.batches import Batches
from shared.broker import Broker
from shared.consumer import Consumer
from shared.database import AWAY, Pool
from shared.dispatch import handle_once
from shared.exchanges import COMMANDS
from shared.messages.catalogue import read
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.relay import Relay
from tests import builders
from tests.conftest import Site
from tests.tables import table

SEATS = 100
IN_FLIGHT = 200


@dataclass(frozen=True)
class Row:
    """One line of the table: presses a second, and milliseconds from press to answer."""

    name: str
    rate: float
    p50: float
    p99: float


async def measure(site: Site, count: int) -> str:
    """Measure presses, and write the table."""
    pool = await site.pool(connections=8)
    rows = [await _handler_alone(pool, count), await _whole_pipeline(site, pool, count)]
    await pool.close()
    return _table(rows)


async def _handler_alone(pool: Pool, presses: int) -> Row:
    commands = await _commands(pool, presses)

    async def press(command: Envelope) -> None:
        assert await handle_once(command, HANDLERS, pool) == "done"

    return await _measured("the transaction alone", commands, press, in_flight=8)


async def _whole_pipeline(site: Site, pool: Pool, presses: int) -> Row:
    commands = await _commands(pool, presses)
    answers: dict[UUID, asyncio.Event] = {command.id: asyncio.Event() for command in commands}
    async with _service(site, pool), _gateway(site, answers) as gateway:

        async def press(command: Envelope) -> None:
            await gateway.publish(COMMANDS, command.name, command)
            await answers[command.id].wait()

        return await _measured("command to reply", commands, press, in_flight=IN_FLIGHT)


@asynccontextmanager
async def _service(site: Site, pool: Pool) -> AsyncIterator[None]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    relay = Relay(pool, broker)
    relaying = asyncio.create_task(relay.run())
    handle = Batches(HANDLERS, pool, relay.wake, row_of).handle
    consumer = Consumer(broker, "invitations.commands", handle, away=AWAY)
    await consumer.start(50)
    yield
    await consumer.stop()
    relaying.cancel()
    await asyncio.wait([relaying])
    await broker.close()


@asynccontextmanager
async def _gateway(site: Site, answers: dict[UUID, asyncio.Event]) -> AsyncIterator[Broker]:
    broker = await Broker.connect(site.rabbitmq_url("gateway"))

    async def hear(incoming: AbstractIncomingMessage) -> None:
        causation_id = read(incoming.body).causation_id
        if causation_id in answers:
            answers[causation_id].set()
        await incoming.ack()

    await broker.consume("gateway.replies", hear, IN_FLIGHT)
    yield broker
    await broker.close()


async def _commands(pool: Pool, presses: int) -> list[Envelope]:
    """Publish enough invitations, and give each press a seat in one of them."""
    invitations = [str(uuid4().int % 10**18) for _ in range(presses // SEATS + 1)]
    for invitation_id in invitations:
        request_id = uuid4()
        draft = builders.draft(request_id, max_participants=SEATS)
        for command in (draft, builders.publish(request_id, invitation_id)):
            await handle_once(Envelope.first(command), HANDLERS, pool)
    await pool.execute("DELETE FROM outbox")
    await pool.execute("ANALYZE inbox")  # a plan made while it was empty would scan it
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
    name: str,
    commands: Sequence[Envelope],
    press: Callable[[Envelope], Awaitable[None]],
    in_flight: int,
) -> Row:
    """Press every command, so many at once, and time each."""
    milliseconds: list[float] = []
    waiting = iter(commands)

    async def member() -> None:
        for command in waiting:
            started_at = time.perf_counter()
            await press(command)
            milliseconds.append((time.perf_counter() - started_at) * 1000)

    started_at = time.perf_counter()
    await asyncio.gather(*(member() for _ in range(in_flight)))
    rate = len(commands) / (time.perf_counter() - started_at)
    cuts = statistics.quantiles(milliseconds, n=100)
    return Row(name, rate, cuts[49], cuts[98])


def _table(rows: Sequence[Row]) -> str:
    return table(
        ("", "presses/s", "ratio", "p50 ms", "p99 ms"),
        [
            (
                row.name,
                f"{row.rate:,.0f}",
                f"{row.rate / rows[0].rate:.2f}",
                f"{row.p50:.1f}",
                f"{row.p99:.1f}",
            )
            for row in rows
        ],
    )
