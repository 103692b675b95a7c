"""What was posted for a draft, and left by a crash, is deleted an hour later; nothing else is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestServer

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.features.reconcile.orphans import Orphans
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.invitations.guilds import GuildView
from shared.messages.invitations.repairs import InvitationPlace, InvitationPlaces
from tests import builders

CHANNEL = demo.ANNOUNCEMENT_CHANNEL_ID
SETTINGS = GuildView(guild_id=demo.GUILD_ID, announcement_channel_id=CHANNEL)
OVER_AN_HOUR = 3700.0


@asynccontextmanager
async def sweeping() -> AsyncIterator[tuple[MiniatureDiscord, Messages, Orphans, list[str]]]:
    """Give what sweeps, and the list of announcements by which open events are shown."""
    shown: list[str] = []

    async def places(_request: web.Request) -> web.Response:
        found = [
            InvitationPlace(
                **dict.fromkeys(("id", "announcement_id", "thread_id"), each),
                status="recruiting",
                channel_id=CHANNEL,
                host_id=demo.SAKURA,
            )
            for each in shown
        ]
        return web.Response(text=InvitationPlaces(invitations=found).model_dump_json())

    async def settings(_request: web.Request) -> web.Response:
        return web.Response(text=SETTINGS.model_dump_json())

    app = web.Application()
    app.router.add_get(f"/api/guilds/{demo.GUILD_ID}/places", places)
    app.router.add_get(f"/api/guilds/{demo.GUILD_ID}/settings", settings)
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url)
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        await bot.login(discord.token)
        messages = Messages(bot.http)
        try:
            yield discord, messages, Orphans(bot, messages, api, GuildSettingsCopy(api)), shown
        finally:
            discord.world.clock.skew_seconds = 0.0
            await messages.stands(CHANNEL)  # the process has one clock of Discord, also later
            await bot.close()
            await api.close()
            await discord.stop()


async def posted(messages: Messages, name: str) -> str:
    """Post the announcement of a draft, as before a crash; give its id, which is its thread's."""
    drafted = InvitationDrafted(
        request_id=uuid4(),
        guild_id=demo.GUILD_ID,
        channel_id=CHANNEL,
        host_id=demo.SAKURA,
        host_name="さくら",
        details=builders.details(event_name=name),
    )
    since = datetime.now(UTC) - timedelta(hours=2)
    return await messages.open_thread(drafted, await messages.post(drafted, "ja", since))


async def test_only_an_announcement_that_shows_a_draft_for_an_hour_is_deleted() -> None:
    async with sweeping() as (discord, messages, orphans, shown):
        said = discord.say("こんにちは", user=demo.TARO, channel=CHANNEL)["id"]
        left, refused = await posted(messages, "残された会"), await posted(messages, "開いている会")
        shown.append(refused)  # Discord has refused its edit
        await orphans.sweep(demo.GUILD_ID)
        assert {said, left, refused} <= discord.world.messages.keys()
        discord.advance(OVER_AN_HOUR)
        young = await posted(messages, "いま出した会")
        await orphans.sweep(demo.GUILD_ID)
        there = [message["id"] for message in discord.messages_in(CHANNEL)]
        assert [each for each in there if each in {said, left, refused, young}] == [
            *(said, refused, young)
        ]
        assert left not in discord.world.channels, "its thread is gone too"
