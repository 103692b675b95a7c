"""What concerns one thing is handled in its order, and costs nothing else a place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aio_pika
import pytest
from prometheus_client import REGISTRY

from shared import consumer as consuming
from shared import lanes
from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, HandleRun, one_by_one
from shared.exchanges import COMMANDS, DELAYS
from shared.lane import lane_of
from shared.messages.catalogue import read
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import JoinInvitation, SetReminders
from shared.messages.replies import CommandRefused
from shared.origins import by_owners
from tests import builders
from tests.conftest import Site
from tests.keys import proved, publisher
from tests.services.scheduler.stories import from_now, published
from tests.shared.wire import wire

QUEUE = "invitations.commands"
PREFETCH = 4


def join(member: int, invitation_id: str = "1") -> Envelope:
    return Envelope.first(
        JoinInvitation(
            actor=builders.member(member),
            reply_to=builders.reply_to(str(member)),
            invitation_id=invitation_id,
        )
    )


class Handler:
    """Handles messages; those of the invitation `sick` fail or hang until it is well."""

    def __init__(self, sick: str = "") -> None:
        self.sick = sick
        self.handled: list[Envelope] = []
        self.tried: list[Envelope] = []
        self.changed = asyncio.Condition()
        self.work: Callable[[], Awaitable[None]] = self.fail

    async def fail(self) -> None:
        raise ConnectionResetError

    async def __call__(self, envelope: Envelope) -> Handled:
        assert isinstance(envelope.body, JoinInvitation)
        async with self.changed:
            self.tried.append(envelope)
            self.changed.notify_all()
        if envelope.body.invitation_id == self.sick:
            await self.work()
        async with self.changed:
            self.handled.append(envelope)
            self.changed.notify_all()
        return "done"

    async def see(self, envelopes: Sequence[Envelope]) -> None:
        """Wait until all of them have been handled."""
        ids = {envelope.id for envelope in envelopes}
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(lambda: ids <= {each.id for each in self.handled})


@asynccontextmanager
async def consumer(
    site: Site, handle: HandleRun, *, is_ordered: bool = True
) -> AsyncIterator[tuple[Consumer, Callable[[Envelope], Awaitable[None]]]]:
    broker = await Broker.connect(site.rabbitmq_url("invitations"))
    gateway = await publisher(site.rabbitmq_url("gateway"))

    async def say(envelope: Envelope) -> None:
        await gateway.publish(COMMANDS, envelope.name, envelope)

    running = Consumer(broker, QUEUE, handle, proved("invitations"), is_ordered=is_ordered)
    await running.start(PREFETCH)
    try:
        yield running, say
    finally:
        await running.stop()
        await broker.close()
        await gateway.close()


async def dead_letters(site: Site) -> int:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        dead = await channel.declare_queue("doukikai.dead", passive=True)
        return dead.declaration_result.message_count or 0


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("way", ["fails", "hangs"])
async def test_one_invitation_that_fails_slows_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch, way: str, *, is_ordered: bool
) -> None:
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.3)
    monkeypatch.setattr(lanes, "HOLD_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "ATTEMPT_SECONDS", 3.0)
    handler, healed = Handler(sick="1"), asyncio.Event()
    if way == "hangs":

        async def hang() -> None:
            await healed.wait()

        handler.work = hang
    async with consumer(site, one_by_one(handler), is_ordered=is_ordered) as (running, say):
        sick = [join(number) for number in range(3 * PREFETCH)]
        well = [join(number, "2") for number in range(3 * PREFETCH)]
        for envelope in (*sick, *well):
            await say(envelope)
        await handler.see(well)
        assert not {each.id for each in handler.handled} & {each.id for each in sick}
        if way == "hangs":
            assert running.oldest_seconds > 0
        handler.sick = ""
        healed.set()
        await handler.see(sick)
    assert await dead_letters(site) == 0
    if is_ordered:
        order = [each.id for each in handler.handled if each in sick]
        assert order == [each.id for each in sick]


async def test_readiness_shows_what_waits_and_for_how_long(site: Site) -> None:
    handler = Handler(sick="1")
    async with consumer(site, one_by_one(handler)) as (running, say):
        nothing = {"held": 0, "oldest_seconds": 0.0}
        assert running.waiting == nothing
        await say(join(1))
        async with asyncio.timeout(30):
            while running.waiting["oldest_seconds"] < 0.1:  # noqa: ASYNC110 - time rings no bell
                await asyncio.sleep(0.01)
        assert running.waiting["held"] == 1
        handler.sick = ""
        async with asyncio.timeout(30):
            while running.waiting != nothing:  # noqa: ASYNC110 - an acknowledgement rings no bell
                await asyncio.sleep(0.01)


def test_one_thing_is_one_lane() -> None:
    """What concerns an invitation is handled in its order, and so is what else a member wants."""
    edited = published(1, from_now(3600))
    first, second = builders.member(1), builders.member(2)

    def remind(actor: Actor) -> Envelope:
        return Envelope.first(SetReminders(actor=actor, are_wanted=True))

    assert lane_of(join(1)) == lane_of(join(2)) != lane_of(join(1, "2"))
    assert lane_of(edited) == lane_of(join(3))
    assert lane_of(remind(first)) == lane_of(remind(first))
    assert lane_of(remind(first)) != lane_of(remind(second))


async def test_messages_keep_their_order_through_an_outage(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives while earlier ones are parked waits behind them."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.2)
    monkeypatch.setattr(lanes, "HOLD_AGAIN_SECONDS", 0.1)
    handler = Handler(sick="1")
    async with consumer(site, one_by_one(handler)) as (_, say):
        envelopes = [join(number) for number in range(40)]
        for number, envelope in enumerate(envelopes):
            await say(envelope)
            tried = len(handler.tried)
            if number % 10 == 0:
                async with asyncio.timeout(30), handler.changed:
                    await handler.changed.wait_for(lambda n=tried: len(handler.tried) > n)
        handler.sick = ""
        await handler.see(envelopes)
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]


async def test_messages_that_were_parked_follow_each_other_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parked again behind the one in hand, each would cost all others a second."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "HOLD_AGAIN_SECONDS", 0.1)
    handler = Handler(sick="1")

    async def handle(envelope: Envelope) -> Handled:
        await asyncio.sleep(0.02)  # as long as a transaction takes
        return await handler(envelope)

    async with consumer(site, one_by_one(handle)) as (_, say):
        envelopes = [join(number) for number in range(30)]
        for envelope in envelopes:
            await say(envelope)
        async with asyncio.timeout(30):
            while parked() < len(envelopes):  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        handler.sick, before = "", parked()
        await handler.see(envelopes)
        assert parked() - before < 4 * len(envelopes)
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]


async def test_a_lane_in_a_full_queue_is_parked_in_no_circles(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is parked returns behind all others: its turn may come later than any limit in time."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "HOLD_AGAIN_SECONDS", 0.1)
    handler = Handler(sick="1")
    count = 100

    async def handle(envelope: Envelope) -> Handled:
        assert isinstance(envelope.body, JoinInvitation)
        if envelope.body.invitation_id == "2":
            await asyncio.sleep(0.02)  # so that those of the other lane wait behind these
        return await handler(envelope)

    async with consumer(site, one_by_one(handle)) as (_, say):
        ours, others = [join(n) for n in range(count)], [join(n, "2") for n in range(count)]
        for pair in zip(ours, others, strict=True):
            for envelope in pair:
                await say(envelope)
        async with asyncio.timeout(30):
            while parked() < 20:  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        handler.sick, before = "", parked()
        await handler.see([*ours, *others])
        assert parked() - before < 2 * count
    order = [each.id for each in handler.handled if each in ours]
    assert order == [each.id for each in ours]


async def test_what_is_handled_from_memory_is_not_handled_again_when_its_copy_returns(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    handler = Handler(sick="1")
    envelopes = [join(number) for number in range(3)]
    async with consumer(site, one_by_one(handler)) as (running, say):
        for envelope in envelopes:
            await say(envelope)
        async with asyncio.timeout(30):
            while parked() < len(envelopes):  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        handler.sick, before = "", done()
        await handler.see(envelopes)
        async with asyncio.timeout(30):
            while done() - before < len(envelopes):  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        assert not running._lanes._lanes, "nothing is left to remember"  # noqa: SLF001
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]


async def test_a_process_without_its_channel_leaves_parked_messages_to_the_one_that_handles_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then it goes on: the broker may be away, and the database is not."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "PAUSE_SECONDS", (0.1,))
    monkeypatch.setattr(lanes, "RUN", 1)
    handler = Handler(sick="1")
    outcomes: list[Handled] = ["done", "repeated"]  # another process has handled the second

    async def handle(envelope: Envelope) -> Handled:
        await handler(envelope)
        return outcomes[len(handler.handled) - 1]

    envelopes = [join(number) for number in range(3)]
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        gateway = await publisher(site.rabbitmq_url("gateway"))
        first = Consumer(broker, QUEUE, one_by_one(handle), proved("invitations"))
        await first.start(PREFETCH)
        before = parked()
        for envelope in envelopes:
            await gateway.publish(COMMANDS, envelope.name, envelope)
        async with asyncio.timeout(30):
            while parked() < before + 3:  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        other = Handler()
        async with consumer(site, one_by_one(other)):
            between.cut()
            await other.see(envelopes)
            handler.sick = ""
            await handler.see(envelopes[:2])
            async with asyncio.timeout(30):
                while first._lanes.held:  # noqa: ASYNC110, SLF001 - it rings no bell
                    await asyncio.sleep(0.01)
        await first.stop()
        await broker.close()
        await gateway.close()
    assert [each.id for each in handler.handled] == [each.id for each in envelopes[:2]]


async def test_what_a_dead_process_has_parked_comes_before_later_presses(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next consumer of the queue waits until all of it is back."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    envelopes = [join(number) for number in range(1, 5)]
    async with consumer(site, one_by_one(Handler(sick="1"))) as (_, say):
        before = parked()
        for envelope in envelopes[:3]:
            await say(envelope)
        async with asyncio.timeout(30):
            while parked() < before + 3:  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
    handler = Handler()
    async with consumer(site, one_by_one(handler)) as (_, say):
        await say(envelopes[3])
        await handler.see(envelopes)
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]


async def test_a_parked_message_that_fails_for_good_goes_down_the_ladder(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those behind it go on."""
    monkeypatch.setattr(lanes, "HOLD_SECONDS", 0.1)
    handler = Handler(sick="1")
    first, second = join(1), join(2)

    async def handle(envelope: Envelope) -> Handled:
        if envelope.id == first.id and not handler.sick:
            raise ZeroDivisionError
        return await handler(envelope)

    async with consumer(site, one_by_one(handle)) as (_, say):
        for envelope in (first, second):
            await say(envelope)
        async with asyncio.timeout(30):
            while parked() < 2:  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)
        handler.sick, before = "", counted("retried")
        await handler.see([second])
        async with asyncio.timeout(30):
            while counted("retried") == before:  # noqa: ASYNC110 - a counter rings no bell
                await asyncio.sleep(0.01)


