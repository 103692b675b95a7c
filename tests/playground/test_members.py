"""Members leave the guild and come back; only a session with the intent receives the events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import disnake
import pytest
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo, permissions
from playground.permissions import Permission
from playground.refusals import ClientRefusal, DiscordRefusal
from tests.playground.test_messages import call

MEMBERS = f"guilds/{demo.GUILD_ID}/members"


class Listener(disnake.Client):
    """Hears who comes and goes, when it asked for that."""

    def __init__(self, *, hears_members: bool) -> None:
        super().__init__(
            intents=disnake.Intents(guilds=True, members=hears_members),
            member_cache_flags=disnake.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.heard: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def on_raw_member_remove(self, event: disnake.RawGuildMemberRemoveEvent) -> None:
        await self.heard.put(("gone", event.user.id))

    async def on_member_join(self, member: disnake.Member) -> None:
        await self.heard.put(("come", member.id))


@asynccontextmanager
async def listening(discord: MiniatureDiscord, *, hears_members: bool) -> AsyncIterator[Listener]:
    client = Listener(hears_members=hears_members)
    task = asyncio.create_task(client.start(discord.token))
    try:
        await asyncio.wait_for(client.wait_until_ready(), 30)
        yield client
    finally:
        await client.close()
        await task


@pytest.mark.usefixtures("bot")  # it tells disnake the address
async def test_only_a_client_with_the_members_intent_hears_members_leave(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    async with (
        listening(discord, hears_members=True) as hearing,
        listening(discord, hears_members=False) as deaf,
    ):
        kicked = discord.add_member("追い出される人")
        discord.set_role(discord.bot_role(), permissions.BOT | Permission.KICK_MEMBERS)
        status, _ = await call(http, "DELETE", f"{MEMBERS}/{kicked}")
        assert status == 204
        discord.set_role(discord.bot_role(), permissions.BOT)
        discord.leave(demo.TARO)
        with pytest.raises(DiscordRefusal, match="Unknown Member"):
            await discord.slash("ping", user=demo.TARO)
        discord.come_back(demo.TARO)

        heard = [await asyncio.wait_for(hearing.heard.get(), 30) for _ in range(4)]
        assert heard == [
            *(("come", int(kicked)), ("gone", int(kicked))),
            *(("gone", int(demo.TARO)), ("come", int(demo.TARO))),
        ]
        assert deaf.heard.empty()


@pytest.mark.usefixtures("bot")
async def test_a_client_asks_for_members_by_chunks(discord: MiniatureDiscord) -> None:
    taro, members = int(demo.TARO), discord.world.members
    before = dict(members)
    for number in range(1001):  # one chunk has a thousand
        members[str(number)] = members[demo.TARO] | {"user": discord.world.users[demo.TARO]}
    async with listening(discord, hears_members=True) as client:
        guild = client.get_guild(int(demo.GUILD_ID))
        assert len(await guild.chunk(cache=False)) == len(members)
        for user_id in members.keys() - before.keys():
            del members[user_id]
        assert {str(m.id) for m in await guild.chunk(cache=False)} == before.keys()
        found = await guild.query_members(user_ids=[taro, 1], cache=False)
        assert [member.id for member in found] == [taro]
        assert await guild.query_members(user_ids=[1], cache=False) == []
        found = await guild.query_members("USER0102", cache=False)
        assert [member.id for member in found] == [taro]
    async with listening(discord, hears_members=False) as client:
        guild = client.get_guild(int(demo.GUILD_ID))
        [member] = await guild.query_members(user_ids=[taro], cache=False)
        assert member.id == taro


async def test_a_member_who_leaves_is_in_no_thread_and_no_list(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread: Any
    _, thread = await call(
        http, "POST", f"channels/{demo.CHAT_CHANNEL_ID}/threads", {"name": "話", "type": 11}
    )
    await call(http, "PUT", f"channels/{thread['id']}/thread-members/{demo.JIRO}")
    discord.leave(demo.JIRO)
    assert discord.thread_members(thread["id"]) == {discord.bot_id}
    status, refusal = await call(http, "GET", f"{MEMBERS}/{demo.JIRO}")
    assert (status, refusal["code"]) == (404, 10007)
    discord.come_back(demo.JIRO)
    assert (await call(http, "GET", f"{MEMBERS}/{demo.JIRO}"))[0] == 200


async def test_the_owner_cannot_leave(discord: MiniatureDiscord) -> None:
    with pytest.raises(ClientRefusal, match="owner"):
        discord.leave(demo.OWNER)
