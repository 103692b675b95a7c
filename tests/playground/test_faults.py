"""Every fault a test can order, as the real disnake and a plain client meet it."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from disnake.ext import commands

from playground import MiniatureDiscord, demo
from playground.exchange import Exchange

SEND = {"method": "POST", "template": "/channels/{channel_id}/messages"}
CHAT = f"channels/{demo.CHAT_CHANNEL_ID}/messages"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_fault_stays(discord: MiniatureDiscord) -> AsyncIterator[None]:
    yield
    discord.faults.clear()


def written(discord: MiniatureDiscord, content: str) -> int:
    messages = discord.messages_in(demo.CHAT_CHANNEL_ID)
    return sum(message["content"] == content for message in messages)


async def send(bot: commands.InteractionBot, content: str) -> None:
    await bot.get_partial_messageable(int(demo.CHAT_CHANNEL_ID)).send(content)


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_disnake_tries_again_after_a_wrong_answer(
    discord: MiniatureDiscord, bot: commands.InteractionBot, status: int
) -> None:
    fault = discord.faults.add(**SEND, answer=status, retry_after_seconds=0.1)
    await send(bot, f"after {status}")
    assert (fault.hits, written(discord, f"after {status}")) == (1, 1)


@pytest.mark.parametrize(("is_applied", "times"), [(False, 0), (True, 1)])
async def test_a_connection_breaks_before_or_after_the_call_was_applied(
    discord: MiniatureDiscord, http: aiohttp.ClientSession, *, is_applied: bool, times: int
) -> None:
    discord.faults.add(**SEND, reset=True, is_applied=is_applied)
    content = f"broken {is_applied}"
    with pytest.raises(aiohttp.ClientError):
        await http.post(CHAT, json={"content": content})
    assert written(discord, content) == times


async def test_a_hook_runs_after_the_call_was_applied_and_before_its_answer(
    discord: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    seen: list[tuple[int, int]] = []

    def hook(exchange: Exchange) -> None:
        seen.append((exchange.status, written(discord, "hooked")))

    discord.faults.add(**SEND, hook=hook)
    async with http.post(CHAT, json={"content": "hooked"}):
        assert seen == [(200, 1)]


async def test_an_asynchronous_hook_runs_after_the_answer_was_sent(
    discord: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    has_answer, hook_ended = asyncio.Event(), asyncio.Event()

    async def hook(_: Exchange) -> None:
        await has_answer.wait()
        hook_ended.set()

    fault = discord.faults.add(**SEND, hook=hook, when="sent")
    async with http.post(CHAT, json={"content": "sent"}) as response:
        assert response.status == 200
    has_answer.set()
    await asyncio.wait_for(hook_ended.wait(), 30)
    await fault.struck()


async def test_a_fault_waits_skips_and_chooses(
    discord: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    discord.faults.add(
        **SEND,
        answer=503,
        delay_seconds=0.01,
        skip=1,
        where=lambda exchange: exchange.body["content"].startswith("chosen"),
    )
    statuses = []
    for content in ("other", "chosen 1", "chosen 2", "chosen 3"):
        async with http.post(CHAT, json={"content": content}) as response:
            statuses.append(response.status)
    assert statuses == [200, 200, 503, 200]


async def test_too_many_calls_are_limited_and_disnake_waits() -> None:
    discord = await MiniatureDiscord.start(rate_limit=(2, 0.3))
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(discord.api_url + "/", headers=headers) as http:
        responses = [await http.post(CHAT, json={"content": str(i)}) for i in range(3)]
    assert [response.status for response in responses] == [200, 200, 429]
    assert responses[0].headers["X-RateLimit-Remaining"] == "1"
    assert responses[2].headers["Via"]
    assert 0 < discord.exchanges[-1].reply["retry_after"] <= 0.3
    await discord.stop()


async def test_a_taken_port_and_a_strange_token_are_one_sentence_each() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert await run("--port", port, token=demo.TOKEN) == (
            1,
            f"The miniature Discord cannot listen on 127.0.0.1:{port}: address already in use.",
        )
    code, said = await run("--port", "0", token="nonsense!")
    assert (code, said.count("\n")) == (1, 0)
    assert said.startswith("The token is not of Discord's form")


async def run(*arguments: str, token: str) -> tuple[int | None, str]:
    """Run the server's command until it ends."""
    command = [sys.executable, "-m", "playground", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, env={"DISCORD_TOKEN": token}
    )
    _, errors = await process.communicate()
    return process.returncode, errors.decode().strip()


async def test_the_command_says_its_address_and_leaves_cleanly() -> None:
    command = [sys.executable, "-m", "playground", "--port", "0"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    assert said.startswith("The miniature Discord is open at http://127.0.0.1:")
    process.terminate()
    assert await process.wait() == 0
