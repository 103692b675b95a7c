"""Rule: few pictures are in memory, however many announcements wait for Discord."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.bot import Bot
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.features.images.attached import MOST_AT_ONCE, Pictures
from shared.messages.invitations.events import InvitationDrafted
from tests import builders


async def test_a_picture_is_read_when_there_is_room_for_it() -> None:
    """Fifty series that go on at the same hour had fifty pictures in a container of 256 MB."""
    reads = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal reads
        reads += 1
        return web.Response(body=b"picture")

    app = web.Application()
    app.router.add_get("/api/guilds/1/images/{name}", answer)
    drafted = InvitationDrafted(
        request_id=uuid4(),
        guild_id="1",
        channel_id="2",
        host_id="3",
        host_name="主催",
        details=builders.draft().details,
        image=f"{uuid4().hex}.png",
    )
    async with TestServer(app) as server, AsyncExitStack() as posting:
        api, bot = InvitationsApi(str(server.make_url("/")), "token"), Bot("http://127.0.0.1:1/api")
        pictures = Pictures(Messages(bot.http), api)
        for _ in range(MOST_AT_ONCE):
            shown, attached = await posting.enter_async_context(pictures.of_draft(drafted))
            assert (shown, attached) == (drafted, (drafted.image, b"picture"))
        async with pictures.of_draft(drafted.model_copy(update={"image": None})) as (_, attached):
            assert attached is None, "one without a picture need not wait"
        late = asyncio.create_task(posting.enter_async_context(pictures.of_draft(drafted)))
        await asyncio.wait({late}, timeout=0.2)
        assert (late.done(), reads) == (False, MOST_AT_ONCE)
        await posting.aclose()
        await late
        assert reads == MOST_AT_ONCE + 1
        await api.close()
        await bot.close()
