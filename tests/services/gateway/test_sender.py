"""A press while the broker is away: kept, delivered once it is back, and never silently lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest
from aio_pika.abc import AbstractIncomingMessage

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway import desk as desk_module
from services.gateway import sender as sender_module
from services.gateway.bot import Bot
from services.gateway.cogs.invitations import Invitations
from services.gateway.desk import Desk
from services.gateway.presses import TOKEN_LIFE
from services.gateway.reads import Reads
from services.gateway.sender import Sender
from services.gateway.spool import Spool, Unsent
from shared.broker import Broker
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.sealing import Sealer
from tests import builders
from tests.stage import SEALING_KEYS, Stage


class Wire:
    """A wire to RabbitMQ that can be cut."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._open: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        parts = self._target
        return f"amqp://{parts.username}:{parts.password}@127.0.0.1:{self.port}{parts.path}"

    async def join(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._open += [writer, there[1]]
        with contextlib.suppress(OSError):
            await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
    writer.close()


@pytest.fixture
async def vhost(stage: Stage) -> AsyncIterator[str]:
    """Give a vhost that no service listens on."""
    name = f"{stage.name}_quiet"
    stage.servers.create_vhost(name)
    yield name
    stage.servers.drop_vhost(name)


@pytest.fixture
async def wire(stage: Stage, vhost: str) -> AsyncIterator[Wire]:
    wire = await Wire(stage.servers.rabbitmq_url("gateway", vhost)).join()
    yield wire
    wire.cut()


@pytest.fixture
async def broker(wire: Wire) -> AsyncIterator[Broker]:
    broker = await Broker.connect(wire.url)
    yield broker
    await broker.close()


def join() -> Envelope:
    return Envelope.first(
        JoinInvitation(actor=builders.MEMBER, invitation_id="1", reply_to=builders.reply_to())
    )


SEALER = Sealer.of(SEALING_KEYS)


def within(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


async def test_a_press_is_delivered_when_the_broker_is_back(
    stage: Stage, vhost: str, wire: Wire, broker: Broker
) -> None:
    sender = Sender(broker, Spool(None, SEALER))
    wire.cut()
    pressed = join()
    sending = sender.send(pressed, within(minutes=5))
    done, _ = await asyncio.wait({sending}, timeout=1)
    assert not done, "nobody has taken it yet"
    await wire.join()
    async with asyncio.timeout(30):
        assert await sending
    assert await messages(stage, vhost, 1) == [str(pressed.id)]


async def test_a_press_nobody_could_answer_any_more_is_given_up(wire: Wire, broker: Broker) -> None:
    sender = Sender(broker, Spool(None, SEALER))
    wire.cut()
    async with asyncio.timeout(20):
        assert not await sender.send(join(), within(seconds=1))
    await wire.join()  # for the broker's clean end


async def test_what_a_stopped_gateway_could_not_send_the_next_one_does(
    stage: Stage,
    vhost: str,
    wire: Wire,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIRM_SECONDS", "DRAIN_SECONDS"):
        monkeypatch.setattr(sender_module, name, 0.1)
    spool = Spool(tmp_path, SEALER)
    wire.cut()
    stopped = Sender(broker, spool)
    acknowledged, too_late, just_pressed = join(), join(), join()
    await stopped.secure(stopped.send(acknowledged, within(minutes=5)))
    assert kept_in(tmp_path) == 1
    await spool.write(Unsent(too_late, within(seconds=-1)))
    stopped.send(just_pressed, within(minutes=5))
    await stopped.drain()
    assert kept_in(tmp_path) == 3
    await wire.join()
    await Sender(broker, Spool(tmp_path, SEALER)).resume()
    arrived = await messages(stage, vhost, 2)
    assert set(arrived) == {str(acknowledged.id), str(just_pressed.id)}
    async with asyncio.timeout(5):
        while kept_in(tmp_path):  # noqa: ASYNC110 - deleted in a thread, which tells nobody
            await asyncio.sleep(0.05)


async def test_who_pressed_in_an_outage_is_told_when_nothing_came_of_it(
    wire: Wire, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "LAST_WORD", TOKEN_LIFE - timedelta(seconds=2))
    async with playing(broker) as (discord, message_id):
        wire.cut()
        press = await discord.click(message_id, "join:1", user=demo.TARO)
        await press.acknowledged(3)
        assert "障害" in (await press.answer(20))["content"]
        await wire.join()


async def test_what_cannot_be_read_is_said_so_within_the_three_seconds(broker: Broker) -> None:
    async with playing(broker) as (discord, message_id):
        press = await discord.click(message_id, "detail:1", user=demo.TARO)
        assert "いま読み込めません" in (await press.answer(3))["content"]


@asynccontextmanager
async def playing(broker: Broker) -> AsyncIterator[tuple[MiniatureDiscord, str]]:
    """Run a bot whose reads find nobody; give its Discord and a message with buttons."""
    discord = await MiniatureDiscord.start()
    reads = Reads("http://127.0.0.1:1")
    bot = Bot(discord.api_url)
    desk = Desk(Sender(broker, Spool(None, SEALER)), reads, SEALER, None)
    bot.add_cog(Invitations(desk, demo.ANNOUNCEMENT_CHANNEL_ID))
    connected = asyncio.create_task(bot.start(discord.token))
    await bot.wait_until_ready()
    channel, rows = int(demo.ANNOUNCEMENT_CHANNEL_ID), [buttons()]
    posted = await bot.http.send_message(channel, "x", components=rows)
    try:
        yield discord, str(posted["id"])
    finally:
        await desk.drain()
        await bot.close()
        await connected
        await reads.close()
        await discord.stop()


def buttons() -> dict[str, object]:
    presses = [
        {"type": 2, "style": 1, "label": action, "custom_id": f"{action}:1"}
        for action in ("join", "detail")
    ]
    return {"type": 1, "components": presses}


def kept_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def messages(stage: Stage, vhost: str, count: int) -> list[str | None]:
    """Give the ids of what waits for the invitations service."""
    reader = await Broker.connect(stage.servers.rabbitmq_url("invitations", vhost))
    arrived: asyncio.Queue[str | None] = asyncio.Queue()

    async def take(incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        await arrived.put(incoming.message_id)

    await reader.consume("invitations.commands", take, prefetch=10)
    async with asyncio.timeout(30):
        found = [await arrived.get() for _ in range(count)]
    await reader.close()
    return found
