"""What an attacker does with one service's credentials of RabbitMQ, against real services."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from deploy.local.instance import free_ports
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import RevealSecrets
from shared.messages.invitations.mine import ExportMyData
from shared.origins import ORIGIN
from shared.proofs import PROOF
from tests import builders
from tests.conftest import Site
from tests.deploy.test_broker import EXCHANGES
from tests.keys import KEYS, publisher
from tests.operations.command import doukikai
from tests.operations.processes import service
from tests.services.invitations.telling import published
from tests.services.scheduler.stories import cancelled, from_now
from tests.services.scheduler.stories import published as scheduled

QUEUES = ("invitations.commands", "gateway.events", "scheduler.events", "gateway.replies")
HANDLED = "SELECT count(*) FROM inbox WHERE message_id = $1"


async def try_every_way(url: str, envelope: Envelope) -> int:
    """Publish a message in every way to every exchange; return how often RabbitMQ took it."""
    taken = 0
    keys = [envelope.name, *QUEUES, *(f"{queue}.1s" for queue in QUEUES), "tickets.TicketClosed"]
    proof = KEYS["tickets"].prove("gateway", "tickets", envelope.to_json().encode()) or ""
    async with await aio_pika.connect(url) as connection:
        for exchange, queue in itertools.product(sorted(EXCHANGES), QUEUES):
            channel = await connection.channel(on_return_raises=False)
            headers = {
                "x-queue": queue,
                ORIGIN: "doukikai.events.invitations",
                PROOF: proof.replace("tickets", "invitations"),
                "x-error": "ValueError",
                "CC": keys,
            }
            message = aio_pika.Message(envelope.to_json().encode(), headers=headers)  # type: ignore[arg-type]
            try:
                target = await channel.get_exchange(exchange, ensure=False)
                for key in keys:
                    await target.publish(message, key, timeout=10, mandatory=False)
                    taken += 1
                await channel.close()
            except (AMQPError, ChannelInvalidStateError):
                continue
    return taken


@asynccontextmanager
async def running(site: Site, name: str) -> AsyncIterator[None]:
    [port] = free_ports(1)
    async with service(name, port, {**site.environment(name), "HTTP_PORT": str(port)}):
        yield


async def replay_everything(site: Site) -> None:
    """Do what an operator does who looks at nothing."""
    await doukikai("dead", "replay", "--all", RABBITMQ_URL=site.rabbitmq_url("operations"))


async def messages_in(site: Site, queue: str) -> int:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        found = await (await connection.channel()).declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0


def attacks() -> list[Any]:
    host = Actor(user_id="1", name="主催者", is_staff=True)
    answer = builders.reply_to()
    return [
        RevealSecrets(actor=host, invitation_id=builders.INVITATION_ID, reply_to=answer),
        ExportMyData(actor=host, reply_to=answer),
    ]


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: type(attack).__name__)
async def test_with_the_credentials_of_tickets_nobody_commands_invitations(
    site: Site, attack: RevealSecrets | ExportMyData
) -> None:
    """H1: by the retry exchange, the sealed link of an event was shown to a stranger."""
    pool = await site.pool()
    await published(pool)
    forged, true = Envelope.first(attack), Envelope.first(attack)
    async with running(site, "invitations"):
        assert await try_every_way(site.rabbitmq_url("tickets"), forged) > 0
        await replay_everything(site)
        gateway = await publisher(site.rabbitmq_url("gateway"))
        await gateway.publish("doukikai.commands", true.name, true)
        await gateway.close()
        async with asyncio.timeout(30):
            while not await pool.fetchval(HANDLED, true.id):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    assert await pool.fetchval(HANDLED, forged.id) == 0
    await pool.close()


async def test_with_the_credentials_of_tickets_nobody_ends_an_invitation(site: Site) -> None:
    """H4: a cancellation of version 2^40 stopped the deadline of an open event for good."""
    pool = await site.pool("scheduler")
    due_at = from_now(3600)
    last = scheduled(1002, due_at)
    forged = cancelled(1001, due_at, 2**40)
    async with running(site, "scheduler"):
        invitations = await aio_pika.connect(site.rabbitmq_url("invitations"))
        await tell(invitations, scheduled(1001, due_at))
        assert await try_every_way(site.rabbitmq_url("tickets"), forged) > 0
        await replay_everything(site)
        await tell(invitations, last)
        async with asyncio.timeout(30):
            while not await pool.fetchval(HANDLED, last.id):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        await invitations.close()
    rows = await pool.fetch("SELECT version, due_at FROM deadlines WHERE subject_id = '1001'")
    assert {row["version"] for row in rows} == {1}
    assert due_at in {row["due_at"] for row in rows}
    assert await pool.fetchval(HANDLED, forged.id) == 0
    await pool.close()


async def tell(connection: Any, envelope: Envelope) -> None:
    channel = await connection.channel(on_return_raises=True)
    exchange = await channel.get_exchange("doukikai.events.invitations", ensure=False)
    await exchange.publish(aio_pika.Message(envelope.to_json().encode()), envelope.name)
    await channel.close()
