"""A press while the broker is away: kept, delivered once it is back, and never silently lost."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from aio_pika.abc import AbstractIncomingMessage

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.commands.components import all_components
from services.gateway.commands.invite import Invitations
from services.gateway.delivery import dispatcher as dispatcher_module
from services.gateway.delivery import publish_order as publish_order_module
from services.gateway.delivery import publisher as publisher_module
from services.gateway.delivery.callbacks import Callbacks
from services.gateway.delivery.components import ComponentRouter
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool, Unsent
from services.gateway.discord.interactions import TOKEN_LIFE
from services.gateway.metrics import PRESSES_FAILED
from services.gateway.settings import Limiters
from shared import broker as broker_module
from shared.broker import Broker
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.rate_limiter import Limiter
from shared.sealing import Sealer
from tests import builders
from tests.conftest import Site
from tests.shared.wire import Wire
from tests.stage import SEALING_KEYS


def join() -> Envelope:
    return Envelope.first(
        JoinInvitation(actor=builders.MEMBER, invitation_id="1", reply_to=builders.reply_to())
    )


SEALER = Sealer.of(SEALING_KEYS)


def within(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


async def test_a_press_is_delivered_when_the_broker_is_back(
    site: Site, wire: Wire, wired: Broker
) -> None:
    publisher = Publisher(wired, Spool(None, SEALER))
    wire.cut(stays_cut=True)
    pressed = join()
    pending = publisher.publish(pressed, within(minutes=5))
    done, _ = await asyncio.wait({pending.arrived}, timeout=1)
    assert not done, "nobody has taken it yet"
    wire.heal()
    async with asyncio.timeout(30):
        assert await pending.arrived
    assert await messages(site, 1) == [str(pressed.id)]


async def test_a_press_that_can_no_longer_be_answered_is_given_up(
    wire: Wire, wired: Broker
) -> None:
    publisher, failed = Publisher(wired, Spool(None, SEALER)), PRESSES_FAILED.labels("expired")
    wire.cut(stays_cut=True)
    before = failed._value.get()  # noqa: SLF001 - as /metrics reads it
    async with asyncio.timeout(20):
        assert not await publisher.publish(join(), within(seconds=1)).arrived
    assert failed._value.get() == before + 1  # noqa: SLF001


async def test_the_next_gateway_sends_the_presses_that_a_stopped_one_could_not_send(
    site: Site,
    wire: Wire,
    wired: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONFIRM_SECONDS", "DRAIN_SECONDS"):
        monkeypatch.setattr(publisher_module, name, 0.1)
    spool = Spool(tmp_path, SEALER)
    wire.cut(stays_cut=True)
    stopped = Publisher(wired, spool)
    acknowledged, too_late, just_pressed = join(), join(), join()
    await stopped.wait_until_durable(stopped.publish(acknowledged, within(minutes=5)))
    assert kept_in(tmp_path) == 1
    await spool.write(Unsent(too_late, within(seconds=-1)))
    stopped.publish(just_pressed, within(minutes=5))
    await stopped.drain()
    assert kept_in(tmp_path) == 3
    wire.heal()
    await Publisher(wired, Spool(tmp_path, SEALER)).resume()
    arrived = await messages(site, 2)
    assert set(arrived) == {str(acknowledged.id), str(just_pressed.id)}
    async with asyncio.timeout(5):
        while kept_in(tmp_path):  # noqa: ASYNC110 - deleted in a thread, which tells nobody
            await asyncio.sleep(0.05)


async def test_a_step_of_the_clock_expires_no_press(
    site: Site, wire: Wire, wired: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StepAhead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(minutes=15)

    monkeypatch.setattr(broker_module, "CONFIRM_SECONDS", 0.2)
    publisher, pressed = Publisher(wired, Spool(None, SEALER)), join()
    wire.cut(stays_cut=True)
    pending = publisher.publish(pressed, within(minutes=5))
    for module in (publisher_module, publish_order_module):
        monkeypatch.setattr(module, "datetime", StepAhead, raising=False)
    done, _ = await asyncio.wait({pending.arrived}, timeout=2)
    assert not done, "it is tried again and again"
    monkeypatch.undo()
    wire.heal()
    async with asyncio.timeout(30):
        assert await pending.arrived
    assert await messages(site, 1) == [str(pressed.id)]


async def test_a_disk_that_hangs_at_the_start_holds_up_no_new_press(
    site: Site, wired: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_module, "RESUME_SECONDS", 0.1)
    left, released, read_text = join(), threading.Event(), Path.read_text
    spool = Spool(tmp_path, SEALER)
    await spool.write(Unsent(left, within(minutes=5)))

    def hang(path: Path) -> str:
        assert released.wait(30)
        return read_text(path)

    monkeypatch.setattr(Path, "read_text", hang)
    publisher, pressed = Publisher(wired, spool), join()
    resuming = asyncio.create_task(publisher.resume())
    async with asyncio.timeout(10):
        await publisher.wait_until_resumed()
        assert await publisher.publish(pressed, within(minutes=5)).arrived
    released.set()
    await resuming
    assert await messages(site, 2) == [str(pressed.id), str(left.id)]


async def test_a_crowd_of_presses_is_taken_by_a_slow_broker(
    wire: Wire, wired: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once, with a copy for each that had to wait, they would never catch up."""
    monkeypatch.setattr(broker_module, "CONFIRM_SECONDS", 0.5)
    presses = [join() for _ in range(60)]
    size = len(presses[0].to_json()) + 200  # what AMQP adds
    wire.narrow(30 * size)
    publisher = Publisher(wired, Spool(None, SEALER))
    async with asyncio.timeout(15):
        sent = [publisher.publish(press, within(minutes=5)).arrived for press in presses]
        assert all(await asyncio.gather(*sent))


