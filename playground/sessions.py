"""A gateway client's session and its websocket: numbered events that survive a lost connection."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from typing import Any

from aiohttp import web

from playground.refusals import Payload

DISPATCH = 0
KEPT_EVENTS = 1000
MOST_FRAMES, FRAMES_SECONDS = 120, 60.0


def serialised(frame: Payload) -> bytes:
    """Write a frame as it goes over the wire, before compression."""
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False).encode()


class Session:
    """One client's session, which outlives its connection until it is ended."""

    def __init__(self, intents: int, shard: list[int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.events: deque[tuple[int, bytes]] = deque(maxlen=KEPT_EVENTS)
        self.connection: Connection | None = None
        self.lost_at: float | None = None

    def dispatch(self, event: str, payload: Any) -> None:  # noqa: ANN401 - RESUMED has no shape
        """Send a numbered event, also to a session that resumes later."""
        self.sequence += 1
        frame = {"op": DISPATCH, "t": event, "s": self.sequence, "d": payload}
        raw = serialised(frame)  # now, because what it tells of goes on changing
        self.events.append((self.sequence, raw))
        if self.connection is not None:
            self.connection.send(raw)


class Connection:
    """One websocket: frames leave in order, compressed by one stream."""

    def __init__(
        self, socket: web.WebSocketResponse, speaks: asyncio.Event, *, is_compressed: bool
    ) -> None:
        self.socket = socket
        self.is_compressed = is_compressed
        self.patience = asyncio.timeout(None)  # until the next heartbeat
        self._speaks = speaks
        self._heard_at: deque[float] = deque(maxlen=MOST_FRAMES + 1)
        self.session: Session | None = None
        self.keeps_session = False
        self._stream = zlib.compressobj() if is_compressed else None
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()

    def is_flooding(self) -> bool:
        """Count a frame of the client; say whether it is one too many for a minute."""
        now = asyncio.get_running_loop().time()
        self._heard_at.append(now)
        is_full = len(self._heard_at) > MOST_FRAMES
        return is_full and now - self._heard_at[0] < FRAMES_SECONDS

    def send(self, raw: bytes) -> None:
        """Put a frame on its way."""
        self._frames.put_nowait(raw)

    def tell(self, op: int, about: Any = None) -> None:  # noqa: ANN401 - each op has its own shape
        """Put a frame that is no event on its way."""
        self.send(serialised({"op": op, "d": about, "s": None, "t": None}))

    async def write(self) -> None:
        """Write frames until the socket closes."""
        while True:
            raw = await self._frames.get()
            await self._speaks.wait()
            if self._stream is None:
                await self.socket.send_str(raw.decode())
            else:
                packed = self._stream.compress(raw) + self._stream.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)

    def abort(self) -> None:
        """Break the TCP connection without a word."""
        transport = self.socket._req.transport if self.socket._req else None  # noqa: SLF001 - aiohttp has no public way to a websocket's transport
        if transport is not None:
            transport.abort()
