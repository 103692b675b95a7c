"""One bot in several guilds: it joins and leaves them live, and each has its own people."""

import asyncio
from collections.abc import AsyncIterator

import disnake
import pytest
import pytest_asyncio
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo, permissions
from playground.refusals import ClientRefusal
from tests.playground.test_messages import call

pytestmark = pytest.mark.usefixtures("bot")  # it tells disnake the address


class Witness(disnake.AutoShardedClient):
    """Notes which guilds it joins and leaves, and what is said in them."""

    def __init__(self, **options: object) -> None:
        intents = disnake.Intents(guilds=True, guild_messages=True)
        super().__init__(intents=intents, chunk_guilds_at_startup=False, **options)
        self.noted: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def on_guild_join(self, guild: disnake.Guild) -> None:
        await self.noted.put(("joined", str(guild.id)))

    async def on_guild_remove(self, guild: disnake.Guild) -> None:
        await self.noted.put(("left", str(guild.id)))

    async def on_message(self, message: disnake.Message) -> None:
        await self.noted.put(("said", str(message.channel.id)))


@pytest_asyncio.fixture(loop_scope="session")
async def witness(discord: MiniatureDiscord) -> AsyncIterator[Witness]:
    client = Witness()
    task = asyncio.create_task(client.start(discord.token))
    await asyncio.wait_for(client.wait_until_ready(), 30)
    yield client
    await client.close()
    await task


async def test_the_bot_joins_and_leaves_a_guild_while_it_is_connected(
    discord: MiniatureDiscord, witness: Witness, http: ClientSession
) -> None:
    guild_id = discord.add_guild("English Club", owner=demo.ALEX, locale="en-GB", allowed=None)
    channel_id = discord.add_channel("general", guild=guild_id)
    assert (await call(http, "GET", f"guilds/{guild_id}"))[1]["code"] == 10004
    assert (await call(http, "GET", f"channels/{channel_id}"))[1]["code"] == 50001
    discord.invite_bot(guild_id)
    assert await asyncio.wait_for(witness.noted.get(), 30) == ("joined", guild_id)
    guild = witness.get_guild(int(guild_id))
    assert guild is not None
    assert (guild.name, guild.owner_id, str(guild.preferred_locale), guild.member_count) == (
        *("English Club", int(demo.ALEX), "en-GB"),
        2,
    )
    assert [role.id for role in guild.me.roles] == [int(guild_id), int(discord.bot_role(guild_id))]
    assert guild.me.guild_permissions.value == permissions.BOT | permissions.EVERYONE
    assert [channel.name for channel in guild.channels] == ["general"]
    _, mine = await call(http, "GET", "users/@me/guilds")
    assert {guild["id"] for guild in mine} >= {demo.GUILD_ID, guild_id}
    discord.remove_bot(guild_id)
    assert await asyncio.wait_for(witness.noted.get(), 30) == ("left", guild_id)
    with pytest.raises(ClientRefusal, match="no command"):
        await discord.slash("ping", user=demo.ALEX, channel=channel_id)
    assert (await call(http, "POST", f"channels/{channel_id}/messages", {"content": "a"}))[0] == 403


async def test_people_act_in_the_guild_of_the_channel(discord: MiniatureDiscord) -> None:
    guild_id = discord.add_guild("English Club", owner=demo.ALEX, locale="en-GB")
    channel_id = discord.add_channel("general", guild=guild_id)
    press = await discord.slash("ping", user=demo.ALEX, channel=channel_id)
    payload = press.interaction.payload
    assert (await press.answer())["content"] == "pong en-US"
    assert payload["guild"] == {"id": guild_id, "locale": "en-GB", "features": ["COMMUNITY"]}
    assert (payload["guild_id"], payload["guild_locale"]) == (guild_id, "en-GB")
    assert payload["authorizing_integration_owners"] == {"0": guild_id}
    with pytest.raises(Exception, match="Unknown Member"):
        await discord.slash("ping", user=demo.TARO, channel=channel_id)
    discord.join(demo.TARO, guild_id)
    await (await discord.slash("ping", user=demo.TARO, channel=channel_id)).answer()
    discord.leave(demo.TARO, guild_id)
    assert demo.TARO in discord.world.members


async def test_a_member_has_roles_and_events_in_their_own_guild_only(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    guild_id = discord.add_guild("よそ", owner=demo.ALEX)
    role_id = discord.add_role("スタッフ", permissions.STAFF, guild=guild_id)
    discord.join(demo.TARO, guild_id, roles=(role_id,))
    channel_id = discord.add_channel("雑談", guild=guild_id)
    await (await discord.slash("staff", user=demo.TARO, channel=channel_id)).answer()
    with pytest.raises(ClientRefusal, match="no command /staff"):
        await discord.slash("staff", user=demo.TARO)
    _, roles = await call(http, "GET", f"guilds/{guild_id}/roles")
    assert [r["name"] for r in roles] == ["@everyone", "同期会Bot", "スタッフ"]
    assert (await call(http, "GET", f"guilds/{guild_id}/roles/{demo.STAFF_ROLE_ID}"))[0] == 404
    assert (await call(http, "GET", f"guilds/{guild_id}/members/{demo.JIRO}"))[0] == 404


async def test_messages_of_channels_the_bot_does_not_see_reach_no_session(
    discord: MiniatureDiscord, witness: Witness
) -> None:
    hidden, open_channel = discord.add_channel("秘密"), discord.add_channel("広場")
    discord.overwrite(hidden, demo.BOT_ROLE_ID, deny=permissions.Permission.VIEW_CHANNEL)
    for channel in (hidden, open_channel):
        discord.say("こんにちは", user=demo.TARO, channel=channel)
    assert await asyncio.wait_for(witness.noted.get(), 30) == ("said", open_channel)
