"""HTTP listeners that half-open connections cannot shut out."""

import asyncio
import contextlib
import os
import resource
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import cast

from aiohttp import web
from prometheus_client import Counter, Gauge

from shared.http_metrics import HttpMetrics
from shared.settings import OperatorMistake

# A request's head must be here by then. aiohttp has a limit only for the time between requests.
HEAD_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15.0
MOST_CONNECTIONS = 1_000
BACKLOG = 1_024
HEAD_END = b"\r\n\r\n"

HTTP_CONNECTIONS = Gauge(
    "http_connections", "Open connections of HTTP clients, by listener.", ["listener"]
)
HTTP_CONNECTIONS_CLOSED = Counter(
    "http_connections_closed_total",
    "Connections closed because no request came, or because there were too many.",
    ["listener", "reason"],
)


class Connections:
    """The open connections of one listener, the least recently used first."""

    def __init__(self, listener: str) -> None:
        self._listener = listener
        self._open: OrderedDict[_Connection, None] = OrderedDict()
        # Each listener leaves files for the others, the database and the broker.
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = min(MOST_CONNECTIONS, files // 4)
        HTTP_CONNECTIONS.labels(listener=listener).set_function(lambda: len(self._open))

    def opened(self, connection: "_Connection") -> None:
        """Count a connection; too many of them close the one that was silent the longest."""
        if len(self._open) >= self._most:
            oldest, _ = self._open.popitem(last=False)
            self.close(oldest, "too many")
        self._open[connection] = None

    def used(self, connection: "_Connection") -> None:
        """Note that a connection is not silent."""
        if connection in self._open:
            self._open.move_to_end(connection)

    def closed(self, connection: "_Connection") -> None:
        """Forget a connection."""
        self._open.pop(connection, None)

    def close(self, connection: "_Connection", reason: str) -> None:
        """Close a connection at once."""
        HTTP_CONNECTIONS_CLOSED.labels(listener=self._listener, reason=reason).inc()
        connection.transport.abort()


class _Connection(asyncio.Protocol):
    """Stands before aiohttp's own protocol and watches what arrives."""

    transport: asyncio.Transport

    def __init__(self, inner: asyncio.Protocol, connections: Connections) -> None:
        self._inner = inner
        self._connections = connections
        self._tail: bytes | None = b""  # of the first head, until it has ended
        self._timer: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(HEAD_SECONDS, self._connections.close, self, "no request")
        self._connections.opened(self)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._connections.used(self)
        if self._tail is not None:
            seen = self._tail + data
            self._tail = None if HEAD_END in seen else seen[-len(HEAD_END) :]
            if self._tail is None:
                self._timer.cancel()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._connections.closed(self)
        self._inner.connection_lost(exc)


@contextlib.asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, setting: str
) -> AsyncIterator[None]:
    """Answer an application's routes; raises OperatorMistake if the port cannot be listened on.

    At the end requests in progress have three seconds.
    """
    runner = web.AppRunner(
        *(app,),
        access_log_class=HttpMetrics,
        shutdown_timeout=3,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    await runner.setup()
    connections = Connections(setting.removesuffix("_PORT").lower())
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(_inner(runner), connections), host, port, backlog=BACKLOG
        )
    except OSError as error:
        await runner.cleanup()
        reason = os.strerror(error.errno or 0).lower()
        raise OperatorMistake(
            f"{setting} {port} on {host} cannot be listened on: {reason}."
        ) from None
    try:
        yield
    finally:
        server.close()
        await runner.cleanup()


def _inner(runner: web.AppRunner) -> asyncio.Protocol:
    assert runner.server is not None  # noqa: S101 - set up
    return runner.server()
