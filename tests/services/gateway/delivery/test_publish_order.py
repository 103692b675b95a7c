"""Rule: commands are published in the order of their interaction ids, whatever the broker does."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aio_pika.abc import AbstractIncomingMessage

from services.gateway.delivery import publisher as publisher_module
from services.gateway.delivery.publish_order import WINDOW, Pending
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.gateway.metrics import PRESSES_FAILED
from shared.broker import Broker
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.tickets.commands import ClaimTicket
from shared.sealing import Sealer
from tests import builders
from tests.conftest import Site
from tests.shared.test_refusing_broker import manage
from tests.shared.wire import Wire
from tests.stage import SEALING_KEYS

SEALER = Sealer.of(SEALING_KEYS)
ROUNDS = 3
BINDINGS = "bindings/{vhost}/e/doukikai.commands.gateway/q/invitations.commands"
FULL = {"max-length": 1, "overflow": "reject-publish"}


def joins(*interaction_ids: int) -> list[Envelope]:
    return [
        Envelope.first(
            JoinInvitation(
                actor=builders.MEMBER, invitation_id="1", reply_to=builders.reply_to(str(number))
            )
        )
        for number in interaction_ids
    ]


def leave(interaction_id: int) -> Envelope:
    reply_to = builders.reply_to(str(interaction_id))
    return Envelope.first(
        LeaveInvitation(actor=builders.MEMBER, invitation_id="1", reply_to=reply_to)
    )


def claim(interaction_id: int) -> Envelope:
    reply_to = builders.reply_to(str(interaction_id))
    return Envelope.first(ClaimTicket(actor=builders.STAFF, ticket_id="1", reply_to=reply_to))


def departure() -> Envelope:
    return Envelope.first(
        WithdrawMember(actor=builders.MEMBER, guild_id="1", left_at=datetime.now(UTC))
    )


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=5)


async def all_arrive(publisher: Publisher, envelopes: Sequence[Envelope]) -> None:
    sent = [publisher.publish(envelope, soon()).arrived for envelope in envelopes]
    async with asyncio.timeout(40):
        assert all(await asyncio.gather(*sent))


async def published(site: Site, count: int, known: Sequence[str] = ()) -> list[str]:
    """Return the ids of so many commands, in the order of their first copies in the queue.

    Late copies of the `known` ids are left out: a cut connection may still deliver them.
    """
    reader = await Broker.connect(site.rabbitmq_url("invitations"))
    copies: Counter[str] = Counter()
    is_complete = asyncio.Event()

    async def take(incoming: AbstractIncomingMessage) -> None:
        # before anything is awaited: one task a delivery
        if incoming.message_id not in known:
            copies[str(incoming.message_id)] += 1
        if len(copies) == count:
            is_complete.set()
        await incoming.ack()

    await reader.consume("invitations.commands", take, prefetch=50)
    with suppress(TimeoutError):
        async with asyncio.timeout(20):
            await is_complete.wait()
    await reader.close()
    return list(copies)


def kept_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


def ids(envelopes: Sequence[Envelope]) -> list[str]:
    return [str(envelope.id) for envelope in envelopes]


async def test_presses_of_one_moment_are_published_by_their_ids(site: Site, wired: Broker) -> None:
    presses = joins(*range(2 * WINDOW + 50))
    shuffled = random.sample(presses, len(presses))
    await all_arrive(Publisher(wired, Spool(None, SEALER)), shuffled)
    assert await published(site, len(presses)) == ids(presses)


async def test_presses_of_an_outage_are_published_by_their_ids(
    site: Site, wire: Wire, wired: Broker
) -> None:
    """The later half is heard while the earlier half has already failed and waits."""
    earlier_rounds: list[str] = []
    for number in range(ROUNDS):
        publisher = Publisher(wired, Spool(None, SEALER))
        presses = joins(*range(number * 300, number * 300 + 60))
        wire.cut(stays_cut=True)
        earlier, later = random.sample(presses[:30], 30), random.sample(presses[30:], 30)
        sent = [publisher.publish(press, soon()) for press in earlier]
        await publisher.wait_until_durable(sent[0])
        sent += [publisher.publish(press, soon()) for press in later]
        await publisher.wait_until_durable(sent[-1])
        wire.heal()
        async with asyncio.timeout(40):
            assert all(await asyncio.gather(*(each.arrived for each in sent)))
        assert await published(site, len(presses), earlier_rounds) == ids(presses)
        earlier_rounds += ids(presses)


async def test_a_broker_that_comes_and_goes_does_not_reorder(
    site: Site, wire: Wire, wired: Broker
) -> None:
    """Each time the connection breaks while a window is on its way, or half of it confirmed."""
    publisher = Publisher(wired, Spool(None, SEALER))
    presses = joins(*range(400))
    sent: list[Pending] = []
    for start, turns in zip(range(0, len(presses), 100), (2, 4, 8, 16), strict=True):
        sent += [publisher.publish(press, soon()) for press in presses[start : start + 100]]
        for _ in range(turns):
            await asyncio.sleep(0)
        wire.cut()
        async with asyncio.timeout(30):
            await sent[start].arrived
    async with asyncio.timeout(40):
        assert all(await asyncio.gather(*(each.arrived for each in sent)))
    assert await published(site, len(presses)) == ids(presses)


async def test_a_departure_follows_the_presses_before_it(
    site: Site, wire: Wire, wired: Broker
) -> None:
    publisher = Publisher(wired, Spool(None, SEALER))
    wire.cut(stays_cut=True)
    first, second, third = joins(10**18, 2 * 10**18, 3 * 10**18)
    gone = departure()
    sent = [publisher.publish(each, soon()) for each in (second, first, gone, third)]
    await publisher.wait_until_durable(sent[-1])
    wire.heal()
    async with asyncio.timeout(40):
        assert all(await asyncio.gather(*(each.arrived for each in sent)))
    assert await published(site, 4) == ids([first, second, gone, third])


async def test_a_spool_is_published_in_order_and_before_newer_presses(
    site: Site, wire: Wire, wired: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONFIRM_SECONDS", "DRAIN_SECONDS"):
        monkeypatch.setattr(publisher_module, name, 0.05)
    earlier_rounds: list[str] = []
    for number in range(ROUNDS):
        base = number * 1000
        stopped = Publisher(wired, Spool(tmp_path, SEALER))
        wire.cut(stays_cut=True)
        before, gone, after = joins(*range(base, base + 12)), departure(), joins(base + 50)
        for envelope in (*random.sample(before, len(before)), gone, *after):
            stopped.publish(envelope, soon())
        await stopped.drain()
        assert kept_in(tmp_path) == 14
        publisher = Publisher(wired, Spool(tmp_path, SEALER))
        newer = joins(base + 60)
        arrived = publisher.publish(newer[0], soon()).arrived  # the disk was slow
        await publisher.resume()
        wire.heal()
        async with asyncio.timeout(40):
            assert await arrived
        in_order = ids([*before, gone, *after, *newer])
        assert await published(site, 15, earlier_rounds) == in_order
        earlier_rounds += in_order
        async with asyncio.timeout(5):
            while kept_in(tmp_path):  # noqa: ASYNC110 - deleted in a thread
                await asyncio.sleep(0.02)


async def test_a_press_that_is_pending_twice_is_published_once(
    site: Site, wire: Wire, wired: Broker, tmp_path: Path
) -> None:
    """Another replica wrote it into the folder that they share."""
    [press] = joins(1)
    spool = Spool(tmp_path, SEALER)
    publisher = Publisher(wired, spool)
    wire.cut(stays_cut=True)
    pending = publisher.publish(press, soon())
    await spool.write(pending.unsent)
    await publisher.resume()
    assert publisher.publish(press, soon()) is pending
    wire.heal()
    async with asyncio.timeout(30):
        assert await pending.arrived
    assert await published(site, 1) == ids([press])
    async with asyncio.timeout(5):
        while kept_in(tmp_path):  # noqa: ASYNC110 - deleted in a thread
            await asyncio.sleep(0.02)


async def test_a_command_that_no_queue_takes_fails_alone(site: Site, wired: Broker) -> None:
    await manage(site, "POST", BINDINGS, {"routing_key": "invitations.JoinInvitation"})
    await manage(site, "DELETE", f"{BINDINGS}/invitations.%23")
    publisher = Publisher(wired, Spool(None, SEALER))
    refused, taken = leave(1), joins(2, 3)
    before = PRESSES_FAILED.labels("refused")._value.get()  # noqa: SLF001 - as /metrics reads it
    sent = [publisher.publish(each, soon()).arrived for each in (refused, *taken)]
    async with asyncio.timeout(20):
        assert await asyncio.gather(*sent) == [False, True, True]
    assert await published(site, 2) == ids(taken)
    assert PRESSES_FAILED.labels("refused")._value.get() == before + 1  # noqa: SLF001


async def test_a_command_over_which_the_broker_closes_the_channel_fails_alone(
    site: Site, wired: Broker
) -> None:
    """As with a message that is larger than the broker allows."""
    await manage(
        site,
        "PUT",
        "topic-permissions/{vhost}/gateway",
        {"exchange": "doukikai.commands.gateway", "write": "JoinInvitation$", "read": ".*"},
    )
    publisher = Publisher(wired, Spool(None, SEALER))
    # The last one is in three windows that fail, and never the reason.
    taken, refused = joins(2, 3, 4, 6, 8), [leave(1), leave(5), leave(7)]
    sent = [publisher.publish(each, soon()).arrived for each in (*taken, *refused)]
    async with asyncio.timeout(30):
        assert await asyncio.gather(*sent) == [True] * 5 + [False] * 3
    assert await published(site, 5) == ids(taken)


async def test_a_command_that_cannot_be_written_fails_alone(wired: Broker) -> None:
    broken = leave(1).model_copy(update={"name": "invitations." + "x" * 300})  # AMQP has 255
    taken = joins(2, 3)
    publisher = Publisher(wired, Spool(None, SEALER))
    sent = [publisher.publish(each, soon()).arrived for each in (broken, *taken)]
    async with asyncio.timeout(20):
        assert await asyncio.gather(*sent) == [False, True, True]


async def test_a_full_queue_holds_up_its_own_service_alone(site: Site, wired: Broker) -> None:
    policy = {"pattern": "^tickets.commands$", "apply-to": "queues", "priority": 9}
    await manage(site, "PUT", "policies/{vhost}/small", {**policy, "definition": FULL})
    publisher = Publisher(wired, Spool(None, SEALER))
    tickets: list[asyncio.Future[bool]] = []
    while all(ticket.done() for ticket in tickets):  # a quorum queue notices its limit late
        tickets.append(publisher.publish(claim(len(tickets)), soon()).arrived)
        await asyncio.wait({tickets[-1]}, timeout=1)
    await all_arrive(publisher, joins(10**18))
    assert not tickets[-1].done()
    await manage(site, "DELETE", "policies/{vhost}/small")
    async with asyncio.timeout(30):
        assert all(await asyncio.gather(*tickets))
