"""Rule: a service stays within its container's memory whatever waits in its outbox."""

import asyncio
import re
from pathlib import Path

import yaml

from deploy.local.instance import PROJECT, free_ports
from shared.exchanges import REPLIES
from shared.messages.envelope import MOST_MESSAGE_BYTES
from tests.conftest import Site
from tests.processes import start
from tests.stage import ready

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
