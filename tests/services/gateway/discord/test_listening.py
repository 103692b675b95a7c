"""Rule: a gateway that hears nothing says so within one and a half heartbeats."""

import asyncio
import json

from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.discord.listening import Session
from tests.services.gateway.discord.test_request_limits import Clock

HELLO = json.dumps({"op": 10, "d": {"heartbeat_interval": 41_250}})
ACK = json.dumps({"op": 11})


def test_silence_is_judged_by_heartbeats() -> None:
    clock = Clock()
    session = Session(clock)
    assert not session.is_heard
    session.hear(HELLO)
    session.is_open = True
    for _ in range(10):
        clock.seconds += 41.25
        assert session.is_heard
        session.hear(ACK)
    clock.seconds += 61
    assert session.is_heard
    clock.seconds += 1
    assert not session.is_heard


def test_what_members_write_is_no_hello() -> None:
    session = Session(Clock())
    session.hear(HELLO)
    session.is_open = True
    session.hear(json.dumps({"op": 0, "d": {"content": '"heartbeat_interval"'}}))
    assert session.is_heard


async def test_a_silent_discord_is_noticed_and_heard_again() -> None:
    discord = await MiniatureDiscord.start(heartbeat_seconds=1.0)
    bot = Bot(discord.api_url)
    await bot.login(discord.token)
    listening = asyncio.create_task(bot.listen_to_discord())
    await bot.wait_until_ready()
    assert bot.is_listening
    discord.gateway.fall_silent()
    await until(bot, is_listening=False)
    assert bot.ws.open, "to the socket all is well"
    discord.gateway.speak()
    await until(bot, is_listening=True)
    await discord.gateway.drop()
    await until(bot, is_listening=True)
    assert discord.gateway.identifies == 1, "it has resumed"
    await bot.close()
    await listening
    await discord.stop()


async def until(bot: Bot, *, is_listening: bool) -> None:
    async with asyncio.timeout(30):
        while bot.is_listening is not is_listening:  # noqa: ASYNC110 - silence gives no signal
            await asyncio.sleep(0.05)