def parked() -> float:
    """Return how many messages have been parked."""
    return counted("parked")


def done() -> float:
    """Return how many messages have been handled and acknowledged."""
    return counted("done")


def counted(outcome: str) -> float:
    """Return how many messages have had this outcome."""
    labels = {"queue": QUEUE, "message": "invitations.JoinInvitation", "outcome": outcome}
    return REGISTRY.get_sample_value("messages_handled_total", labels) or 0.0


@pytest.mark.parametrize(("most", "expected"), [(32, [1, PREFETCH - 1]), (2, [1, 2, 1])])
async def test_messages_of_one_invitation_are_handled_together(
    site: Site, monkeypatch: pytest.MonkeyPatch, most: int, expected: list[int]
) -> None:
    """Rule: order costs no batching. What waits behind a run is the next run, up to a bound."""
    monkeypatch.setattr(lanes, "RUN", most)
    runs: list[int] = []
    began, gate, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(envelopes: Sequence[Envelope]) -> tuple[Sequence[Handled], None]:
        runs.append(len(envelopes))
        began.set()
        await gate.wait()
        if sum(runs) == PREFETCH:
            ended.set()
        return ["done"] * len(envelopes), None

    async with consumer(site, handle) as (running, say):
        await say(join(0))
        await asyncio.wait_for(began.wait(), 30)
        for number in range(1, PREFETCH):
            await say(join(number))
        async with asyncio.timeout(30):
            while len(running._in_hand) < PREFETCH:  # noqa: ASYNC110, SLF001 - a delivery rings no bell
                await asyncio.sleep(0.01)
        gate.set()
        await asyncio.wait_for(ended.wait(), 30)
    assert runs == expected


