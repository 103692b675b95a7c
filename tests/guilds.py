"""Gives a guild settings, as members who manage it would choose them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground import demo
from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.invitations.sql import guilds
from shared.messages.invitations.guilds import GuildChanges, GuildView


async def set_up(url: str, guild_id: str = demo.GUILD_ID, **changes: Any) -> None:
    """Store settings of a guild past the service, by the address of its database."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "invitations"})
    async with connection.transaction():
        before = await guilds.lock(connection, guild_id)
        values = GuildChanges(**changes).values
        after = before.model_copy(update={**values, "version": before.version + 1})
        await guilds.change(connection, after)
    await connection.close()


@asynccontextmanager
async def copy_of(**settings: Any) -> AsyncIterator[GuildSettingsCopy]:
    """Give a gateway's copy of an API in which every guild has these settings."""

    async def answer(request: web.Request) -> web.Response:
        view = GuildView(guild_id=request.match_info["guild_id"], version=1, **settings)
        return web.Response(text=view.model_dump_json())

    app = web.Application()
    app.router.add_get("/api/guilds/{guild_id}/settings", answer)
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        yield GuildSettingsCopy(api)
        await api.close()
