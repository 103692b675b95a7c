"""The wire between a service and RabbitMQ, so that a test can cut it."""

import asyncio
import contextlib
import math
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Wire:
    """Passes bytes to a server and back until it is cut; a new connection is whole again."""

    def __init__(self, url: str) -> None:
        """Take the address behind the wire."""
        self._behind = urlsplit(url)
        self._ends: set[asyncio.StreamWriter] = set()
        self._stays_cut = False
        self._muted: set[asyncio.StreamWriter] = set()
        self._stays_mute = False
        self._frozen: set[asyncio.StreamWriter] = set()
        self._thaw = asyncio.Event()
        self._bytes_per_second = math.inf
        self.callers = 0
        self.url = ""
        self.asked = 0
        """How many times clients sent data to the server."""

    def cut(self, *, stays_cut: bool = False) -> None:
        """Break every connection at once, as a server does that dies, and perhaps each new one."""
        self._stays_cut = stays_cut
        for end in self._ends:
            end.transport.abort()

    def mute(self, *, stays_mute: bool = False) -> None:
        """Let the broker greet and live on as before, and never again be heard on a channel."""
        self._stays_mute = stays_mute
        self._muted |= self._ends

    def freeze(self) -> None:
        """Let nothing more through, not even a goodbye, on the connections that stand."""
        self._thaw.clear()
        self._frozen |= self._ends

    def narrow(self, bytes_per_second: float) -> None:
        """Limit the bytes a second to the server, as if its processor were busy."""
        self._bytes_per_second = bytes_per_second

    def heal(self) -> None:
        """Let everything through again."""
        self._stays_cut = False
        self._muted.clear()
        self._stays_mute = False
        self._frozen.clear()
        self._thaw.set()
        self._bytes_per_second = math.inf

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect who called with the server behind."""
        if self._stays_cut:
            writer.close()
            return
        self.callers += 1
        there = await asyncio.open_connection(self._behind.hostname, self._behind.port)
        self._ends |= {writer, there[1]}
        if self._stays_mute:
            self._muted.add(writer)
        is_broker = self._behind.scheme == "amqp"
        back = self._pass_frames if is_broker else self._pass
        await asyncio.gather(self._pass(reader, there[1], self._note), back(there[0], writer))
        self._ends -= {writer, there[1]}

    def _note(self) -> None:
        self.asked += 1

    async def _pass_frames(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Pass what the broker says, frame by frame, so that a channel's can be kept back."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readexactly(7)
                _, channel, size = struct.unpack("!BHI", head)
                rest = await reader.readexactly(size + 1)
                await self._thawed(writer)
                if channel == 0 or writer not in self._muted:
                    writer.write(head + rest)
        await self._thawed(writer)
        writer.close()

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        passed: Callable[[], None] = lambda: None,
    ) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(4096):
                passed()
                await asyncio.sleep(len(part) / self._bytes_per_second)
                await self._thawed(writer)
                writer.write(part)
        await self._thawed(writer)
        writer.close()

    async def _thawed(self, writer: asyncio.StreamWriter) -> None:
        if writer in self._frozen:
            await self._thaw.wait()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[Wire]:
    """Lay a wire in front of an address; `url` of what it gives leads through it."""
    laid = Wire(url)
    server = await asyncio.start_server(laid.join, "127.0.0.1", 0)
    parts = urlsplit(url)
    port = server.sockets[0].getsockname()[1]
    laid.url = parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")).geturl()
    try:
        yield laid
    finally:
        server.close()
        laid.cut()
        laid.heal()
        await server.wait_closed()
