"""Rule: a message that the broker refuses for good is kept and delays no other."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from services.invitations.handlers import HANDLERS
from services.scheduler.ticker import Ticker
from services.tickets.handlers import handlers
from shared import outbox, publishing
from shared import relay as relay_module
from shared.broker import Broker
from shared.database import Connection, Pool
from shared.dispatch import Outcome, handle_once
from shared.exchanges import COMMANDS, EVENTS, REPLIES
from shared.messages.envelope import MOST_MESSAGE_BYTES, Actor, Envelope
from shared.messages.invitations.commands import CleanInbox, JoinInvitation
from shared.messages.registry import Unreadable, read
from shared.messages.replies import CommandRefused
from shared.messages.tickets import commands as tickets
from shared.outbox import MessageTooLarge
from shared.publishing import MessageRefused, Outgoing
from shared.relay import Relay
from shared.tasks import end
from tests import builders
from tests.conftest import Site
from tests.shared.test_pipeline import dead_letters, join, pipeline

MEGABYTE = 1_000_000
BROKERS_LIMIT = 1_049_600
KEPT = "SELECT routing_key, octet_length(body) AS size, reason FROM refused_messages ORDER BY id"
FILL = """
INSERT INTO outbox (message_id, exchange, routing_key, body)
VALUES (gen_random_uuid(), $1, $2, repeat('x', $3))
"""
FILL_REFUSED = """
INSERT INTO refused_messages (id, message_id, exchange, routing_key, body, created_at, reason,
                              refused_at)
VALUES ($1, gen_random_uuid(), '', '', '', now(), '', now() - $2::text::interval)
"""


@pytest.fixture
async def broker(site: Site) -> AsyncIterator[Broker]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    yield broker
    await broker.close()


@pytest.fixture
async def outbox_pool(site: Site) -> AsyncIterator[Pool]:
    pool = await site.pool()
    yield pool
    await pool.close()


def reply(size: int) -> Outgoing:
    key = "replies.CommandAccepted"
    return Outgoing(REPLIES, key, b"x" * size, str(uuid4()), key, {})


def refused_replies() -> float:
    labels = {"message": "replies.CommandAccepted"}
    return REGISTRY.get_sample_value("messages_refused_total", labels) or 0.0


@pytest.mark.parametrize("key", ["replies.CommandAccepted", "invitations.InvitationDrafted"])
async def test_a_message_of_20_mb_is_set_aside_and_those_behind_it_go_on(
    broker: Broker, outbox_pool: Pool, key: str
) -> None:
    exchange = REPLIES if key.startswith("replies") else EVENTS
    for size in (10, 20 * MEGABYTE, 20):
        await outbox_pool.execute(FILL, exchange, key, size)
    relay = Relay(outbox_pool, broker)

    assert await relay.publish_batch() is not None
    await relay.drain()

    assert await outbox_pool.fetchval("SELECT count(*) FROM outbox") == 0
    [kept] = await outbox_pool.fetch(KEPT)
    assert (kept["routing_key"], kept["size"]) == (key, 20 * MEGABYTE)
    assert str(MOST_MESSAGE_BYTES) in kept["reason"]


async def test_a_message_that_the_broker_refuses_is_set_aside_with_the_reason(
    broker: Broker, outbox_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator's broker may have a lower limit than ours, which we do not know."""
    monkeypatch.setattr(publishing, "MOST_MESSAGE_BYTES", 5 * MEGABYTE)
    lenient = outbox.TAKE_OLDEST.replace(f"> {MOST_MESSAGE_BYTES}", f"> {5 * MEGABYTE}")
    monkeypatch.setattr(outbox, "TAKE_OLDEST", lenient)
    for size in (10, 3 * MEGABYTE, 20):
        await outbox_pool.execute(FILL, REPLIES, "replies.CommandAccepted", size)
    before = refused_replies()

    relay = Relay(outbox_pool, broker)
    assert await relay.publish_batch() == 3

    assert await outbox_pool.fetchval("SELECT count(*) FROM outbox") == 0
    [kept] = await outbox_pool.fetch(KEPT)
    assert kept["size"] == 3 * MEGABYTE
    assert "larger than" in kept["reason"]
    assert refused_replies() == before + 1
    relaying = asyncio.create_task(relay.run())
    async with asyncio.timeout(30):
        while REGISTRY.get_sample_value("outbox_refused_messages") != 1:  # noqa: ASYNC110 - a gauge tells nobody
            await asyncio.sleep(0.1)
    await end(relaying)


