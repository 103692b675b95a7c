"""From a command in RabbitMQ to its reply and event in RabbitMQ, through every real part."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from prometheus_client import REGISTRY

from services.invitations.handlers import HANDLERS
from shared.broker import Broker
from shared.consumer import Consumer
from shared.database import Connection, Pool
from shared.dispatch import Handlers, Outcome, handle_once, one_by_one
from shared.exchanges import COMMANDS, DELAYS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.messages.registry import read
from shared.messages.replies import CommandRefused
from shared.publishing import Outgoing
from shared.relay import BARRED_SECONDS, Relay
from shared.settings import OperatorMistake
from shared.tasks import end
from tests import builders
from tests.conftest import Site
from tests.keys import proved, publisher

COMMAND_QUEUE = "invitations.commands"
IS_WAITING = "SELECT EXISTS (SELECT FROM outbox)"


class Pipeline:
    """The messaging of one service, in this process."""

    def __init__(self, pool: Pool, relay: Relay, gateway: Broker) -> None:
        self.pool, self.relay, self.gateway = pool, relay, gateway
        self.replies: asyncio.Queue[Envelope] = asyncio.Queue()
        self.events: asyncio.Queue[Envelope] = asyncio.Queue()

    async def say(self, envelope: Envelope) -> None:
        await self.gateway.publish(COMMANDS, envelope.name, envelope)

    async def reply(self) -> Envelope:
        return await asyncio.wait_for(self.replies.get(), 30)


@asynccontextmanager
async def pipeline(site: Site, handlers: Handlers) -> AsyncIterator[Pipeline]:
    pool = await site.pool()
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    gateway = await publisher(site.rabbitmq_url("gateway"))
    relay = Relay(pool, broker)
    running = Pipeline(pool, relay, gateway)
    relaying = asyncio.create_task(relay.run())
    handle = partial(handle_once, handlers=handlers, pool=pool, on_commit=relay.wake)
    consumer = Consumer(broker, COMMAND_QUEUE, one_by_one(handle), proved("invitations"))
    await consumer.start(50)
    await _collect(gateway, "gateway.replies", running.replies)
    await _collect(gateway, "gateway.events", running.events)
    try:
        yield running
    finally:
        await consumer.stop()
        await end(relaying)
        await relay.drain()
        assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
        await broker.close()
        await gateway.close()
        await pool.close()


async def _collect(broker: Broker, queue_name: str, into: asyncio.Queue[Envelope]) -> None:
    async def collect(incoming: AbstractIncomingMessage) -> None:
        into.put_nowait(read(incoming.body))
        await incoming.ack()

    await broker.consume(queue_name, collect, 50)


def join(invitation_id: str = "404") -> JoinInvitation:
    return JoinInvitation(
        actor=builders.MEMBER, reply_to=builders.reply_to(), invitation_id=invitation_id
    )


async def dead_letters(site: Site) -> list[AbstractIncomingMessage]:
    """Read the dead letters as an operator does.

    RabbitMQ moves a dead letter at least once: a second copy of the same message is left out.
    """
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("doukikai.dead", ensure=False)
        found: dict[str | None, AbstractIncomingMessage] = {}
        while message := await queue.get(fail=False, no_ack=True):
            found.setdefault(message.message_id, message)
        return list(found.values())


async def test_a_command_becomes_a_reply_and_an_event(site: Site) -> None:
    async with pipeline(site, HANDLERS) as running:
        drafted = Envelope.first(builders.draft(reply_to=builders.reply_to()))
        await running.say(drafted)

        event = await asyncio.wait_for(running.events.get(), 30)

        assert event.name == "invitations.InvitationDrafted"
        assert (event.correlation_id, event.causation_id) == (drafted.id, drafted.id)
        await running.say(Envelope.first(join()))
        assert (await running.reply()).name == "replies.CommandRefused"


async def test_a_command_sent_twice_is_answered_once(site: Site) -> None:
    before = [handled("refused"), handled("repeated")]
    async with pipeline(site, HANDLERS) as running:
        twice = Envelope.first(join())
        for envelope in (twice, twice, Envelope.first(join())):
            await running.say(envelope)

        answered = [(await running.reply()).causation_id for _ in range(2)]

        assert answered.count(twice.id) == 1
    after = [handled("refused"), handled("repeated")]
    assert [each - earlier for each, earlier in zip(after, before, strict=True)] == [2, 1]


def handled(outcome: str) -> float:
    """Return how many wishes to join had this outcome."""
    labels = {
        "queue": COMMAND_QUEUE,
        "message": "invitations.JoinInvitation",
        "outcome": outcome,
    }
    return REGISTRY.get_sample_value("messages_handled_total", labels) or 0.0


async def test_a_server_that_is_away_costs_time_and_no_message(site: Site) -> None:
    calls = 0

    async def third_time_lucky(command: JoinInvitation, connection: Connection) -> Outcome:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ConnectionResetError
        return await HANDLERS[JoinInvitation](command, connection)

    async with pipeline(site, {JoinInvitation: third_time_lucky}) as running:
        await running.say(Envelope.first(join()))
        assert isinstance((await running.reply()).body, CommandRefused)
    assert calls == 3
    assert await dead_letters(site) == []


async def test_a_poison_message_comes_again_later(site: Site) -> None:
    calls = 0

    async def second_time_lucky(command: JoinInvitation, connection: Connection) -> Outcome:
        nonlocal calls
        calls += 1
        if calls < 2:
            raise ValueError("a mistake of ours")
        return await HANDLERS[JoinInvitation](command, connection)

    async with pipeline(site, {JoinInvitation: second_time_lucky}) as running:
        await running.say(Envelope.first(join()))
        assert isinstance((await running.reply()).body, CommandRefused)
    assert calls == 2


@pytest.mark.parametrize("attempt", [len(DELAYS), "many"])
async def test_after_its_last_try_it_is_dead_and_the_member_gets_an_answer(
    site: Site, attempt: int | str
) -> None:
    async def never(_command: JoinInvitation, _connection: Connection) -> Outcome:
        raise ValueError("a mistake of ours")

    async with pipeline(site, {JoinInvitation: never}) as running:
        envelope = Envelope.first(join())
        await running.gateway.publish(COMMANDS, envelope.name, envelope, {"x-attempt": attempt})
        answer = (await running.reply()).body
        assert isinstance(answer, CommandRefused)
        assert answer.code == "internal_error"
    [letter] = await dead_letters(site)
    assert read(letter.body) == envelope
    assert (letter.headers["x-queue"], letter.headers["x-error"]) == (COMMAND_QUEUE, "ValueError")


async def test_a_malformed_message_is_dead_lettered_at_once(site: Site) -> None:
    async with pipeline(site, HANDLERS) as running:
        await running.gateway.publish(
            COMMANDS, "invitations.Nonsense", "{}", message_id="1", name="invitations.Nonsense"
        )
        await running.say(Envelope.first(join()))
        await running.reply()
    [letter] = await dead_letters(site)
    assert (letter.body, letter.type) == (b"{}", "invitations.Nonsense")


async def test_bytes_that_are_no_text_are_dead_at_once(site: Site) -> None:
    async with pipeline(site, HANDLERS) as running:
        nonsense = Outgoing(COMMANDS, "invitations.Nonsense", b"\xff{}", "1", "Nonsense", {})
        await running.gateway.publish_all([nonsense])
        await running.say(Envelope.first(join()))
        await running.reply()
    [letter] = await dead_letters(site)
    assert letter.body.decode() == "\N{REPLACEMENT CHARACTER}{}"


async def test_the_relay_keeps_the_order_of_the_outbox(site: Site) -> None:
    async with pipeline(site, HANDLERS) as running:
        drafts = [Envelope.first(builders.draft(event_name=f"第{n}回")) for n in range(150)]
        for envelope in drafts:
            await handle_once(envelope, HANDLERS, running.pool)

        events = [(await asyncio.wait_for(running.events.get(), 30)).body for _ in drafts]

    assert [event.details.event_name for event in events] == [f"第{n}回" for n in range(150)]


async def test_two_relays_publish_each_message_once(site: Site) -> None:
    pool = await site.pool()
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    for _ in range(20):
        await handle_once(Envelope.first(builders.draft()), HANDLERS, pool)
    relays = [Relay(pool, broker) for _ in range(3)]
    counts = await asyncio.gather(*(relay.publish_batch() for relay in relays))
    while await relays[0].publish_batch():
        pass
    await broker.close()
    await pool.close()
    assert sum(filter(None, counts)) == 20


async def test_a_relay_tries_again_when_the_active_one_has_ended(site: Site) -> None:
    async with pipeline(site, HANDLERS) as running:
        async with running.pool.acquire() as active, active.transaction():
            await active.execute("SELECT FROM relay_lease FOR UPDATE")
            await running.say(Envelope.first(join()))  # the service that handles it wakes the relay
            async with asyncio.timeout(30):
                while not await active.fetchval(IS_WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody of a commit
                    await asyncio.sleep(0.01)
                while running.relay._barred_seconds <= 2 * BARRED_SECONDS:  # noqa: ASYNC110, SLF001 - nothing else shows a try in vain
                    await asyncio.sleep(0.01)
        # And now nobody does.
        assert (await running.reply()).name == "replies.CommandRefused"


async def test_an_unreachable_broker_is_one_sentence() -> None:
    with pytest.raises(OperatorMistake, match="RabbitMQ at RABBITMQ_URL cannot be reached"):
        await Broker.connect("amqp://gateway:secret@127.0.0.1:1/doukikai")


async def test_a_wrong_password_is_one_sentence_without_it(site: Site) -> None:
    url = site.rabbitmq_url("gateway").replace("gateway:", "gateway:x")
    with pytest.raises(OperatorMistake, match="user or password is refused") as mistake:
        await Broker.connect(url)
    assert "x" not in str(mistake.value).split("RABBITMQ_URL")[0]
