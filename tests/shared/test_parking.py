"""A lane that fails is parked, and recovers in its order."""

import asyncio

import pytest

from shared import lanes
from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, one_by_one
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests.conftest import Site
from tests.keys import proved, publisher
from tests.shared.lanes_stage import (
    PREFETCH,
    QUEUE,
    Handler,
    consumer,
    counted,
    done,
    join,
    parked,
    until,
)
from tests.shared.wire import wire


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
        await until(lambda: parked() >= len(envelopes))
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
        await until(lambda: parked() >= 20)
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
        await until(lambda: parked() >= len(envelopes))
        handler.sick, before = "", done()
        await handler.see(envelopes)
        await until(lambda: done() - before >= len(envelopes))
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
        await until(lambda: parked() >= before + 3)
        other = Handler()
        async with consumer(site, one_by_one(other)):
            between.cut()
            await other.see(envelopes)
            handler.sick = ""
            await handler.see(envelopes[:2])
            await until(lambda: not first._lanes.held)  # noqa: SLF001
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
        await until(lambda: parked() >= before + 3)
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
        await until(lambda: parked() >= 2)
        handler.sick, before = "", counted("retried")
        await handler.see([second])
        await until(lambda: counted("retried") != before)
