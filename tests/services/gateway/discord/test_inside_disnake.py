"""Canaries: what we change inside disnake is still there, and still needed."""

# ruff: noqa: SLF001 - they look at what has no public name
import asyncio
import gc

import aiohttp
import disnake
import disnake.client
import pytest
from disnake.backoff import ExponentialBackoff
from disnake.webhook.async_ import AsyncWebhookAdapter, async_context

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.discord.guilds import DiscordGuilds
from services.gateway.discord.inside_disnake import ShortBackoff, cure_lock_leak, session_of


def test_disnakes_own_pauses_grow_to_minutes_and_ours_do_not() -> None:
    stock, ours = ExponentialBackoff(), ShortBackoff()
    assert max(stock.delay() for _ in range(100)) > 120, "disnake has cured it: take ours out"
    pauses = [ours.delay() for _ in range(100)]
    assert max(pauses) <= 30
    assert len(set(pauses)) == 100, "replicas do not keep step"


async def test_the_client_takes_our_pauses() -> None:
    assert "ExponentialBackoff" in disnake.Client.connect.__code__.co_names
    bot = Bot("http://127.0.0.1:1")
    assert vars(disnake.client)["ExponentialBackoff"] is ShortBackoff
    await bot.close()


async def test_the_session_of_a_bot_is_found() -> None:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url)
    await bot.login(discord.token)
    session = session_of(bot.http)
    assert isinstance(session, aiohttp.ClientSession)
    assert len(session.trace_configs) == 2, "the clock and the limits hear it"
    await bot.close()
    assert session.closed
    await discord.stop()


async def test_the_lock_of_an_answered_press_is_forgotten() -> None:
    """Stock disnake never frees the lock of an interaction, whose key holds the token."""
    assert type(AsyncWebhookAdapter()._locks) is dict, "disnake has cured it: take ours out"
    discord = await MiniatureDiscord.start()
    context = async_context.set(AsyncWebhookAdapter())
    bot = Bot(discord.api_url)
    try:
        await bot.http.static_login(discord.token)
        adapter = async_context.get()
        for number in range(50):
            with pytest.raises(disnake.NotFound):
                await adapter.edit_original_interaction_response(
                    int(demo.BOT_ID), f"token{number}", session=session_of(bot.http), payload={}
                )
        gc.collect()
        assert len(adapter._locks) == 0
    finally:
        await bot.close()
        async_context.reset(context)
        await discord.stop()


async def test_a_lock_in_use_is_kept() -> None:
    context = async_context.set(AsyncWebhookAdapter())
    try:
        cure_lock_leak()
        locks = async_context.get()._locks
        lock = asyncio.Lock()
        locks["used"] = lock
        gc.collect()
        assert locks["used"] is lock
    finally:
        async_context.reset(context)


async def test_a_guild_of_another_shard_is_as_its_own_shard_has_it() -> None:
    discord = await MiniatureDiscord.start()
    own, other = Bot(discord.api_url), Bot(discord.api_url, shard=(1, 2))
    assert int(demo.GUILD_ID) >> 22 & 1 == 0, "the guild is in the first of two shards"
    connected = own.loop.create_task(own.start(discord.token))
    await own.wait_until_ready()
    await other.login(discord.token)
    here = await DiscordGuilds(own).find(demo.GUILD_ID)
    there = await DiscordGuilds(other).find(demo.GUILD_ID)
    assert here is not None
    assert there is not None
    assert other.get_guild(here.id) is None, "it is in no cache"
    for part in ("roles", "channels", "owner_id", "me"):
        assert getattr(there, part) == getattr(here, part)
    channel_id = int(demo.ANNOUNCEMENT_CHANNEL_ID)
    both = (each.get_channel(channel_id).permissions_for(each.me) for each in (here, there))
    assert len(set(both)) == 1
    assert await DiscordGuilds(other).find(str(1 << 22)) is None, "the bot is not in it"
    await own.close()
    await connected
    await other.close()
    await discord.stop()
