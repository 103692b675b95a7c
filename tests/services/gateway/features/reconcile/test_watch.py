"""What a replica hears while it cannot say so is looked at later."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import aio_pika
import disnake
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.gateway.features.reconcile.watch import DriftWatch
from services.gateway.features.tickets.drift import TicketDrift
from shared.broker import Broker
from shared.messages.envelope import Envelope
from shared.messages.gateway.events import InvitationDoubted
from shared.messages.invitations.guilds import GuildSettingsChanged, GuildView
from shared.messages.invitations.repairs import InvitationPlace, InvitationPlaces
from shared.messages.registry import read
from shared.sealing import Sealer
from shared.tasks import end
from tests.conftest import Site
from tests.keys import SEALING_KEYS

SETTINGS = GuildView(guild_id="1", announcement_channel_id="3", staff_channel_id="4")


def place(invitation_id: str, *, is_owed: bool = False) -> InvitationPlace:
    ids = dict.fromkeys(("id", "announcement_id", "thread_id"), invitation_id)
    return InvitationPlace(**ids, status="recruiting", channel_id="2", host_id="9", is_owed=is_owed)


async def doubted(site: Site, count: int) -> list[str]:
    """Take messages from the queue of the gateway that acts, until so many doubt an invitation."""
    found = []
    async with await aio_pika.connect(site.rabbitmq_url("gateway")) as connection:
        queue = await (await connection.channel()).get_queue("gateway.events", ensure=False)
        async with asyncio.timeout(30), queue.iterator() as messages:
            while len(found) < count:
                message = await anext(messages)
                body = read(message.body).body
                if isinstance(body, InvitationDoubted):
                    found.append(body.invitation_id)
                await message.ack()
    return found


@asynccontextmanager
async def watching(
    site: Site, folder: Path, answers: Callable[[], list[InvitationPlace] | None]
) -> AsyncIterator[DriftWatch]:
    """Give a watch that reads the places of guild 1 from an API that answers so; None is a 503."""

    async def answer(_request: web.Request) -> web.Response:
        found = answers()
        if found is None:
            return web.Response(status=503)
        return web.Response(text=InvitationPlaces(invitations=found).model_dump_json())

    async def settings(_request: web.Request) -> web.Response:
        return web.Response(text=SETTINGS.model_dump_json())

    app = web.Application()
    app.router.add_get("/api/guilds/1/places", answer)
    app.router.add_get("/api/guilds/1/settings", settings)
    broker = await Broker.connect(site.rabbitmq_url("gateway"))
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        client = disnake.Client()
        publisher = Publisher(broker, Spool(folder, Sealer.of(SEALING_KEYS)))
        tickets = TicketDrift(client, publisher, api)
        watch = DriftWatch(client, api, broker, GuildSettingsCopy(api), tickets)
        running = asyncio.create_task(watch.run())
        try:
            yield watch
        finally:
            await end(running)
            await api.close()
            await broker.close()


async def test_a_change_that_is_heard_while_the_api_is_away_is_looked_at_when_it_is_back(
    site: Site, tmp_path: Path
) -> None:
    """The whole guild is: which of its invitations it was about cannot be asked any more."""
    answers = iter([None, *[[place("11"), place("12")]] * 2])
    async with watching(site, tmp_path, lambda: next(answers)) as watch:
        await watch.doubt("1", lambda at: at.id == "12")  # the API is away
        assert await doubted(site, 2) == ["12", "11"]
        await watch.doubt("1", lambda at: at.id == "12")
        assert await doubted(site, 1) == ["12"]


async def test_what_was_missed_until_a_second_ready_does_not_wait_for_the_round_of_the_first(
    site: Site, tmp_path: Path
) -> None:
    """A round of a guild with 200 events takes 100 seconds."""
    there = [place(str(number)) for number in range(1000, 1200)]
    guild = cast("disnake.Guild", disnake.Object(1))
    async with watching(site, tmp_path, lambda: there) as watch:
        await watch.look_at_guild(guild)
        assert await doubted(site, 2) == ["1199", "1198"]
        there.append(place("1200"))
        await watch.look_at_guild(guild)
        found = await doubted(site, 1)
        while found[-1] not in ("1200", "1000"):
            found += await doubted(site, 1)
        assert found[-1] == "1200"


@pytest.mark.parametrize("chosen", [3, 4])
async def test_what_could_not_be_posted_is_looked_at_when_the_chosen_channel_changes(
    site: Site, tmp_path: Path, chosen: int
) -> None:
    """A panel that was never posted names no channel, an announcement the one that is gone."""
    there = [place("11"), place("12", is_owed=True)]
    async with watching(site, tmp_path, lambda: there) as watch:
        await watch.settings_changed(*said(GuildSettingsChanged(guild=SETTINGS)))
        assert await doubted(site, 2) == ["12", "11"]
        await watch.channel_deleted(channel(5))  # another one
        await watch.channel_updated(channel(chosen), channel(chosen))
        await watch.channel_deleted(channel(2))  # where both stand
        assert await doubted(site, 3) == ["12", "12", "11"]


def said(event: GuildSettingsChanged) -> tuple[Envelope, GuildSettingsChanged]:
    return Envelope.first(event), event


def channel(channel_id: int) -> disnake.TextChannel:
    there = SimpleNamespace(id=channel_id, guild=disnake.Object(1))
    return cast("disnake.TextChannel", there)
