"""The gateway's copy of settings: asked seldom, kept while the API is away, and bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.local.instance import free_ports
from services.gateway.clients.guild_settings import FRESH_SECONDS, GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from shared.messages.invitations.guilds import GuildView

LONG = 3600.0


class SettingsApi:
    """An API that counts its readers, and fails in the ways that a real one does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.was_asked = asyncio.Event()
        self.version = 1
        self.status = 200
        self.answers = asyncio.Event()
        self.answers.set()

    async def answer(self, request: web.Request) -> web.Response:
        guild_id = request.match_info["guild_id"]
        self.asked.append(guild_id)
        self.was_asked.set()
        view = GuildView(guild_id=guild_id, version=self.version)
        await self.answers.wait()
        return web.Response(text=view.model_dump_json(), status=self.status)


@asynccontextmanager
async def served(port: int, api: SettingsApi) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/api/guilds/{guild_id}/settings", api.answer)
    async with TestServer(app, port=port):
        yield
        api.answers.set()  # what hangs still would keep the server from ending


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
async def client(port: int) -> AsyncIterator[InvitationsApi]:
    client = InvitationsApi(f"http://127.0.0.1:{port}", "token")
    yield client
    await client.close()


async def test_a_fresh_copy_is_not_asked_for_again(port: int, client: InvitationsApi) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=LONG)
    async with served(port, api):
        assert [(await copy.of("1")).version for _ in range(3)] == [1, 1, 1]
        assert (await copy.of("2")).guild_id == "2"
    assert api.asked == ["1", "2"]
    assert FRESH_SECONDS <= 3


async def test_an_old_copy_is_replaced_before_it_is_used(port: int, client: InvitationsApi) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=0)
    async with served(port, api):
        assert (await copy.of("1")).version == 1
        api.version = 2
        assert (await copy.of("1")).version == 2


async def test_all_who_ask_at_once_share_one_read(port: int, client: InvitationsApi) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=LONG)
    async with served(port, api):
        views = await asyncio.gather(*(copy.of("1") for _ in range(50)))
    assert {view.version for view in views} == {1}
    assert api.asked == ["1"]


@pytest.mark.parametrize("fault", ["away", "hangs", "fails"])
async def test_the_last_known_settings_stand_while_the_api_does_not_answer(
    port: int, client: InvitationsApi, fault: str
) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=0)
    async with served(port, api):
        assert (await copy.of("1")).version == 1
        api.version = 2
        if fault == "hangs":
            api.answers.clear()
        if fault != "away":
            api.status = 503
            assert (await copy.of("1")).version == 1
            with pytest.raises(ApiUnavailable):
                await copy.of("2")
    if fault == "away":
        assert (await copy.of("1")).version == 1
        with pytest.raises(ApiUnavailable):
            await copy.of("2")
    api.status = 200
    async with served(port, api):
        assert (await copy.of("1")).version == 2


async def test_an_api_that_hangs_is_asked_no_more_often_than_one_that_answers(
    port: int, client: InvitationsApi
) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=LONG)
    async with served(port, api):
        known = await copy.of("1")
        kept = copy._copies  # noqa: SLF001 - no test waits for a copy to get old
        kept["1"] = kept["1"]._replace(asked_at=kept["1"].asked_at - LONG)
        api.asked.clear()
        api.answers.clear()
        for _ in range(20):
            assert await copy.of("1") == known
        assert api.asked == ["1"]


async def test_only_the_guilds_asked_for_last_are_kept(port: int, client: InvitationsApi) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=LONG, most_guilds=2)
    async with served(port, api):
        for guild_id in ("1", "2", "1", "3", "1", "2"):
            assert (await copy.of(guild_id)).guild_id == guild_id
    assert api.asked == ["1", "2", "3", "2"]


async def test_the_newest_settings_replace_the_copy_also_for_a_slower_older_read(
    port: int, client: InvitationsApi
) -> None:
    api, copy = SettingsApi(), GuildSettingsCopy(client, fresh_seconds=LONG)
    held = api.answers
    held.clear()
    async with served(port, api):
        slow = asyncio.create_task(copy.of("1"))
        await api.was_asked.wait()
        api.version, api.answers = 2, asyncio.Event()
        api.answers.set()
        assert (await copy.newest("1")).version == 2
        held.set()
        await slow
        assert (await copy.of("1")).version == 2
    assert len(api.asked) == 2
