"""Nothing is done because of a message whose publisher was not allowed to send it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4, uuid5

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from prometheus_client import REGISTRY

from services.scheduler.domain import SCHEDULER
from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, one_by_one
from shared.exchanges import COMMANDS as EXCHANGE
from shared.exchanges import EVENTS, REPLIES, own_queue
from shared.messages.envelope import Actor, Envelope, Message, ScheduledCommand
from shared.messages.invitations.commands import CleanInbox, CloseInvitation, RevealSecrets
from shared.messages.invitations.events import InvitationCancelled
from shared.messages.invitations.mine import ExportMyData
from shared.messages.replies import CommandRefused, HistoryShown
from shared.origins import ORIGIN, CheckOrigin, by_owners
from shared.proofs import PROOF
from tests import builders
from tests.conftest import Site
from tests.keys import KEYS, proved, publisher
from tests.services.scheduler.stories import from_now, state
from tests.shared.test_pipeline import dead_letters

COMMANDS, EVENT_QUEUE, REPLY_QUEUE = "invitations.commands", "gateway.events", "gateway.replies"
# The publisher that has a queue of its own beside that of this name.
SECOND = {COMMANDS: "scheduler"}


@dataclass
class Handler:
    """Fails so many times, then notes what it has handled."""

    failures: int = 0
    handled: list[Envelope] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, envelope: Envelope) -> Handled:
        if self.failures:
            self.failures -= 1
            raise ValueError("a mistake of ours")
        self.handled.append(envelope)
        self.changed.set()
        return "done"

    async def handles(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.handled) < count:
                await self.changed.wait()
                self.changed.clear()


@asynccontextmanager
async def consuming(
    site: Site, queue: str, check: CheckOrigin, failures: int = 0
) -> AsyncIterator[Handler]:
    handler = Handler(failures)
    broker = await Broker.connect(site.rabbitmq_url(queue.partition(".")[0]))
    queues = queue, own_queue(queue, SECOND.get(queue, "tickets"))
    consumers = [Consumer(broker, each, one_by_one(handler), check) for each in queues]
    for consumer in consumers:
        await consumer.start(10)
    yield handler
    for consumer in consumers:
        await consumer.stop()
    await broker.close()


@asynccontextmanager
async def operator(site: Site) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        yield await connection.channel(on_return_raises=True)


async def put(site: Site, queue: str, body: str, headers: Mapping[str, str]) -> None:
    """Put a message straight into a queue, as nobody but an administrator can."""
    async with operator(site) as channel:
        message = aio_pika.Message(body.encode(), headers=dict(headers))
        await channel.default_exchange.publish(message, queue, timeout=10)


async def dies(site: Site, queue: str) -> str:
    """Wait for one dead letter; return its error."""
    async with asyncio.timeout(30):
        while not (found := await dead_letters(site)):  # noqa: ASYNC110 - RabbitMQ tells nobody
            await asyncio.sleep(0.05)
    [letter] = found
    assert letter.headers["x-queue"] == queue
    return str(letter.headers["x-error"])


def unproven(queue: str, reason: str) -> float:
    labels = {"queue": queue, "reason": reason}
    return REGISTRY.get_sample_value("messages_unproven_total", labels) or 0.0


def reveal() -> Envelope:
    host = Actor(user_id="1", name="主催者")
    return Envelope.first(
        RevealSecrets(actor=host, invitation_id="1", reply_to=builders.reply_to())
    )


def proof(service: str, key: str, envelope: Envelope) -> str:
    made = KEYS[service].prove(*key.split("."), envelope.to_json().encode())
    assert made is not None
    return made


def forgeries() -> dict[str, tuple[Envelope, dict[str, str], str]]:
    command, other = reveal(), reveal()
    of_tickets = proof("tickets", "gateway.tickets", command)
    of_scheduler = proof("scheduler", "scheduler.invitations", command)
    of_other = proof("gateway", "gateway.invitations", other)
    return {
        "no proof": (command, {}, "no_proof"),
        "the key of tickets": (command, {PROOF: of_tickets}, "unknown_key"),
        "the key of tickets renamed": (
            command,
            {PROOF: of_tickets.replace("tickets", "invitations")},
            "wrong_proof",
        ),
        "the key of the scheduler": (command, {PROOF: of_scheduler}, "wrong_publisher"),
        "the proof of another command": (command, {PROOF: of_other}, "wrong_proof"),
        "an origin instead": (command, {ORIGIN: "doukikai.commands.gateway"}, "no_proof"),
    }


async def check_refused(
    site: Site, envelope: Envelope, headers: Mapping[str, str], reason: str
) -> None:
    """Check that a command becomes a dead letter for a reason, and no handler sees it."""
    before = unproven(COMMANDS, reason)
    async with consuming(site, COMMANDS, proved("invitations")) as handler:
        await put(site, COMMANDS, envelope.to_json(), headers)
        assert await dies(site, COMMANDS) == "Unproven"
        assert handler.handled == []
    assert unproven(COMMANDS, reason) == before + 1


async def test_the_scheduler_cannot_use_up_the_id_of_a_press(site: Site) -> None:
    """The ids of presses can be computed; the command under it would count as a copy."""
    envelope = Envelope.first(CleanInbox(actor=SCHEDULER), id=uuid5(uuid4(), "a press"))
    headers = {PROOF: proof("scheduler", "scheduler.invitations", envelope)}
    await check_refused(site, envelope, headers, "wrong_id")


async def test_a_command_is_refused_before_its_receipt_is_forgotten(
    site: Site,
) -> None:
    aged = reveal().model_copy(update={"sent_at": datetime.now(UTC) - timedelta(days=22)})
    headers = {PROOF: proof("gateway", "gateway.invitations", aged)}
    await check_refused(site, aged, headers, "too_old")


@pytest.mark.parametrize("name", list(forgeries()))
async def test_a_command_without_a_valid_proof_is_never_executed(site: Site, name: str) -> None:
    """Even in the queue, where the broker's permissions let nobody put it."""
    envelope, headers, reason = forgeries()[name]
    await check_refused(site, envelope, headers, reason)
    async with operator(site) as channel:
        replies = await channel.declare_queue(REPLY_QUEUE, passive=True)
        assert replies.declaration_result.message_count == 0, "nor is anybody answered"


