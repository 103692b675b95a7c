"""Rule: a connection to a broker that stops answering is abandoned and opened again."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import pytest
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from aiormq.connection import Connection as Transport

from shared import broker as subject
from shared import connecting, failing
from shared.broker import Broker
from shared.errors import suppress_server_errors
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.settings import OperatorMistake
from tests.conftest import Site
from tests.keys import publisher
from tests.shared.test_reconnection import join
from tests.shared.wire import Wire, wire

Arrives: TypeAlias = Callable[[], Awaitable[bool]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as long as a test can; the relations between the limits stay."""
    monkeypatch.setattr(connecting, "OPEN_SECONDS", 0.5)
    for name, seconds in {"CONFIRM": 0.2, "CLOSE": 0.5}.items():
        monkeypatch.setattr(subject, f"{name}_SECONDS", seconds)
    for name, seconds in {"FAILING": 0.4, "RENEWAL": 0.8}.items():
        monkeypatch.setattr(failing, f"{name}_SECONDS", seconds)
    # aiormq's own for a goodbye, which ends before ours.
    monkeypatch.setattr(Transport, "READER_CLOSE_TIMEOUT", 0.2)


async def is_taken(broker: Broker, envelope: Envelope) -> bool:
    with suppress_server_errors():
        await broker.publish(COMMANDS, envelope.name, envelope)
        return True
    await asyncio.sleep(0.05)  # a publisher pauses before it tries again
    return False


async def test_a_connection_that_answers_nothing_is_left_for_another(site: Site) -> None:
    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(20):
        broker = await Broker.connect(between.url)
        assert await is_taken(broker, join())
        between.mute()
        assert not await is_taken(broker, join())
        assert broker.is_connected, "one that fails is no run"
        while broker.is_connected:
            assert not await is_taken(broker, join())
        while not await is_taken(broker, join()):
            assert not broker.is_connected
        assert broker.is_connected
        await broker.close()


async def test_a_publisher_on_an_abandoned_connection_tries_again(site: Site) -> None:
    """While a close waits for the broker's answer, aiormq cancels a publish."""

    async def publish(pause_seconds: float) -> None:
        while not await is_taken(broker, join()):  # noqa: ASYNC110 - a broker tells nothing
            await asyncio.sleep(pause_seconds)

    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(20):
        broker = await Broker.connect(between.url)
        between.freeze()
        # Never all in the same pause: some wait for the broker at any moment.
        tasks = [asyncio.create_task(publish(0.02 * number)) for number in range(10)]
        await asyncio.wait(tasks)
        assert [task.cancelled() for task in tasks] == [False] * len(tasks)
        await asyncio.gather(*tasks)
        await broker.close()


@asynccontextmanager
async def consuming(site: Site) -> AsyncIterator[tuple[Wire, Any, Arrives]]:
    """Consume through a wire; gives it, the consumer's channel, and whether a message arrives."""
    arrived: asyncio.Queue[Any] = asyncio.Queue()
    gateway = await publisher(site.rabbitmq_url("gateway"))

    async def arrives() -> bool:
        message = join()
        await gateway.publish(COMMANDS, message.name, message)
        return bool((await arrived.get()).message_id == str(message.id))

    async with wire(site.rabbitmq_url("invitations")) as between, asyncio.timeout(20):
        broker = await Broker.connect(between.url)
        subscription = await broker.consume("invitations.commands", arrived.put, 1)
        yield between, subscription.channel, arrives
        await broker.close()
    await gateway.close()


async def test_a_channel_that_is_never_opened_again_is_asked_for_once_more(site: Site) -> None:
    async with consuming(site) as (between, _, arrives):
        between.mute(stays_mute=True)
        between.cut()
        while between.callers < 6:  # noqa: ASYNC110 - two at first, two never answered, and again
            await asyncio.sleep(0.05)
        between.heal()
        assert await arrives()


async def test_a_silent_broker_holds_up_neither_start_nor_end(site: Site) -> None:
    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(10):
        broker = await Broker.connect(between.url)
        between.mute(stays_mute=True)
        with pytest.raises(OperatorMistake, match="answers none"):
            await Broker.connect(between.url)
        await broker.close()


async def test_a_broker_that_dies_at_the_start_is_one_sentence(site: Site) -> None:
    """Otherwise the operator would read aiormq's traceback, and not what to repair."""
    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(10):
        broker = await Broker.connect(between.url)
        between.mute()
        asked = between.asked
        consuming = asyncio.create_task(broker.consume("gateway.replies", ignore, 1))
        while between.asked == asked:  # noqa: ASYNC110 - bytes on a wire ring no bell
            await asyncio.sleep(0)
        between.cut(stays_cut=True)
        with pytest.raises(OperatorMistake, match=r"(broke off|be reached) \(.*\).*\.$"):
            await consuming
        await broker.close()


def test_a_broker_that_hangs_up_in_the_handshake_is_one_sentence() -> None:
    """As RabbitMQ does that is being stopped; on uvloop aiormq then raises StopAsyncIteration."""

    def hang_up() -> None:
        with contextlib.suppress(OSError):  # the test has ended
            while True:
                listening.accept()[0].close()

    async def connect(port: int) -> None:
        for _ in range(100):
            with pytest.raises(OperatorMistake, match="RabbitMQ at RABBITMQ_URL cannot be reached"):
                await Broker.connect(f"amqp://gateway:secret@127.0.0.1:{port}/doukikai")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        hanging_up = threading.Thread(target=hang_up, daemon=True)
        hanging_up.start()
        uvloop.run(connect(listening.getsockname()[1]))
        listening.shutdown(socket.SHUT_RDWR)
        hanging_up.join(30)


async def test_a_queue_that_is_missing_is_named(site: Site) -> None:
    broker = await publisher(site.rabbitmq_url("gateway"))
    with pytest.raises(OperatorMistake, match=r"no queue 'gateway\.replies\.old'"):
        await broker.consume("gateway.replies.old", ignore, 1)
    await broker.close()


async def ignore(_incoming: AbstractIncomingMessage) -> None:
    """Hear nothing."""


async def test_a_broker_that_publishes_nothing_after_failures_is_ready_again(site: Site) -> None:
    """Another process may have published the rest; an old failure does not count."""
    async with wire(site.rabbitmq_url("gateway")) as between, asyncio.timeout(20):
        broker = await Broker.connect(between.url)
        between.mute()
        while broker.is_connected:
            assert not await is_taken(broker, join())
        while not broker.is_connected:  # noqa: ASYNC110 - time alone does it
            await asyncio.sleep(0.05)
        assert not await is_taken(broker, join())
        assert broker.is_connected, "a new run begins with one failure"
        await broker.close()


async def test_a_channel_that_cannot_be_reopened_closes_its_connection(site: Site) -> None:
    async with consuming(site) as (between, channel, arrives):
        assert isinstance(channel, connecting.Channel)
        between.mute()
        with pytest.raises(TimeoutError):
            await channel.reopen()  # as aio-pika does it, once, when RabbitMQ has closed a channel
        assert await arrives()
        assert not channel.is_closed
