"""The rights of each RabbitMQ user, tried for real: every exchange, key, queue and header."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import aio_pika
import aiohttp
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, DeliveryError
from aiormq.exceptions import ChannelAccessRefused

from deploy.local.rabbitmq import definitions
from deploy.local.servers import Servers
from tests.conftest import Site

CONSUMER = "consumers.example"
OF_GATEWAY = {"invitations.commands", "tickets.commands", "gateway.events", "gateway.replies"}
OF_INVITATIONS = {"gateway.replies", "gateway.events", "scheduler.events"}
OF_TICKETS = {"gateway.replies.tickets", "gateway.events.tickets", "scheduler.events.tickets"}
OF_SCHEDULER = {"invitations.commands.scheduler", "tickets.commands.scheduler"}
WORK = OF_GATEWAY | OF_INVITATIONS | OF_TICKETS | OF_SCHEDULER


def delays(queue: str) -> set[str]:
    """Return where messages of a queue wait: after a failure, or parked."""
    waiting = {f"doukikai.retry.{queue}.{delay}" for delay in ("1s", "10s", "60s")}
    is_ordered = not queue.startswith("gateway.")
    return waiting | ({f"doukikai.parked.{queue}"} if is_ordered else set())


def waiting_of(service: str) -> set[str]:
    """Return where messages of a service's queues wait."""
    return {each for queue in WORK if queue.startswith(f"{service}.") for each in delays(queue)}


def queues_of(service: str) -> set[str]:
    """Return the queues that a service reads."""
    own = {queue for queue in WORK if queue.startswith(f"{service}.")}
    return own | {each for each in waiting_of(service) if "parked" in each}


READS = {
    "gateway": queues_of("gateway"),
    "invitations": queues_of("invitations"),
    "tickets": queues_of("tickets"),
    "scheduler": queues_of("scheduler"),
    "operations": {"doukikai.dead"},
    CONSUMER: {CONSUMER},
}
WRITES = {
    "gateway": {"commands", "events", "replies", "retry", "dead"},
    "invitations": {"events", "replies", "retry", "dead"},
    "tickets": {"events", "replies", "retry", "dead"},
    "scheduler": {"commands", "retry", "dead"},
    "operations": {"replay"},
    CONSUMER: set[str](),
}
DEAD = {"doukikai.dead"}
# Where a message of each user can end, whatever exchange, key and headers it chooses.
REACHES = {
    "gateway": OF_GATEWAY | waiting_of("gateway") | DEAD,  # its own doubts among them
    "invitations": OF_INVITATIONS | {CONSUMER} | waiting_of("invitations") | DEAD,
    "tickets": OF_TICKETS | waiting_of("tickets") | DEAD,
    "scheduler": OF_SCHEDULER | waiting_of("scheduler") | DEAD,
    "operations": WORK,
    CONSUMER: set[str](),
}
QUEUES = WORK.union(DEAD, {CONSUMER}, *map(delays, WORK))
PREDECLARED = {"amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.topic", ""}
NAMED = {each["name"] for each in definitions()["exchanges"]}
EXCHANGES = NAMED | PREDECLARED | {"doukikai.commands", "doukikai.events", "doukikai.retry.1s"}
KEYS = sorted(
    {each["routing_key"].replace("#", "Word") for each in definitions()["bindings"]}
    | QUEUES
    | {"invitations.RevealSecrets", "invitations.ReminderDue", "tickets.TicketClosed", "nowhere"}
)
VHOST = "permissions"


@pytest.fixture(params=sorted(READS))
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def vhost(servers: Servers) -> Iterator[str]:
    """Give a vhost that the tests of permissions share: what they leave in it means nothing."""
    servers.create_vhost(VHOST, ("example",))
    yield VHOST
    servers.drop_vhost(VHOST)


@pytest.fixture
async def connection(vhost: str, servers: Servers, user: str) -> AsyncIterator[AbstractConnection]:
    async with await aio_pika.connect(servers.rabbitmq_url(user, vhost)) as connection:
        yield connection


