"""One miniature Discord and one real disnake client per module, judged by Discord's OpenAPI."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from disnake.ext import commands

from playground import MiniatureDiscord
from tests.conformance import ABSENT, load_specification
from tests.playground import bot as example


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def discord() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start(heartbeat_seconds=0.5)
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(discord: MiniatureDiscord) -> AsyncIterator[commands.InteractionBot]:
    client = example.build(discord.api_url)
    task = asyncio.create_task(client.start(discord.token))
    await discord.wait_for_commands("ping", "invite")
    await client.wait_until_ready()
    yield client
    await client.close()
    await task


@pytest_asyncio.fixture(loop_scope="session")
async def http(discord: MiniatureDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(discord.api_url + "/", headers=headers) as session:
        yield session


@pytest.fixture(scope="module", autouse=True)
def every_exchange_is_as_discord_describes(discord: MiniatureDiscord) -> AsyncIterator[None]:
    yield
    specification = load_specification()
    if specification is None:
        pytest.skip(ABSENT)
    wrong = [c for exchange in discord.exchanges for c in specification.complaints(exchange)]
    assert wrong == []
