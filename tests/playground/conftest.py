"""One miniature Discord and one real disnake client per module, judged by Discord's OpenAPI."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from disnake.ext import commands
from playwright.async_api import Browser, Page, async_playwright, expect

from playground import MiniatureDiscord, demo
from tests.conformance import ABSENT, load_specification
from tests.playground import bot as example
from tests.playground.browsing import CHROMIUM, QUIET


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def discord() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start(heartbeat_seconds=0.5)
    server.world.session_limits.identify_seconds = 0  # clients come and go at once
    server.limits.global_limit = (None, 1.0)  # a plain client does not wait
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, discord: MiniatureDiscord) -> AsyncIterator[Page]:
    """Open the page as さくら in 雑談; no script may fail in it."""
    page = await browser.new_page(locale="ja-JP", timezone_id="Asia/Tokyo")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    await page.goto(discord.page_url)
    await page.get_by_test_id(f"channel-{demo.CHAT_CHANNEL_ID}").click()
    await expect(page.get_by_role("heading", level=2, name="雑談")).to_be_visible()
    yield page
    await page.close()
    assert failures == []


@pytest.fixture(scope="module", autouse=True)
def every_exchange_is_as_discord_describes(discord: MiniatureDiscord) -> AsyncIterator[None]:
    yield
    specification = load_specification()
    if specification is None:
        pytest.skip(ABSENT)
    wrong = [c for exchange in discord.exchanges for c in specification.complaints(exchange)]
    assert wrong == []
