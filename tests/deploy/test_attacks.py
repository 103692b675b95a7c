"""An attacker with all credentials of one service cannot harm the other services."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import asyncpg
import pytest
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from deploy.local.instance import free_ports
from shared.database import Pool
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import CancelInvitation, RevealSecrets
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from shared.messages.tickets import commands as tickets
from shared.messages.tickets import mine as ticket_data
from shared.origins import ORIGIN
from shared.proofs import PROOF
from tests import builders
from tests.conftest import Site
from tests.deploy.test_broker import CONSUMER, EXCHANGES
from tests.keys import KEYS, publisher
from tests.operations.command import doukikai
from tests.operations.processes import service
from tests.services.invitations.telling import published
from tests.services.scheduler.stories import cancelled, from_now
from tests.services.scheduler.stories import published as scheduled
from tests.services.tickets.conftest import Desk

ROLES = ("invitations", "tickets", "scheduler")
QUEUES = (
    *("invitations.commands", "tickets.commands.scheduler", "scheduler.events"),
    *("gateway.replies", "gateway.replies.tickets"),
)
HANDLED = "SELECT count(*) FROM inbox WHERE message_id = $1"
# What stands in a service's tables, without what handling the true command leaves there.
STANDS = {
    name: f"SELECT t::text FROM {name} t UNION ALL SELECT a::text FROM audit_log a ORDER BY 1"  # noqa: S608 - the names are ours
    for name in ("invitations", "tickets")
}
# What would read or change another's rows, forge its audit rows, or stop it.
STATEMENTS = (
    "SELECT * FROM {victim}.inbox",
    "SELECT * FROM {victim}.audit_log",
    "INSERT INTO {victim}.audit_log DEFAULT VALUES",
    "INSERT INTO {victim}.outbox DEFAULT VALUES",
    "UPDATE {victim}.audit_log SET actor_id = '1'",
    "DELETE FROM {victim}.audit_log",
    "TRUNCATE {victim}.inbox",
    "CREATE TABLE {victim}.mine ()",
    "SET ROLE {victim}",
    "SET ROLE postgres",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{victim}'",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = '{victim}'",
    "SELECT pg_reload_conf()",
    "ALTER SYSTEM SET max_connections = 1",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
)
POISON = (b"\x00" * 100_000, b"[" * 100_000, b'{"name": "tickets.OpenTicket"', b"")


def wishes() -> dict[str, list[Envelope]]:
    """Return what an attacker wants each service to do in a member's name."""
    host = Actor(user_id=builders.HOST.user_id, name="主催者", is_staff=True, guild_id="1")
    answer = builders.reply_to()
    event: dict[str, Any] = {"actor": host, "invitation_id": builders.INVITATION_ID}
    ticket: dict[str, Any] = {"actor": host, "ticket_id": "5001", "reply_to": answer}
    return {
        "invitations": [
            Envelope.first(RevealSecrets(**event, reply_to=answer)),
            Envelope.first(ExportMyData(actor=host, reply_to=answer)),
            Envelope.first(EraseMyData(actor=host, reply_to=answer)),
            Envelope.first(CancelInvitation(**event, reply_to=answer)),
        ],
        "tickets": [
            Envelope.first(ticket_data.ExportMyData(actor=host, reply_to=answer)),
            Envelope.first(tickets.ReadTranscript(**ticket)),
            Envelope.first(tickets.CloseTicket(**ticket)),
        ],
    }


def proofs(attacker: str, victim: str, body: bytes) -> Iterator[str]:
    """Return every proof that the attacker's keys can make, also under the victim's name."""
    for publisher_name in ("gateway", "scheduler"):
        for subject in {attacker, victim}:
            with contextlib.suppress(KeyError):
                if made := KEYS[attacker].prove(publisher_name, subject, body):
                    yield made
                    yield made.replace(attacker, victim)
    yield ""


async def try_every_way(url: str, attacker: str, victim: str, bodies: Iterable[bytes]) -> int:
    """Publish bodies in every way to every exchange; return how often RabbitMQ took one."""
    taken, wanted = 0, list(itertools.product(QUEUES, bodies))
    async with await aio_pika.connect(url) as connection:
        for exchange in sorted(EXCHANGES):
            for queue, body in wanted:
                channel = await connection.channel(on_return_raises=False)
                try:
                    target = await channel.get_exchange(exchange, ensure=False)
                    for key, message in ways(attacker, victim, queue, body):
                        await target.publish(message, key, timeout=10, mandatory=False)
                        taken += 1
                    await channel.close()
                except (AMQPError, ChannelInvalidStateError) as error:
                    if "access to exchange" in str(error):
                        break  # whatever the key and the body: it is not the attacker's
    return taken


