"""Rule: whatever is at the address of a picture, it costs the gateway little and is refused."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

import aio_pika
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.clients.invitations_api import ApiUnavailable, InvitationsApi
from services.gateway.discord.rest import DiscordBusy
from services.gateway.features.images import fetching
from services.gateway.features.images.fetching import ImageFetcher, UnusableImageError
from shared.broker import Broker
from shared.messages.envelope import Envelope
from shared.messages.invitations.images import MOST_IMAGE_BYTES, ImageOffered, OfferedImage
from tests.builders import HOST
from tests.conftest import Site
from tests.keys import publisher

HEAD = b"\x89PNG\r\n\x1a\n"
PNG = HEAD + b"1234"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Cdn(NamedTuple):
    """A server of pictures, and the fetcher that takes it for Discord's and for the service's API.

    What has no answer here is 404, as a picture is that the service does not have yet.
    """

    fetcher: ImageFetcher
    server: TestServer
    answers: dict[str, Answer]

    def offered(self, path: str = "", size: int = len(PNG)) -> OfferedImage:
        url = str(self.server.make_url(f"/{path}"))
        return OfferedImage(id=uuid4(), kind="png", url=url, size=size)


@pytest.fixture
async def broker(site: Site) -> AsyncIterator[Broker]:
    broker = await publisher(site.rabbitmq_url("gateway"))
    yield broker
    await broker.close()


@pytest.fixture
async def cdn(broker: Broker) -> AsyncIterator[Cdn]:
    answers: dict[str, Answer] = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        known = answers.get(request.path.removeprefix("/"))
        return await known(request) if known else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        api = InvitationsApi(str(server.make_url("/")), "token")
        fetcher = ImageFetcher(broker, api, str(server.make_url("/api/v10")))
        yield Cdn(fetcher, server, answers)
        await fetcher.close()
        await api.close()


async def elsewhere(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://169.254.169.254/latest/meta-data")


async def without_end(request: web.Request) -> web.StreamResponse:
    """Send on as long as anybody reads."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(PNG)
    while True:
        await response.write(bytes(65536))


async def too_little(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=HEAD)


async def another_kind(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"GIF89a".ljust(len(PNG)))


async def packed(_request: web.Request) -> web.StreamResponse:
    content = gzip.compress(HEAD.ljust(MOST_IMAGE_BYTES, b"\0"))
    return web.Response(body=content, headers={"Content-Encoding": "gzip"})


async def test_the_file_at_the_address_is_read(cdn: Cdn) -> None:
    async def png(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=PNG)

    cdn.answers["png"] = png
    assert await cdn.fetcher.download(cdn.offered("png")) == PNG


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (elsewhere, "image_gone"),
        (without_end, "image_unreadable"),
        (too_little, "image_unreadable"),
        (another_kind, "image_unreadable"),
        (packed, "image_unreadable"),
    ],
)
async def test_a_hostile_answer_is_refused(cdn: Cdn, answer: Answer, code: str) -> None:
    cdn.answers["picture"] = answer
    size = MOST_IMAGE_BYTES if answer is packed else len(PNG)
    with pytest.raises(UnusableImageError, match=code):
        await cdn.fetcher.download(cdn.offered("picture", size))


async def test_few_pictures_are_in_memory_at_once_and_the_others_hold_no_place(
    cdn: Cdn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty uploads of one member were sixty times 4 MB in a container of 256."""
    monkeypatch.setattr(fetching, "TURN_SECONDS", 0.2)
    is_over, reading = asyncio.Event(), 0

    async def slow(_request: web.Request) -> web.StreamResponse:
        nonlocal reading
        reading += 1
        await is_over.wait()
        return web.Response(body=PNG)

    cdn.answers["slow"] = slow
    offers = [
        ImageOffered(guild_id="1", image=cdn.offered("slow"), by=HOST)
        for _ in range(3 * fetching.MOST_AT_ONCE)
    ]
    fetches = [
        asyncio.create_task(cdn.fetcher.fetch(Envelope.first(offer), offer)) for offer in offers
    ]
    done, pending = await asyncio.wait(fetches, timeout=10, return_when=asyncio.FIRST_EXCEPTION)
    while len(pending) > fetching.MOST_AT_ONCE:
        more, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        done |= more
    assert {type(each.exception()) for each in done} == {TimeoutError}
    assert reading == fetching.MOST_AT_ONCE
    is_over.set()
    await asyncio.gather(*pending)
    await cdn.fetcher.fetch(Envelope.first(offers[-1]), offers[-1])


async def test_nothing_is_fetched_while_the_service_cannot_store_it(cdn: Cdn) -> None:
    """The parts of seventeen pictures, parked while the database is away, fill the service."""
    reads = 0

    async def png(_request: web.Request) -> web.StreamResponse:
        nonlocal reads
        reads += 1
        return web.Response(body=PNG)

    async def away(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    async def stored(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=PNG)

    offer = ImageOffered(guild_id="1", image=cdn.offered("png"), by=HOST)
    own = f"api/guilds/1/images/{offer.image.name}"
    cdn.answers.update({"png": png, own: away})
    with pytest.raises(ApiUnavailable):
        await cdn.fetcher.fetch(Envelope.first(offer), offer)
    cdn.answers[own] = stored
    await cdn.fetcher.fetch(Envelope.first(offer), offer)
    assert reads == 0, "an earlier attempt has stored it"
    del cdn.answers[own]
    await cdn.fetcher.fetch(Envelope.first(offer), offer)
    assert reads == 1


async def test_a_picture_that_discord_does_not_give_is_given_up_while_the_member_can_be_answered(
    cdn: Cdn, site: Site
) -> None:
    """It was tried every second for a day, and the member read "thinking"."""

    async def away(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    cdn.answers["away"] = away
    offer = ImageOffered(guild_id="1", image=cdn.offered("away"), by=HOST)
    asked = Envelope.first(offer)
    with pytest.raises(DiscordBusy):
        await cdn.fetcher.fetch(asked, offer)
    old = asked.model_copy(update={"sent_at": datetime.now(UTC) - fetching.GIVE_UP_AFTER})
    await cdn.fetcher.fetch(old, offer)
    async with await aio_pika.connect(site.rabbitmq_url("invitations")) as connection:
        queue = await (await connection.channel()).get_queue("invitations.commands")
        async with asyncio.timeout(10), queue.iterator() as commands:
            incoming = await anext(commands)
            await incoming.ack()
    said = json.loads(incoming.body)
    assert (said["name"], said["body"]["code"]) == ("invitations.DiscardImage", "image_gone")
