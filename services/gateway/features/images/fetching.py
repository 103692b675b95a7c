"""Fetches a picture that a member has uploaded, and hands it to the service part by part.

Discord's addresses expire within hours, so the picture itself is stored. One gateway does this,
from a reply, because every gateway hears the press.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid5

import aiohttp
import structlog
from yarl import URL

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.handlers import handles
from services.gateway.discord.rest import DISCORD_AWAY, DiscordBusy
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.images import (
    PART_BYTES,
    DiscardImage,
    ImageKind,
    ImageOffered,
    OfferedImage,
    SaveImagePart,
)

CDN = {"cdn.discordapp.com", "media.discordapp.net"}
TIMEOUT_SECONDS = 20
# A picture and its parts are in memory: all that a member may offer at once is more than there is.
MOST_AT_ONCE = 2
# Then the member hears of it; a token lives for fifteen minutes.
GIVE_UP_AFTER = timedelta(minutes=10)
TURN_SECONDS = 3.0  # then it waits at the broker, and holds no place of other replies
SERVER_ERRORS, TOO_MANY, FOUND = 500, 429, 200

log = structlog.get_logger()


class UnusableImageError(Exception):
    """What Discord gives is not the picture that was offered; `code` says how."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
        self.code = code


class ImageFetcher:
    """Fetches pictures, in whichever gateway gets the reply."""

    def __init__(self, broker: Broker, api: InvitationsApi, discord_api_url: str) -> None:
        """Take Discord's address, whose own host may give pictures too."""
        self._broker = broker
        self._api = api
        self._own = URL(discord_api_url)
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        # A picture is compressed already, and what is unpacked can be larger than it may be.
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    @handles(ImageOffered)
    async def fetch(self, envelope: Envelope, offered: ImageOffered) -> None:
        """Publish a picture in parts; a repeated reply publishes the same commands again.

        Raises TimeoutError while others are being fetched, and ApiUnavailable: parts that pile up
        while the database is away would be more than the service's memory when it is back.
        """
        async with self._turn():
            if await self._api.image(offered.guild_id, offered.image.name) is None:
                await self._fetch(envelope, offered)

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with asyncio.timeout(TURN_SECONDS):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def _fetch(self, envelope: Envelope, offered: ImageOffered) -> None:
        actor = offered.by.model_copy(update={"guild_id": offered.guild_id})
        name = offered.image.name
        about: dict[str, Any] = {"actor": actor, "guild_id": offered.guild_id, "name": name}
        try:
            content = await self.download(offered.image)
        except UnusableImageError as error:
            log.warning("image.refused", image=name, code=error.code)
            discard = DiscardImage(**about, code=error.code)
            await self._publish(envelope, discard, "discard")
            return
        except DISCORD_AWAY:
            if datetime.now(UTC) < envelope.sent_at + GIVE_UP_AFTER:
                raise
            log.warning("image.given_up", image=name)
            await self._publish(envelope, DiscardImage(**about, code="image_gone"), "discard")
            return
        for number, first in zip(count(), range(0, len(content), PART_BYTES), strict=False):
            part = base64.b64encode(content[first : first + PART_BYTES]).decode()
            command = SaveImagePart(**about, part=number, content=part)
            await self._publish(envelope, command, f"part {number}")
        log.info("image.fetched", image=name, bytes=len(content))

    async def _publish(self, envelope: Envelope, command: Command, purpose: str) -> None:
        caused = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, caused.name, caused)

    async def download(self, image: OfferedImage) -> bytes:
        """Return the bytes of a picture; raises UnusableImageError, and what is worth a retry."""
        url = URL(image.url, encoded=True)
        if url.host not in CDN and url.origin() != self._own.origin():
            raise UnusableImageError(code="image_unreadable")
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status >= SERVER_ERRORS or response.status == TOO_MANY:
                raise DiscordBusy(str(response.status))
            if response.status != FOUND:
                raise UnusableImageError(code="image_gone")
            try:
                content = await response.content.readexactly(image.size)
            except EOFError:
                raise UnusableImageError(code="image_unreadable") from None
            if not response.content.at_eof() and await response.content.read(1):
                raise UnusableImageError(code="image_unreadable")
        if kind_of(content) != image.kind:
            raise UnusableImageError(code="image_unreadable")
        return content


def kind_of(content: bytes) -> ImageKind | None:
    """Return what a file is by its first bytes; a name can say anything."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return None
