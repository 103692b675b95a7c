"""A gateway hears what is done to threads, and asks only a service that knows how tickets stand."""

import asyncio
from pathlib import Path

import aio_pika
import disnake
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.gateway.features.tickets.drift import TicketDrift
from shared.broker import Broker
from shared.messages.registry import read
from shared.messages.tickets.commands import RestateTickets
from shared.sealing import Sealer
from tests.conftest import Site
from tests.keys import SEALING_KEYS


def deleted(thread_id: str) -> disnake.RawThreadDeleteEvent:
    thread = {"id": thread_id, "guild_id": "1", "parent_id": "2", "type": 12}
    return disnake.RawThreadDeleteEvent(thread)  # type: ignore[arg-type]  # as Discord sends it


async def first_command(site: Site) -> object:
    """Take the first message from the queue of the tickets service."""
    async with await aio_pika.connect(site.rabbitmq_url("tickets")) as connection:
        queue = await (await connection.channel()).get_queue("tickets.commands", ensure=False)
        async with asyncio.timeout(30), queue.iterator() as messages:
            message = await anext(messages)
            await message.ack()
            return read(message.body).body


async def test_services_of_the_release_before_are_not_asked_about_tickets(
    site: Site, tmp_path: Path
) -> None:
    """They would put the command among the dead letters."""
    answers = iter([{"invitations": []}, {"invitations": [], "restates_tickets": True}])

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(next(answers))

    app = web.Application()
    app.router.add_get("/api/guilds/1/places", answer)
    broker = await Broker.connect(site.rabbitmq_url("gateway"))
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        publisher = Publisher(broker, Spool(tmp_path, Sealer.of(SEALING_KEYS)))
        drift = TicketDrift(disnake.Client(), publisher, api)
        await drift.thread_deleted(deleted("11"))
        await api.places("1")
        await drift.thread_deleted(deleted("12"))
        await api.places("1")  # the services have been replaced
        await drift.thread_deleted(deleted("13"))
        command = await first_command(site)
        assert isinstance(command, RestateTickets)
        assert command.ticket_ids == ("13",)
        await publisher.drain()
        await api.close()
    await broker.close()
