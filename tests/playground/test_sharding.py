"""Each shard hears of its own guilds only, and of what its intents ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, ClientWebSocketResponse

from playground import MiniatureDiscord, demo, permissions
from playground.people import interact
from tests.playground.test_messages import call

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 1, 1 << 9, 1 << 15
SHARDS = 4


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def discord() -> AsyncIterator[MiniatureDiscord]:
    """Give a Discord with a guild for each of four shards, beside the first guild."""
    server = await MiniatureDiscord.start(shards=SHARDS)
    server.world.session_limits.identify_seconds = 0
    for number in range(SHARDS):
        guild_id = str(((1 << 30) + number) << 22)
        server.add_guild(f"guild {number}", owner=demo.ALEX, guild_id=guild_id)
        server.add_channel("general", guild=guild_id)
    yield server
    await server.stop()


@asynccontextmanager
async def connected(
    discord: MiniatureDiscord, intents: int = GUILDS, shard: tuple[int, int] | None = None
) -> AsyncIterator[ClientWebSocketResponse]:
    wish: dict[str, Any] = {"token": discord.token, "intents": intents, "properties": {}}
    wish |= {"shard": shard} if shard else {}
    url = f"ws://{discord.host}:{discord.port}/gateway"
    async with ClientSession() as http, http.ws_connect(url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": wish})
        yield socket


async def event(socket: ClientWebSocketResponse) -> tuple[str, Any]:
    frame = await socket.receive_json(timeout=30)
    return frame["t"], frame["d"]


async def opened(socket: ClientWebSocketResponse) -> list[str]:
    """Read READY and the guilds that follow; give the ids of those in READY."""
    name, ready = await event(socket)
    assert name == "READY"
    created = [await event(socket) for _ in ready["guilds"]]
    assert [name for name, _ in created] == ["GUILD_CREATE"] * len(created)
    ids = [guild["id"] for guild in ready["guilds"]]
    assert sorted(guild["id"] for _, guild in created) == sorted(ids)
    return ids


async def test_the_shards_share_the_guilds(discord: MiniatureDiscord, http: ClientSession) -> None:
    _, gateway = await call(http, "GET", "gateway/bot")
    assert gateway["shards"] == SHARDS
    found = []
    for number in range(SHARDS):
        async with connected(discord, shard=(number, SHARDS)) as socket:
            ids = await opened(socket)
        assert {(int(guild_id) >> 22) % SHARDS for guild_id in ids} == {number}
        found += ids
    assert sorted(found) == sorted(discord.world.guilds)
    _, later = await call(http, "GET", "gateway/bot")
    left = [answer["session_start_limit"]["remaining"] for answer in (gateway, later)]
    assert left[0] - left[1] == SHARDS


async def test_an_interaction_and_a_new_guild_reach_their_shard_only(
    discord: MiniatureDiscord,
) -> None:
    async with (
        connected(discord, shard=(1, SHARDS)) as right,
        connected(discord, shard=(2, SHARDS)) as wrong,
    ):
        for socket in (right, wrong):
            await opened(socket)
        guild_id = str(((1 << 30) + SHARDS + 1) << 22)
        discord.add_guild("new", owner=demo.ALEX, guild_id=guild_id)
        name, guild = await event(right)
        assert (name, guild["id"]) == ("GUILD_CREATE", guild_id)
        channel = discord.add_channel("general", guild=guild_id)
        assert (await event(right))[0] == "CHANNEL_CREATE"
        sent = interact(discord.world, 2, {"name": "ping"}, demo.ALEX, channel)
        assert sent.delivered_to == 1
        assert (await event(right))[0] == "INTERACTION_CREATE"
        discord.remove_bot(guild_id)
        assert await event(right) == ("GUILD_DELETE", {"id": guild_id})
        other = str(((1 << 30) + SHARDS + 2) << 22)
        discord.add_guild("other", owner=demo.ALEX, guild_id=other)
        assert (await event(wrong))[1]["id"] == other  # and nothing before it


@pytest.mark.parametrize(
    ("code", "intents", "shard"),
    [
        (4010, GUILDS, (4, 4)),
        (4013, 1 << 40, None),
        (4014, GUILDS | GUILD_MEMBERS, None),
        (4014, GUILDS | MESSAGE_CONTENT, None),
    ],
)
async def test_a_wrong_identify_ends_with_its_code(
    discord: MiniatureDiscord, code: int, intents: int, shard: tuple[int, int] | None
) -> None:
    world = discord.world
    world.allows_members_intent = world.reads_content = False
    async with connected(discord, intents, shard) as socket:
        await socket.receive()
        assert socket.close_code == code
    world.allows_members_intent = world.reads_content = True


async def test_events_come_to_sessions_that_asked_for_them(discord: MiniatureDiscord) -> None:
    async with connected(discord, GUILDS | GUILD_MESSAGES) as socket:
        await opened(socket)
        discord.add_member("聞こえない人")
        discord.say("ないしょ", user=demo.TARO, channel=demo.CHAT_CHANNEL_ID)
        name, message = await event(socket)
        assert (name, message["content"]) == ("MESSAGE_CREATE", "")
        discord.give_roles(discord.bot_id, demo.BOT_ROLE_ID)  # of itself it always hears
        name, member = await event(socket)
        assert (name, member["user"]["id"]) == ("GUILD_MEMBER_UPDATE", discord.bot_id)
    async with connected(discord, GUILD_MEMBERS) as socket:
        assert (await event(socket))[0] == "READY"
        discord.set_role(demo.BOT_ROLE_ID, permissions.BOT)
        discord.add_member("聞こえる人")
        assert (await event(socket))[0] == "GUILD_MEMBER_ADD"


async def test_members_are_listed_with_the_members_intent_only(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    path = f"guilds/{demo.GUILD_ID}/members"
    assert (await call(http, "GET", f"{path}?limit=1000"))[0] == 200
    discord.world.allows_members_intent = False
    status, refusal = await call(http, "GET", f"{path}?limit=1000")
    _, application = await call(http, "GET", "applications/@me")
    discord.world.allows_members_intent = True
    assert (status, refusal["code"]) == (403, 50001)
    assert not application["flags"] & 1 << 15
    assert (await call(http, "GET", f"{path}/{demo.TARO}"))[0] == 200