def ways(
    attacker: str, victim: str, queue: str, body: bytes
) -> Iterator[tuple[str, aio_pika.Message]]:
    keys = [f"{victim}.Word", queue, f"{queue}.1s", "tickets.TicketClosed"]
    for proof in {*proofs(attacker, victim, body)}:
        headers: Mapping[str, Any] = {
            "x-queue": queue,
            "x-error": "ValueError",
            ORIGIN: f"doukikai.events.{victim}",
            PROOF: proof,
            "CC": keys,
        }
        for key in keys:
            yield key, aio_pika.Message(body, headers=dict(headers))


@asynccontextmanager
async def running(site: Site, name: str) -> AsyncIterator[None]:
    [port] = free_ports(1)
    async with service(name, port, {**site.environment(name), "HTTP_PORT": str(port)}):
        yield


async def replay_everything(site: Site) -> None:
    """Do what an operator does who looks at nothing."""
    await doukikai("dead", "replay", "--all", RABBITMQ_URL=site.rabbitmq_url("operations"))


async def until_handled(pool: Pool, message: Envelope) -> None:
    async with asyncio.timeout(60):
        while not await pool.fetchval(HANDLED, message.id):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def try_the_database(site: Site, attacker: str, victim: str) -> None:
    connection = await asyncpg.connect(site.url(attacker))
    for statement in STATEMENTS:
        if victim == "scheduler" and "audit_log" in statement:
            continue  # it has none
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement.format(victim=victim))
    await connection.close()


async def planted(site: Site, victim: str) -> Pool:
    """Let the victim have an event or a ticket, and return its pool."""
    pool = await site.pool(victim)
    if victim == "invitations":
        await published(pool)
    else:
        await Desk(pool).opened()
    return pool


EXPORT = {"invitations": 1, "tickets": 0}  # of the wishes, what leaves nothing in a table
PAIRS = [
    (attacker, victim)
    for victim in ("invitations", "tickets")
    for attacker in (*ROLES, CONSUMER)
    if attacker != victim
]


@pytest.mark.parametrize(("attacker", "victim"), PAIRS)
async def test_the_credentials_of_one_service_give_no_command_over_another(
    site: Site, attacker: str, victim: str
) -> None:
    """No text is revealed, exported, ended or erased, no audit row is written, no service stops.

    H1: by the retry exchange, the sealed link of an event was shown to a stranger.
    """
    site.servers.create_vhost(site.vhost, ("example",))
    pool = await planted(site, victim)
    before = await pool.fetch(STANDS[victim])
    forged, true = wishes()[victim], wishes()[victim][EXPORT[victim]]
    bodies = [each.to_json().encode() for each in forged]
    url = site.rabbitmq_url(attacker)
    async with running(site, victim):
        taken = await try_every_way(url, attacker, victim, [*bodies, *POISON])
        assert (taken > 0) == (attacker != CONSUMER), "a consumer may write nowhere"
        if attacker != CONSUMER:
            await try_the_database(site, attacker, victim)
        await replay_everything(site)
        gateway = await publisher(site.rabbitmq_url("gateway"))
        await gateway.publish("doukikai.commands", true.name, true)
        await gateway.close()
        await until_handled(pool, true)
    assert [await pool.fetchval(HANDLED, each.id) for each in forged] == [0] * len(forged)
    assert await pool.fetch(STANDS[victim]) == before
    await pool.close()


@pytest.mark.parametrize("attacker", ["tickets", CONSUMER])
async def test_the_credentials_of_a_peer_end_no_invitation(site: Site, attacker: str) -> None:
    """H4: a cancellation of version 2^40 stopped the deadline of an open event for good."""
    site.servers.create_vhost(site.vhost, ("example",))
    pool = await site.pool("scheduler")
    due_at = from_now(3600)
    last = scheduled(1002, due_at)
    forged = cancelled(1001, due_at, 2**40)
    async with running(site, "scheduler"):
        invitations = await aio_pika.connect(site.rabbitmq_url("invitations"))
        await tell(invitations, scheduled(1001, due_at))
        body = forged.to_json().encode()
        taken = await try_every_way(site.rabbitmq_url(attacker), attacker, "invitations", [body])
        assert (taken > 0) == (attacker != CONSUMER)
        if attacker != CONSUMER:
            await try_the_database(site, attacker, "scheduler")
        await replay_everything(site)
        await tell(invitations, last)
        await until_handled(pool, last)
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
