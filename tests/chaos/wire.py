"""A wire between services and a server, on which everything may take longer."""

import asyncio
import contextlib

STEP_SECONDS = 1e-6  # two timers of the same moment have no order


class Wire:
    """Passes bytes to a server and back, each `delay_seconds` later, in their order."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self.delay_seconds = 0.0
        self.port = 0
        # A connection is collected while both ends wait for room, if nothing refers to it.
        self._joined = set[asyncio.Task[None]]()

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def through(self, url: str) -> str:
        """Return the address of the server by way of this wire."""
        return url.replace(f":{self._behind}/", f":{self.port}/")

    def close(self) -> None:
        """Take no more connections."""
        self._server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        joined = asyncio.create_task(self._join(reader, writer))
        self._joined.add(joined)
        joined.add_done_callback(self._joined.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._behind)
        except OSError:
            writer.transport.abort()  # the server is away
            return
        await asyncio.gather(self._pass(reader, to_server), self._pass(from_server, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop, last = asyncio.get_running_loop(), 0.0
        with contextlib.suppress(OSError):
            while part := await reader.read(1 << 16):
                last = max(loop.time() + self.delay_seconds, last + STEP_SECONDS)
                loop.call_at(last, writer.write, part)
        loop.call_at(max(loop.time(), last + STEP_SECONDS), writer.close)