async def _leave(message: AbstractIncomingMessage) -> None:
    """Leave a message where it is: closing the channel gives it back."""


async def _is_refused(connection: AbstractConnection, act: Any) -> bool:
    """Tell whether an act on a channel of its own (a refusal closes it) is refused."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    try:
        await act(channel)
    except ChannelAccessRefused:
        return True
    except AMQPError as error:
        if "ACCESS_REFUSED" in str(error) or "operation not permitted" in str(error):
            return True
        raise
    await channel.close()
    return False


def test_the_tables_above_name_every_user_queue_and_exchange() -> None:
    known = definitions()
    assert {each["user"] for each in known["permissions"]} | {CONSUMER} == READS.keys()
    assert {each["name"] for each in known["queues"]} | {CONSUMER} == QUEUES
    written = {f"doukikai.{kind}.{name}" for name, kinds in WRITES.items() for kind in kinds}
    assert written | DEAD == NAMED


async def test_a_user_reads_its_own_queues_and_no_other(
    connection: AbstractConnection, user: str
) -> None:
    readable = set()
    for name in QUEUES:

        async def read(channel: AbstractChannel, name: str = name) -> None:
            queue = await channel.get_queue(name, ensure=False)
            await queue.cancel(await queue.consume(_leave))

        if not await _is_refused(connection, read):
            readable.add(name)
    assert readable == READS[user]


async def _publish(channel: AbstractChannel, exchange: str, body: str) -> None:
    """Publish under every key, then under all of them at once by the headers that add keys."""
    target = (
        await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
    )
    plain: list[tuple[str, dict[str, list[str]]]] = [(key, {}) for key in KEYS]
    for key, headers in (*plain, ("nowhere", {"CC": KEYS}), ("nowhere", {"BCC": KEYS})):
        message = aio_pika.Message(body.encode(), headers=headers)  # type: ignore[arg-type]
        try:
            await target.publish(message, key, timeout=10)
        except DeliveryError:
            continue


async def _where_is(site_url: str, body: str, queues: Collection[str] = QUEUES) -> set[str]:
    """Empty all queues as an operator; return those that held a body."""
    found = set()
    async with await aio_pika.connect(site_url) as connection:
        for name in queues:
            channel = await connection.channel()
            arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
            queue = await channel.get_queue(name)
            await queue.consume(arrived.put, no_ack=True)
            async with asyncio.timeout(30):
                for _ in range(queue.declaration_result.message_count or 0):
                    if (await arrived.get()).body.decode() == body:
                        found.add(name)
            await channel.close()
    return found


async def test_a_message_of_a_user_ends_in_its_own_queues_whatever_key_and_headers_it_has(
    connection: AbstractConnection, user: str, vhost: str, servers: Servers
) -> None:
    await _stop_the_clocks(servers, vhost)
    writable = set()
    for name in EXCHANGES:

        async def write(channel: AbstractChannel, name: str = name) -> None:
            await _publish(channel, name, user)

        if not await _is_refused(connection, write):
            writable.add(name)
    assert writable == {f"doukikai.{kind}.{user}" for kind in WRITES[user]}
    assert await _where_is(servers.rabbitmq_url("operator", vhost), user) == REACHES[user]


async def _stop_the_clocks(servers: Servers, vhost: str) -> None:
    """Let nothing expire in a delay queue, so that a message is found where it was put."""
    login = aiohttp.encode_basic_auth(*servers.management_credentials)
    url = f"{servers.management_url}/api/policies/{vhost}/stopped"
    policy = {
        "pattern": r"^doukikai\.retry\.",
        "apply-to": "queues",
        "priority": 9,
        "definition": {"max-length": 100000},
    }
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        assert (await http.put(url, json=policy)).status in (201, 204)


ASTRAY = {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "invitations.commands",
    "x-message-ttl": 1,
}


@pytest.mark.parametrize("name", ["its.own.queue", "", "amq.gen-mine", "doukikai.retry.more"])
async def test_a_user_declares_no_queue(connection: AbstractConnection, name: str) -> None:
    async def declare(channel: AbstractChannel) -> None:
        await channel.declare_queue(name, exclusive=not name, arguments=ASTRAY)

    assert await _is_refused(connection, declare)


async def test_a_user_changes_no_queue_and_no_exchange(
    connection: AbstractConnection, user: str
) -> None:
    acts = [
        lambda channel: channel.queue_delete(min(READS[user])),
        lambda channel: channel.exchange_delete("doukikai.dead"),
        lambda channel: channel.declare_exchange(f"doukikai.more.{user}"),
        lambda channel: channel.declare_exchange("amq.topic", durable=False),
    ]
    assert [await _is_refused(connection, act) for act in acts] == [True] * len(acts)


@pytest.mark.parametrize("exchange", sorted(NAMED | {"amq.topic"}))
async def test_a_user_binds_nothing(
    connection: AbstractConnection, user: str, exchange: str
) -> None:
    async def bind(channel: AbstractChannel) -> None:
        await (await channel.get_queue(min(READS[user]), ensure=False)).bind(exchange, "#")

    async def bind_exchange(channel: AbstractChannel) -> None:
        own = await channel.get_exchange(f"doukikai.retry.{user}", ensure=False)
        await own.bind(exchange, "#")

    assert await _is_refused(connection, bind)
    assert await _is_refused(connection, bind_exchange)


async def test_a_user_has_no_say_in_rabbitmqs_management(
    vhost: str, servers: Servers, user: str
) -> None:
    password = servers.rabbitmq_url(user, vhost).split(":")[2].split("@")[0]
    login = aiohttp.encode_basic_auth(user, password)
    policy = {"pattern": ".*", "definition": {"message-ttl": 1}}
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        url = f"{servers.management_url}/api/policies/{vhost}/mine"
        assert (await http.put(url, json=policy)).status == 401


@pytest.mark.parametrize("queue", sorted(WORK))
async def test_a_retried_message_comes_back_to_its_own_queue_and_to_no_other(
    site: Site, queue: str
) -> None:
    service = queue.partition(".")[0]
    async with await aio_pika.connect(site.rabbitmq_url(service)) as connection:
        channel = await connection.channel(on_return_raises=True)
        retry = await channel.get_exchange(f"doukikai.retry.{service}", ensure=False)
        astray = {"CC": ["invitations.commands", "tickets.commands", "gateway.events"]}
        message = aio_pika.Message(b"again", headers=astray)  # type: ignore[arg-type]
        await retry.publish(message, f"{queue}.1s", timeout=5)
        back = await _next(channel, queue)
        await back.ack()
        assert back.body == b"again"
        assert (back.exchange, back.routing_key) == ("", queue)
    assert await _where_is(site.rabbitmq_url("operator"), "again", QUEUES - {CONSUMER}) == set()


async def test_a_rejected_message_ends_in_the_dead_letter_queue(site: Site) -> None:
    async with (
        await aio_pika.connect(site.rabbitmq_url("gateway")) as gateway,
        await aio_pika.connect(site.rabbitmq_url("tickets")) as tickets,
        await aio_pika.connect(site.rabbitmq_url("operator")) as operator,
    ):
        sending = await gateway.channel(on_return_raises=True)
        commands = await sending.get_exchange("doukikai.commands.gateway", ensure=False)
        await commands.publish(aio_pika.Message(b"poison"), "tickets.OpenTicket", timeout=5)
        poison = await _next(await tickets.channel(), "tickets.commands")
        await poison.reject(requeue=False)
        dead = await _next(await operator.channel(), "doukikai.dead")
        assert dead.body == b"poison"
        assert dead.exchange == "doukikai.dead", "where nobody but RabbitMQ writes"
        assert dead.headers["x-first-death-queue"] == "tickets.commands"


async def _next(channel: AbstractChannel, name: str) -> AbstractIncomingMessage:
    """Wait for the next message of a queue."""
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    queue = await channel.get_queue(name, ensure=False)
    tag = await queue.consume(arrived.put)
    async with asyncio.timeout(20):
        message = await arrived.get()
    await queue.cancel(tag)
    return message
