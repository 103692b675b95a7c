"""A lane that fails is parked, and recovers in its order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from shared import lane_worker, parking
from shared.broker import Broker
from shared.consumer import Consumer
from shared.dispatch import Handled, one_by_one
from shared.errors import is_server_error
from shared.exchanges import COMMANDS, parked_queue
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
    waiting,
    watched,
)
from tests.shared.wire import wire

Say: TypeAlias = Callable[[Envelope], Awaitable[None]]


async def test_messages_keep_their_order_through_an_outage(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives while earlier ones are parked waits behind them."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.2)
    monkeypatch.setattr(lane_worker, "HOLD_AGAIN_SECONDS", 0.1)
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
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lane_worker, "HOLD_AGAIN_SECONDS", 0.1)
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
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lane_worker, "HOLD_AGAIN_SECONDS", 0.1)
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


async def test_a_message_handled_from_memory_is_not_handled_again_from_its_copy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
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


async def test_a_process_that_loses_its_channel_leaves_parked_messages_to_the_next_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be frozen, or the broker killed: the copies are in a queue, and in their order."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    sick, well = Handler(sick="1"), Handler()
    envelopes = [join(number) for number in range(1, 5)]
    async with wire(site.rabbitmq_url("invitations")) as between:
        broker = await Broker.connect(between.url)
        gateway = await publisher(site.rabbitmq_url("gateway"))
        first = Consumer(broker, QUEUE, one_by_one(sick), proved("invitations"))
        await first.start(PREFETCH)
        before = parked()
        for envelope in envelopes[:3]:
            await gateway.publish(COMMANDS, envelope.name, envelope)
        await until(lambda: parked() >= before + 3)
        async with consumer(site, one_by_one(well)) as (_, say):
            between.cut(stays_cut=True)
            await say(envelopes[3])
            await well.see(envelopes)
            assert not first.waiting["held"]
        await first.stop()
        await broker.close()
        await gateway.close()
    assert [each.id for each in well.handled] == [each.id for each in envelopes]
    assert not sick.handled


async def test_messages_that_a_dead_process_parked_come_before_later_presses(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next consumer of the queue waits until all of it is back."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
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


async def test_parked_messages_are_read_in_a_queue_that_gets_nothing_new(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their process died, and no press shows the next one that it is the consumer."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(parking, "LOOK_SECONDS", 0.1)
    envelopes = [join(number) for number in range(1, 4)]
    async with consumer(site, one_by_one(Handler(sick="1"))) as (_, say):
        before = parked()
        for envelope in envelopes:
            await say(envelope)
        await until(lambda: parked() >= before + 3)
    handler = Handler()
    async with consumer(site, one_by_one(handler)) as (running, _), watched(running):
        await handler.see(envelopes)
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]


async def test_more_parked_messages_than_memory_takes_keep_their_order(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lane_worker, "MOST_PARKED", 3)
    monkeypatch.setattr(parking, "PREFETCH", 3)
    handler = Handler(sick="1")
    envelopes = [join(number) for number in range(1, 13)]
    async with consumer(site, one_by_one(handler)) as (running, say):
        before = parked()
        for envelope in envelopes[:9]:
            await say(envelope)
        await until(lambda: parked() >= before + 9)
        assert running.waiting["held"] == 9
    heir = Handler()
    async with consumer(site, one_by_one(heir)) as (_, say):
        for envelope in envelopes[9:]:
            await say(envelope)
        await heir.see(envelopes)
    assert [each.id for each in heir.handled] == [each.id for each in envelopes]


@pytest.mark.parametrize("way", ["the channel is closed", "the consumer is cancelled"])
async def test_a_process_that_loses_only_its_parked_messages_reads_them_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """RabbitMQ closes the channel of a message that is not acknowledged for half an hour."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(parking, "LOOK_SECONDS", 0.1)
    handler = Handler(sick="1")
    envelopes = [join(number) for number in range(1, 5)]
    async with consumer(site, one_by_one(handler)) as (running, say), watched(running):
        before = parked()
        for envelope in envelopes[:3]:
            await say(envelope)
        await until(lambda: parked() >= before + 3)
        reader = running._parking  # noqa: SLF001 - closed as the broker would
        assert reader is not None
        assert reader._channel is not None  # noqa: SLF001
        channel = await reader._channel.get_underlay_channel()  # noqa: SLF001
        if way == "the channel is closed":
            await channel.close()
        else:
            [tag] = channel.consumers
            await channel.basic_cancel(tag)
        handler.sick, before = "", done()
        await say(envelopes[3])
        await handler.see(envelopes)
        await until(lambda: done() - before >= len(envelopes))
    assert [each.id for each in handler.handled] == [each.id for each in envelopes]
    assert await waiting(site, parked_queue(QUEUE)) == 0


async def say_until_confirmed(say: Say, envelope: Envelope) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                return await say(envelope)
            except Exception as error:
                if not is_server_error(error):
                    raise


@pytest.mark.parametrize("count", [5, 1_200])
async def test_presses_parked_before_the_broker_was_killed_come_before_later_ones(
    site: Site, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Found by chaos: a member who pressed later got the last seat.

    Of many, RabbitMQ delivers those first that no process had, which are the newest.
    """
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    handler = Handler(sick="1")
    envelopes = [join(number) for number in range(1, count + 4)]
    async with consumer(site, one_by_one(handler)) as (running, say):
        before = parked()
        for envelope in envelopes[:count]:
            await say(envelope)
        await until(lambda: parked() >= before + count)
        server = next(each for each in site.servers.processes if each.name == "rabbitmq")
        server.kill()
        server.launch()
        await asyncio.to_thread(server.await_ready)
        for envelope in envelopes[count:]:
            await say_until_confirmed(say, envelope)
        await until(lambda: bool(running.waiting["held"]))
        handler.sick = ""
        await handler.see(envelopes)
    order = [each.id for each in handler.handled]
    assert list(dict.fromkeys(order)) == [each.id for each in envelopes]


async def test_a_parked_message_that_fails_for_good_goes_down_the_ladder(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those behind it go on."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
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
