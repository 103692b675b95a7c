"""What a replica hears while it cannot say so is looked at later."""

import asyncio
from pathlib import Path

import aio_pika
import disnake
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.gateway.features.reconcile.watch import DriftWatch
from services.gateway.features.tickets.drift import TicketDrift
from shared.broker import Broker
from shared.messages.gateway.events import InvitationDoubted
from shared.messages.invitations.repairs import InvitationPlace, InvitationPlaces
from shared.messages.registry import read
from shared.sealing import Sealer
from tests.conftest import Site
from tests.keys import SEALING_KEYS


def place(invitation_id: str) -> InvitationPlace:
    ids = dict.fromkeys(("id", "announcement_id", "thread_id"), invitation_id)
    return InvitationPlace(**ids, status="recruiting", channel_id="2", host_id="9")


async def doubted(site: Site, count: int) -> list[str]:
    """Take so many messages from the queue of the gateway that acts."""
    found = []
    async with await aio_pika.connect(site.rabbitmq_url("gateway")) as connection:
        queue = await (await connection.channel()).get_queue("gateway.events", ensure=False)
        async with asyncio.timeout(30), queue.iterator() as messages:
            while len(found) < count:
                message = await anext(messages)
                body = read(message.body).body
                assert isinstance(body, InvitationDoubted)
                found.append(body.invitation_id)
                await message.ack()
    return found


async def test_a_change_that_is_heard_while_the_api_is_away_is_looked_at_when_it_is_back(
    site: Site, tmp_path: Path
) -> None:
    """The whole guild is: which of its invitations it was about cannot be asked any more."""
    answers = iter([None, *[InvitationPlaces(invitations=[place("11"), place("12")])] * 2])

    async def answer(_request: web.Request) -> web.Response:
        found = next(answers)
        return web.Response(text=found.model_dump_json()) if found else web.Response(status=503)

    app = web.Application()
    app.router.add_get("/api/guilds/1/places", answer)
    broker = await Broker.connect(site.rabbitmq_url("gateway"))
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        client = disnake.Client()
        publisher = Publisher(broker, Spool(tmp_path, Sealer.of(SEALING_KEYS)))
        tickets = TicketDrift(client, publisher, api)
        watch = DriftWatch(client, api, broker, GuildSettingsCopy(api), tickets)
        await watch.doubt("1", lambda at: at.id == "12")  # the API is away
        running = asyncio.create_task(watch.run())
        assert await doubted(site, 2) == ["12", "11"]
        await watch.doubt("1", lambda at: at.id == "12")
        assert await doubted(site, 1) == ["12"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await api.close()
    await broker.close()
