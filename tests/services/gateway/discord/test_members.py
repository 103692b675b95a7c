"""Who left while the bot was away is found by chunks, and without the members intent by reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import disnake
import pytest

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.discord.members import IN_A_CHUNK, MOST_ASKED, Members
from shared.tasks import end


@asynccontextmanager
async def listening(
    *, hears_members: bool
) -> AsyncIterator[tuple[MiniatureDiscord, Bot, disnake.Guild]]:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url, hears_members=hears_members)
    await bot.login(discord.token)
    task = asyncio.create_task(bot.listen_to_discord())
    try:
        await asyncio.wait_for(bot.wait_until_ready(), 30)
        yield discord, bot, bot.get_guild(int(demo.GUILD_ID))
    finally:
        await end(task)
        await bot.close()
        await discord.stop()


def crowd_of(discord: MiniatureDiscord, leavers: int) -> tuple[list[str], list[str]]:
    """Add more members than a chunk has, of whom some are gone without a word."""
    crowd = [discord.add_member(f"人{number}") for number in range(IN_A_CHUNK + 20)]
    gone = crowd[:: len(crowd) // leavers][:leavers]
    for user_id in gone:
        del discord.world.members[user_id]
    return crowd, gone


def reads(discord: MiniatureDiscord) -> list[str]:
    """List whom the bot has read one by one."""
    of_member = "/guilds/{guild_id}/members/{user_id}"
    return [e.arguments["user_id"] for e in discord.exchanges if e.template == of_member]


async def test_with_the_intent_all_who_left_are_found_and_only_they_are_read() -> None:
    async with listening(hears_members=True) as (discord, bot, guild):
        crowd, gone = crowd_of(discord, leavers=13)
        assert sorted(await Members(bot).gone(guild, crowd)) == sorted(gone)
        assert sorted(reads(discord)) == sorted(gone)


@pytest.mark.parametrize("hears_members", [False, True])
async def test_without_chunks_a_handful_is_read_at_each_look(*, hears_members: bool) -> None:
    """A silent session with the intent gives no chunks either."""
    async with listening(hears_members=hears_members) as (discord, bot, guild):
        crowd, gone = crowd_of(discord, leavers=IN_A_CHUNK)
        discord.gateway.fall_silent()
        found = await Members(bot, chunk_seconds=0.1).gone(guild, crowd)
        discord.gateway.speak()
        assert len(reads(discord)) == MOST_ASKED
        assert found
        assert set(found) <= set(gone)