@pytest.mark.parametrize(
    "change", [('"1"', '"2"'), ("主催者", "他人"), ('"is_staff":false', '"is_staff":true')]
)
async def test_a_proof_holds_for_id_actor_and_body(site: Site, change: tuple[str, str]) -> None:
    envelope = reveal()
    headers = {PROOF: proof("gateway", "gateway.invitations", envelope)}
    changed = envelope.to_json().replace(*change)
    assert changed != envelope.to_json()
    async with consuming(site, COMMANDS, proved("invitations")) as handler:
        await put(site, COMMANDS, changed, headers)
        assert await dies(site, COMMANDS) == "Unproven"
        assert handler.handled == []


async def test_a_proof_travels_through_a_retry(site: Site) -> None:
    async with consuming(site, COMMANDS, proved("invitations"), failures=1) as handler:
        gateway = await publisher(site.rabbitmq_url("gateway"))
        envelope = reveal()
        await gateway.publish(EXCHANGE, envelope.name, envelope)
        await handler.handles(1)
        await gateway.close()
    assert handler.handled == [envelope]
    assert await dead_letters(site) == []


async def test_the_scheduler_proves_its_own_commands(site: Site) -> None:
    async with consuming(site, COMMANDS, proved("invitations")) as handler:
        scheduler = await Broker.connect(site.rabbitmq_url("scheduler"), KEYS["scheduler"])
        close = CloseInvitation(actor=Actor(user_id="0", name="scheduler"), invitation_id="1")
        export = ExportMyData(actor=builders.MEMBER)
        for command in (export, close):
            envelope = Envelope.first(command)
            await scheduler.publish(EXCHANGE, envelope.name, envelope)
        await handler.handles(1)
        assert await dies(site, own_queue(COMMANDS, "scheduler")) == "Unproven"
        await scheduler.close()
    assert [type(each.body) for each in handler.handled] == [CloseInvitation]