async def test_a_sweep_forgets_no_lane_that_is_at_work(site: Site) -> None:
    """Forgotten, its next message would start beside the one in hand."""
    started: asyncio.Queue[object] = asyncio.Queue()
    gate = asyncio.Event()

    async def handle(envelope: Envelope) -> Handled:
        started.put_nowait(envelope.id)
        await gate.wait()
        return "done"

    first, second = join(1), join(2)
    async with consumer(site, one_by_one(handle)) as (running, say):
        await say(first)
        assert await asyncio.wait_for(started.get(), 30) == first.id
        running._lanes.sweep()  # noqa: SLF001 - as the consumer does every second
        await say(second)
        async with asyncio.timeout(30):
            while len(running._in_hand) < 2:  # noqa: ASYNC110, SLF001 - a delivery rings no bell
                await asyncio.sleep(0.01)
        assert started.empty()
        gate.set()
        assert await asyncio.wait_for(started.get(), 30) == second.id


async def test_an_error_that_nobody_expected_gives_the_message_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And until the message is dealt with, the process is not ready."""
    monkeypatch.setattr(consuming, "GIVE_BACK_SECONDS", 0.1)
    was_alive: list[bool] = []
    ended = asyncio.Event()

    async def handle(envelopes: Sequence[Envelope]) -> tuple[Sequence[Handled], None]:
        was_alive.append(running.is_alive)
        if len(was_alive) == 1:
            raise ZeroDivisionError
        ended.set()
        return ["done"] * len(envelopes), None

    async with consumer(site, handle) as (running, say):
        await say(join(1))
        await asyncio.wait_for(ended.wait(), 30)
        assert was_alive == [True, False]
        async with asyncio.timeout(30):
            while not running.is_alive:  # noqa: ASYNC110 - the acknowledgement rings no bell
                await asyncio.sleep(0.01)
    assert await dead_letters(site) == 0


@pytest.mark.parametrize(
    "change",
    [
        ('"invitations.JoinInvitation"', '"invitations.JoinWithFriends"'),
        ('"invitation_id":"1"', '"invitation_id":{"of":"a newer release"}'),
    ],
    ids=["an unknown name", "an unknown value"],
)
async def test_a_message_of_a_newer_release_goes_down_the_ladder_and_is_then_refused(
    site: Site, change: tuple[str, str]
) -> None:
    """During a roll-out a newer process may take it from the queue at its next try."""
    raw = join(1).to_json().replace(*change)
    replies: asyncio.Queue[Envelope] = asyncio.Queue()

    async def hear(envelope: Envelope) -> Handled:
        replies.put_nowait(envelope)
        return "done"

    gateway = await publisher(site.rabbitmq_url("gateway"))
    hearing = Consumer(*(gateway, "gateway.replies", one_by_one(hear), by_owners), is_ordered=False)
    await hearing.start(10)
    async with consumer(site, one_by_one(Handler())):
        for attempt in (0, len(DELAYS)):
            await gateway.publish(
                COMMANDS,
                "invitations.JoinInvitation",
                raw,
                {"x-attempt": attempt},
                message_id=str(attempt),
                name="invitations.JoinInvitation",
            )
        answer = (await asyncio.wait_for(replies.get(), 30)).body
    assert isinstance(answer, CommandRefused)
    assert answer.code == "unknown_command"
    assert answer.reply_to.interaction_id == "1"
    assert await dead_letters(site) == 1, "the first copy waits in the ladder"
    await hearing.stop()
    await gateway.close()


def test_what_cannot_be_read_at_all_is_known_at_once() -> None:
    with pytest.raises(ValueError, match=r"KeyError|ValidationError"):
        read('{"name": "invitations.JoinInvitation", "body": {}}')