@pytest.mark.parametrize("skew_seconds", [0, 1200, -1200])
async def test_a_member_who_pressed_in_an_outage_reads_that_the_press_failed(
    wire: Wire, wired: Broker, monkeypatch: pytest.MonkeyPatch, skew_seconds: float
) -> None:
    """Whatever Discord's clock says: the press is tried for as long as this process counts."""
    monkeypatch.setattr(dispatcher_module, "LAST_WORD", TOKEN_LIFE - timedelta(seconds=2))
    async with playing(wired, skew_seconds) as (discord, message_id):
        wire.cut(stays_cut=True)
        press = await discord.click(message_id, "join:1", user=demo.TARO)
        await press.acknowledged(3)
        assert "障害" in (await press.answer(20))["content"]


async def test_a_failed_read_is_answered_within_the_three_seconds(wired: Broker) -> None:
    async with playing(wired) as (discord, message_id):
        press = await discord.click(message_id, "detail:1", user=demo.TARO)
        assert "いまは読み込めません" in (await press.answer(3))["content"]


LAX = Limiters(Limiter(1000, 1000), Limiter(1000, 1000))


@asynccontextmanager
async def playing(
    wired: Broker, skew_seconds: float = 0.0, limiters: Limiters = LAX
) -> AsyncIterator[tuple[MiniatureDiscord, str]]:
    """Run a bot whose reads find nobody; give its Discord and a message with buttons."""
    discord = await MiniatureDiscord.start(skew_seconds=skew_seconds)
    api = InvitationsApi("http://127.0.0.1:1", "token")
    bot = Bot(discord.api_url)
    guilds = GuildSettingsCopy(api)
    publisher = Publisher(wired, Spool(None, SEALER))
    dispatcher = CommandDispatcher(publisher, api, guilds, SEALER, limiters, Callbacks())
    bot.add_cog(Invitations(dispatcher))
    bot.add_cog(ComponentRouter(dispatcher, all_components()))
    connected = asyncio.create_task(bot.start(discord.token))
    await bot.wait_until_ready()
    channel, rows = int(demo.ANNOUNCEMENT_CHANNEL_ID), [buttons()]
    posted = await bot.http.send_message(channel, "x", components=rows)
    try:
        yield discord, str(posted["id"])
    finally:
        await dispatcher.drain()
        await bot.close()
        await connected
        await api.close()
        await discord.stop()


def buttons() -> dict[str, object]:
    presses = [
        {"type": 2, "style": 1, "label": action, "custom_id": f"{action}:1"}
        for action in ("join", "detail")
    ]
    return {"type": 1, "components": presses}


def kept_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def messages(site: Site, count: int) -> list[str | None]:
    """Give the ids of what waits for the invitations service."""
    reader = await Broker.connect(site.rabbitmq_url("invitations"))
    arrived: asyncio.Queue[str | None] = asyncio.Queue()

    async def take(incoming: AbstractIncomingMessage) -> None:
        arrived.put_nowait(incoming.message_id)  # before anything is awaited: one task a delivery
        await incoming.ack()

    await reader.consume("invitations.commands", take, prefetch=10)
    async with asyncio.timeout(30):
        found = [await arrived.get() for _ in range(count)]
    await reader.close()
    return found