def test_the_scheduler_may_command_nothing_in_a_members_name() -> None:
    names = {each.wire_name() for each in ScheduledCommand.__subclasses__()}
    assert names == {
        "invitations.AnnounceSignUp",
        "invitations.AnnounceStart",
        "invitations.CleanInbox",
        "invitations.CloseInvitation",
        "invitations.CloseOverdueInvitations",
        "invitations.RemindParticipants",
        "tickets.CleanInbox",
        "tickets.CloseSilentTicket",
        "tickets.WarnTicket",
    }


def cancelled() -> Envelope:
    invitation = state(1001, 2**40, from_now(3600), status="cancelled")
    return Envelope.first(InvitationCancelled(invitation=invitation))


def refused() -> Message:
    return CommandRefused(
        reply_to=builders.reply_to(), command="invitations.JoinInvitation", code="full"
    )


def history() -> Message:
    return HistoryShown(reply_to=builders.reply_to(), command="invitations.X", entries=[])


@pytest.mark.parametrize("queue", [EVENT_QUEUE, "scheduler.events"])
async def test_only_the_invitations_service_publishes_its_events(site: Site, queue: str) -> None:
    """H4: the body is valid, the key belongs to tickets, and a header claims another origin."""
    async with consuming(site, queue, by_owners) as handler:
        tickets = await Broker.connect(site.rabbitmq_url("tickets"))
        forged = cancelled().to_json()
        claims = {ORIGIN: "doukikai.events.invitations"}
        await tickets.publish(EVENTS, "tickets.TicketClosed", forged, claims, message_id="1")
        async with asyncio.timeout(30):
            while len(letters := await dead_letters(site)) < 1:  # noqa: ASYNC110 - see `dies`
                await asyncio.sleep(0.05)
        assert {letter.headers["x-error"] for letter in letters} == {"Unproven"}
        assert {letter.headers[ORIGIN] for letter in letters} == {"doukikai.events.tickets"}
        invitations = await Broker.connect(site.rabbitmq_url("invitations"))
        true = cancelled()
        await invitations.publish(EVENTS, true.name, true)
        await handler.handles(1)
        await tickets.close()
        await invitations.close()
    assert [each.id for each in handler.handled] == [true.id]


async def test_an_event_keeps_its_origin_through_a_retry(site: Site) -> None:
    async with consuming(site, EVENT_QUEUE, by_owners, failures=1) as handler:
        invitations = await Broker.connect(site.rabbitmq_url("invitations"))
        event = cancelled()
        await invitations.publish(EVENTS, event.name, event)
        await handler.handles(1)
        await invitations.close()
    assert [each.id for each in handler.handled] == [event.id]


@pytest.mark.parametrize(
    ("service", "message", "is_believed"),
    [
        ("tickets", refused(), True),
        ("invitations", refused(), True),
        ("invitations", history(), True),
        ("tickets", history(), False),
        ("tickets", cancelled().body, False),
    ],
    ids=["refusal", "refusal too", "history", "history by tickets", "event as a reply"],
)
async def test_a_reply_comes_from_the_service_that_gives_it(
    site: Site, service: str, message: Message, *, is_believed: bool
) -> None:
    async with consuming(site, REPLY_QUEUE, by_owners) as handler:
        broker = await Broker.connect(site.rabbitmq_url(service))
        envelope = Envelope.first(message)
        await broker.publish(REPLIES, envelope.name, envelope)
        if is_believed:
            await handler.handles(1)
        else:
            assert await dies(site, own_queue(REPLY_QUEUE, service)) == "Unproven"
            assert handler.handled == []
        await broker.close()
