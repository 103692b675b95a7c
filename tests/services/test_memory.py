"""Rule: a service stays within its container's memory whatever waits in its outbox or queues."""

import asyncio
import re
from pathlib import Path

import aio_pika
import yaml

from deploy.local.instance import PROJECT, free_ports
from deploy.local.servers import Servers
from playground import demo
from services.gateway.settings import Settings
from shared.broker import Broker
from shared.exchanges import EVENTS, REPLIES
from shared.messages.envelope import MOST_MESSAGE_BYTES, Envelope, Message
from shared.messages.invitations.events import ParticipantJoined
from shared.messages.replies import CommandAccepted
from tests.conftest import Site
from tests.processes import start
from tests.services.gateway.consumers.test_events import reply_to, state
from tests.stage import Stage, opened, ready

UNITS = {"M": 1 << 20, "G": 1 << 30}
FILL = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
SELECT gen_random_uuid(), $1, 'replies.CommandAccepted', repeat('x', $2)
  FROM generate_series(1, $3::int)
"""


def limit_bytes(service: str) -> int:
    """Return the memory that a service's container has, in bytes."""
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    memory = compose["services"][service]["deploy"]["resources"]["limits"]["memory"]
    number, unit = re.fullmatch(r"(\d+)([MG])", memory).groups()  # type: ignore[union-attr]
    return int(number) * UNITS[unit]


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has ever had, by the kernel's own count."""
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) * 1024


async def test_an_outbox_larger_than_the_container_is_published_within_it(site: Site) -> None:
    """H2: memory went from 88 to 2,153 MB while one message waited."""
    limit = limit_bytes("tickets")
    pool = await site.pool("tickets")
    for _ in range(limit // MOST_MESSAGE_BYTES + 20):  # one statement for all meets its timeout
        await pool.execute(FILL, REPLIES, MOST_MESSAGE_BYTES, 1)
    await pool.execute(FILL, REPLIES, 20 * MOST_MESSAGE_BYTES, 3)
    [port] = free_ports(1)
    environment = site.environment("tickets") | {"HTTP_PORT": str(port)}
    process = await start("services.tickets", environment=environment, imports=True)
    try:
        await ready(port, process)
        async with asyncio.timeout(300):
            while await pool.fetchval("SELECT count(*) FROM outbox"):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.1)
        assert peak_bytes(process.pid) < limit
        assert await pool.fetchval("SELECT count(*) FROM refused_messages") == 3
    finally:
        process.terminate()
        assert await process.wait() == 0
    await pool.close()


class Imported(Stage):
    """A stage whose processes share no memory with the tests."""

    is_like_production = True


def padded(message: Message) -> str:
    """Return a valid message that is as large as any may be."""
    written = Envelope.first(message).to_json()
    return written[:-1] + " " * (MOST_MESSAGE_BYTES - len(written.encode())) + "}"


async def test_a_gateway_stays_within_its_container_whatever_waits_in_its_queues(
    servers: Servers, tmp_path: Path
) -> None:
    """L9: the prefetch counts messages; two gateways held 270 and 370 MB of large ones.

    The events wait for an API that is away, and the replies do not wait for the events.
    """
    reply = CommandAccepted(reply_to=reply_to("1"), command="invitations.JoinInvitation")
    async with opened(Imported, servers, tmp_path) as stage:
        broker = await Broker.connect(servers.rabbitmq_url("invitations", stage.name))
        for number in range(Settings.model_fields["prefetch"].default):
            event = ParticipantJoined(
                invitation=state(str(number)), user_id=demo.TARO, user_name="たろう"
            )
            await broker.publish(EVENTS, event.wire_name(), padded(event))
            await broker.publish(REPLIES, reply.wire_name(), padded(reply))
            await broker.publish(REPLIES, reply.wire_name(), "x" * MOST_MESSAGE_BYTES)
        await broker.close()
        gateway = await stage.start_gateway(0)
        async with await aio_pika.connect(servers.rabbitmq_url("gateway", stage.name)) as reading:
            channel = await reading.channel()
            async with asyncio.timeout(120):
                while await waiting(channel, "gateway.replies"):  # noqa: ASYNC110 - no signal
                    await asyncio.sleep(0.1)
            assert await waiting(channel, "gateway.events")
        assert peak_bytes(gateway.pid) < limit_bytes("gateway")


async def waiting(channel: aio_pika.abc.AbstractChannel, queue_name: str) -> int:
    queue = await channel.get_queue(queue_name)
    return queue.declaration_result.message_count or 0
