"""The doctor has a line for each program outside: what waits, who reads, what was dropped."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import quote

import aio_pika
import aiohttp
from aio_pika.abc import AbstractConnection
from aiohttp import web

from deploy.local.rabbitmq import definitions
from deploy.local.servers import Servers
from operations.doctor.programs import LAST_READ
from shared.broker import Broker
from shared.exchanges import EVENTS
from tests.conftest import Site
from tests.deploy.test_consumers import joined
from tests.house.test_alerts import read
from tests.operations.command import doukikai

ROOM = 3
THREE_DAYS = 3 * 86400


async def shrink(servers: Servers, vhost: str) -> None:
    """Let queues of programs hold three events."""
    [policy] = [each for each in definitions()["policies"] if each["name"] == "consumers"]
    smaller = {**policy, "definition": {**policy["definition"], "max-length": ROOM}}
    login = aiohttp.encode_basic_auth(*servers.management_credentials)
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        url = f"{servers.management_url}/api/policies/{vhost}/consumers"
        assert (await http.put(url, json=smaller)).status in (201, 204)


async def take(url: str, name: str, count: int) -> AbstractConnection:
    """Acknowledge so many events of a queue, and stay connected."""
    connection = await aio_pika.connect(url)
    queue = await (await connection.channel()).get_queue(name, ensure=False)
    arrived: asyncio.Queue[aio_pika.abc.AbstractIncomingMessage] = asyncio.Queue()
    await queue.consume(arrived.put)
    for _ in range(count):
        await (await arrived.get()).ack()
    return connection


async def publish(servers: Servers, vhost: str, versions: Sequence[int]) -> None:
    broker = await Broker.connect(servers.rabbitmq_url("invitations", vhost))
    for version in versions:
        event = joined("1", version)
        await broker.publish(EVENTS, event.name, event)
    await broker.close()


async def prometheus_says(request: web.Request) -> web.Response:
    """Answer like a Prometheus that has watched for days, which no test can."""
    assert request.query["query"] == f'{LAST_READ}{{queue="consumers.away"}}'
    result = [{"metric": {}, "value": [0, str(time.time() - THREE_DAYS)]}]
    return web.json_response({"data": {"result": result}})


async def lines(environment: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give state and sentence of each program's line."""
    ended = await doukikai("doctor", "--json", **environment)
    return {
        each["part"]: (each["state"], each["sentence"])
        for each in ended.data
        if each["part"].startswith("program ")
    }


async def test_each_program_is_a_line_that_says_what_waits_and_what_it_has_lost(
    servers: Servers, site: Site
) -> None:
    servers.create_vhost(site.vhost, ["reads", "full", "away"])
    await publish(servers, site.vhost, [1, 2])
    urls = {
        name: servers.rabbitmq_url(f"consumers.{name}", site.vhost) for name in ("reads", "away")
    }
    await (await take(urls["away"], "consumers.away", 2)).close()
    reader = await take(urls["reads"], "consumers.reads", 1)
    await shrink(servers, site.vhost)
    await publish(servers, site.vhost, [3, 4])
    application = web.Application()
    application.router.add_get("/api/v1/query", prometheus_says)
    runner = web.AppRunner(application)
    await runner.setup()
    site_of_answers = web.TCPSite(runner, "127.0.0.1", 0)
    await site_of_answers.start()
    environment = {
        "RABBITMQ_URL": servers.rabbitmq_url("operations", quote(site.vhost, safe="")),
        "RABBITMQ_MANAGEMENT_URL": servers.management_url,
    }
    full = (
        "Its queue is full and drops the oldest events. Readers: 0."
        " 3 events wait and 0 are in hand; 1 were dropped since RabbitMQ started."
    )
    unread = (
        "It does not read. 2 events wait and 0 are in hand. RabbitMQ deletes its queue in {} days."
    )
    expected = {
        "program reads": ("well", "Readers: 1. 0 events wait and 3 are in hand."),
        "program full": ("broken", full),
        "program away": ("absent", unread.format(30)),
    }
    found: dict[str, tuple[str, str]] = {}
    async with asyncio.timeout(60):
        while found != expected:  # the management's figures are some seconds old
            found = await lines(environment)
    [address] = runner.addresses
    watched = environment | {"PROMETHEUS_URL": f"http://127.0.0.1:{address[1]}"}
    assert (await lines(watched))["program away"] == ("broken", unread.format(27))
    await reader.close()
    await runner.cleanup()


def test_the_doctor_asks_for_a_figure_that_prometheus_records() -> None:
    recorded = {
        rule.get("record")
        for file in read("rules")
        for group in file["groups"]
        for rule in group["rules"]
    }
    assert LAST_READ in recorded