async def test_the_broker_refuses_one_of_many_and_takes_the_others(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_MESSAGE_BYTES", 5 * MEGABYTE)
    sizes = [10] * 20
    sizes[7] = BROKERS_LIMIT + 1

    failures, others = await asyncio.gather(
        broker.publish_all([reply(size) for size in sizes]),
        broker.publish_all([reply(10) for _ in range(20)]),
    )

    assert isinstance(failures.pop(7), MessageRefused)
    assert failures == [None] * 19
    assert others == [None] * 20
    assert broker.is_connected


async def test_the_largest_message_the_broker_takes_is_larger_than_any_of_ours(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await broker.publish_all([reply(MOST_MESSAGE_BYTES)]) == [None]
    monkeypatch.setattr(publishing, "MOST_MESSAGE_BYTES", BROKERS_LIMIT)
    assert await broker.publish_all([reply(BROKERS_LIMIT)]) == [None]


async def test_the_relay_holds_a_few_megabytes_whatever_waits(outbox_pool: Pool) -> None:
    for _ in range(30):
        await outbox_pool.execute(FILL, REPLIES, "replies.CommandAccepted", MEGABYTE)
    taken = []
    async with outbox_pool.acquire() as connection:
        while rows := await outbox.take_oldest(connection):
            taken.append(sum(len(row["body"]) for row in rows))
            assert outbox.is_full(rows)
    assert sum(taken) == 30 * MEGABYTE
    assert max(taken) <= outbox.BATCH_BYTES + MOST_MESSAGE_BYTES


async def test_a_large_backlog_is_published_without_a_pause(
    broker: Broker, outbox_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch is fewer rows than BATCH, and the relay must not wait a second after each."""
    monkeypatch.setattr(relay_module, "LOOK_SECONDS", 600.0)
    for _ in range(12):
        await outbox_pool.execute(FILL, REPLIES, "replies.CommandAccepted", MEGABYTE)
    relay = Relay(outbox_pool, broker)
    relay.wake()
    relaying = asyncio.create_task(relay.run())
    async with asyncio.timeout(60):
        while await outbox_pool.fetchval("SELECT count(*) FROM outbox"):  # noqa: ASYNC110 - PostgreSQL tells nobody of a delete
            await asyncio.sleep(0.1)
    await end(relaying)


async def test_a_message_over_the_limit_goes_from_the_queue_to_the_dead_letters(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pipeline(site, HANDLERS) as running:
        with monkeypatch.context() as lenient:
            lenient.setattr(publishing, "MOST_MESSAGE_BYTES", BROKERS_LIMIT)
            await running.gateway.publish(
                COMMANDS,
                "invitations.DraftInvitation",
                "x" * (BROKERS_LIMIT - 10),
                message_id="1",
                name="invitations.DraftInvitation",
            )
        await running.say(Envelope.first(join()))
        assert isinstance((await running.reply()).body, CommandRefused)
    async with asyncio.timeout(30):
        while not (letters := await dead_letters(site)):  # noqa: ASYNC110 - the broker moves it by itself
            await asyncio.sleep(0.1)
    assert [len(letter.body) for letter in letters] == [BROKERS_LIMIT - 10]


async def test_a_command_of_20_mb_is_refused_before_it_is_sent(broker: Broker) -> None:
    with pytest.raises(MessageRefused):
        await broker.publish(COMMANDS, "invitations.DraftInvitation", "x" * 20 * MEGABYTE)
    assert await broker.publish_all([reply(10)]) == [None]


async def test_a_handler_cannot_cause_a_message_of_20_mb(pool: Pool) -> None:
    async def boast(command: JoinInvitation, _connection: Connection) -> Outcome:
        refused = CommandRefused.model_construct(
            reply_to=command.reply_to, command="x" * 20 * MEGABYTE, code="full", details={}
        )
        return Outcome([refused])

    with pytest.raises(MessageTooLarge):
        await handle_once(Envelope.first(join()), {JoinInvitation: boast}, pool)
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_an_envelope_over_the_limit_is_not_read() -> None:
    envelope = Envelope.first(builders.draft()).to_json()
    padded = envelope[:-1] + " " * MOST_MESSAGE_BYTES + "}"
    assert read(envelope)
    with pytest.raises(Unreadable, match="TooLarge"):
        read(padded)


async def test_refused_messages_are_forgotten_after_thirty_days(site: Site) -> None:
    """By each service, with the rights of its own role."""
    scheduler = Actor(user_id="0", name="scheduler")
    for name in ("invitations", "tickets", "scheduler"):
        pool = await site.pool(name)
        await pool.executemany(FILL_REFUSED, [(1, "31 days"), (2, "29 days"), (3, "-1 day")])
        if name == "invitations":
            await handle_once(Envelope.first(CleanInbox(actor=scheduler)), HANDLERS, pool)
        elif name == "tickets":
            command = tickets.CleanInbox(actor=scheduler)
            await handle_once(Envelope.first(command), handlers(), pool)
        else:
            ticker = Ticker(pool, lambda: None)
            await ticker.keep_recurring()
            await pool.execute("UPDATE deadlines SET due_at = now() WHERE kind = 'clean_scheduler'")
            await ticker.fire_batch()
        rows = await pool.fetch("SELECT id FROM refused_messages ORDER BY id")
        assert [row["id"] for row in rows] == [2, 3], name
        await pool.close()
