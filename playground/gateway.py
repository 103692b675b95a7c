"""Serve Discord's gateway: sessions that identify, beat, receive events, drop and resume."""

import asyncio
import json

from aiohttp import WSMsgType, web

from playground.close_codes import ENDING_SESSIONS, Close
from playground.gateway_payloads import guild_create, guilds_of, ready
from playground.intents import (
    GUILDS,
    KNOWN_INTENTS,
    MESSAGE_CONTENT,
    forbidden_intents,
    receivers,
)
from playground.member_chunks import chunks
from playground.refusals import Payload
from playground.sessions import Connection, Session
from playground.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, BEAT = 1, 2, 6, 7, 9, 10, 11
ASK_FOR_MEMBERS = 8
OPCODES = {HEARTBEAT, IDENTIFY, 3, 4, RESUME, ASK_FOR_MEMBERS, 31}  # a client may send these
ENDING_CODES = (1000, 1001)
RESUMABLE_SECONDS = 180.0  # "a few minutes" on the real one
LARGEST_FRAME_BYTES = 4096
VERSIONS = {"6", "7", "8", "9", "10"}
MOST_GUILDS = 2500  # for one shard
WHOLE = [0, 1]  # the shard of a client that names none


def decoded(raw: str | bytes) -> Payload | None:
    """Read a client's frame; None for one that Discord cannot read."""
    try:
        frame = json.loads(raw) if len(raw) <= LARGEST_FRAME_BYTES else None
    except ValueError:
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("op"), int) else None


class Gateway:
    """Hold every session; those of one shard each receive all that happens in its guilds."""

    def __init__(self, world: World, token: str, heartbeat_seconds: float) -> None:
        self._world = world
        self._token = token
        self._heartbeat_ms = int(heartbeat_seconds * 1000)
        self._sessions: dict[str, Session] = {}
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.late_beat_seconds = max(heartbeat_seconds / 2, 10.0)  # on a machine that is busy
        self.resumes = 0
        self.beats = 0
        world.emit_to_sessions = self.emit

    @property
    def connected(self) -> list[Connection]:
        """List the connections that have a session."""
        sessions = self._sessions.values()
        return [s.connection for s in sessions if s.connection is not None]

    def emit(self, event: str, payload: Payload) -> int:
        """Send an event to every session that it is for; count those connected now."""
        self._forget_lost_sessions()
        wanting = receivers(self._world, list(self._sessions.values()), event, payload)
        for session in wanting:
            session.dispatch(event, self._readable(event, payload, session.intents))
        return sum(session.connection is not None for session in wanting)

    def _readable(self, event: str, payload: Payload, intents: int) -> Payload:
        """Leave out what others wrote, for a session that did not ask for it."""
        is_readable = not event.startswith("MESSAGE_") or "author" not in payload
        return (
            payload if is_readable or intents & MESSAGE_CONTENT else self._world.wordless(payload)
        )

    def _forget_lost_sessions(self) -> None:
        now = self._world.clock.now()
        for session in list(self._sessions.values()):
            if session.lost_at is not None and now - session.lost_at > RESUMABLE_SECONDS:
                del self._sessions[session.id]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one websocket from HELLO to its close."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, self._speaks, is_compressed=compressed)
        if request.query.get("v", "10") not in VERSIONS:
            await self._end(connection, Close.INVALID_VERSION)
            return socket
        connection.tell(HELLO, {"heartbeat_interval": self._heartbeat_ms})
        writer = asyncio.create_task(connection.write())
        try:
            async with asyncio.timeout(self._patience_seconds) as connection.patience:
                async for frame in socket:
                    if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                        await self._hear(connection, frame.data)
        except TimeoutError:  # the client has missed a heartbeat
            await self._end(connection, Close.TIMED_OUT)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._closed(connection)
        return socket

    @property
    def _patience_seconds(self) -> float:
        return self._heartbeat_ms / 1000 + self.late_beat_seconds

    async def _end(self, connection: Connection, close: Close) -> None:
        """End a connection; most codes end the session, too."""
        if connection.session is not None and close in ENDING_SESSIONS:
            self._sessions.pop(connection.session.id, None)
        await connection.socket.close(code=close.code, message=close.reason)

    async def _hear(self, connection: Connection, raw: str | bytes) -> None:
        frame = decoded(raw)
        if frame is None:
            await self._end(connection, Close.UNDECODABLE)
        elif close := self._objection(connection, frame):
            await self._end(connection, close)
        elif frame["op"] == HEARTBEAT:
            now = asyncio.get_running_loop().time()
            connection.patience.reschedule(now + self._patience_seconds)
            self.beats += 1
            connection.tell(BEAT)
        elif frame["op"] == IDENTIFY:
            self._identify(connection, frame["d"])
        elif frame["op"] == RESUME:
            await self._resume(connection, frame["d"])
        elif frame["op"] == ASK_FOR_MEMBERS and connection.session is not None:
            for chunk in chunks(self._world, connection.session, frame["d"]):
                connection.session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _objection(self, connection: Connection, frame: Payload) -> Close | None:
        """Give the close code for a frame that Discord does not take."""
        op, wish = frame["op"], frame.get("d")
        if connection.is_flooding():
            return Close.TOO_MANY
        if op not in OPCODES:
            return Close.UNKNOWN_OPCODE
        if op not in (IDENTIFY, RESUME):
            is_early = connection.session is None and op != HEARTBEAT
            return Close.NOT_AUTHENTICATED if is_early else None
        if connection.session is not None:
            return Close.ALREADY_AUTHENTICATED
        return self._objection_to_wish(op, wish) if isinstance(wish, dict) else Close.UNDECODABLE

    def _objection_to_wish(self, op: int, wish: Payload) -> Close | None:
        """Give the close code for a token, shard or intents that Discord does not take."""
        token = str(wish.get("token")).removeprefix("Bot ")  # as some clients send it
        if token != self._token or self._world.session_limits.is_token_reset:
            return Close.AUTHENTICATION_FAILED
        if op == RESUME:
            return None
        self._world.session_limits.count()
        shard = wish.get("shard") or WHOLE
        number, count = shard
        if not 0 <= number < count:
            return Close.INVALID_SHARD
        if len(guilds_of(self._world, shard)) > MOST_GUILDS:
            return Close.SHARDING_REQUIRED
        intents = int(wish.get("intents", -1))
        if not 0 <= intents <= KNOWN_INTENTS:
            return Close.INVALID_INTENTS
        return Close.DISALLOWED_INTENTS if intents & forbidden_intents(self._world) else None

    def _identify(self, connection: Connection, wish: Payload) -> None:
        shard = wish.get("shard") or WHOLE
        if self._world.session_limits.is_too_soon(shard[0]):
            connection.tell(INVALID, about=False)
            self._world.changes.announce()
            return
        session = Session(int(wish["intents"]), shard)
        self._sessions[session.id] = session
        self._join(connection, session)
        host = connection.socket._req.host if connection.socket._req else ""  # noqa: SLF001 - see abort
        greeting = ready(self._world, session.id, host, wish.get("shard"))
        session.dispatch("READY", greeting)
        if session.intents & GUILDS:
            channels = self._world.by_guild()
            for guild in guilds_of(self._world, session.shard):
                payload = guild_create(self._world, guild, channels[guild.id])
                session.dispatch("GUILD_CREATE", payload)
        self._world.changes.announce()

    @property
    def identifies(self) -> int:
        """Count the IDENTIFYs, also those that were refused."""
        return self._world.session_limits.identifies

    async def _resume(self, connection: Connection, wish: Payload) -> None:
        self.resumes += 1
        session = self._sessions.get(wish.get("session_id", ""))
        if session is None:
            connection.tell(INVALID, about=False)
            return
        if int(wish.get("seq") or 0) > session.sequence:
            del self._sessions[session.id]
            await self._end(connection, Close.INVALID_SEQUENCE)
            return
        self._join(connection, session)
        for sequence, raw in session.events:
            if sequence > int(wish.get("seq") or 0):
                connection.send(raw)
        session.dispatch("RESUMED", {})
        self._world.changes.announce()

    def _join(self, connection: Connection, session: Session) -> None:
        connection.session = session
        session.connection = connection
        session.lost_at = None

    def _closed(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        session.lost_at = self._world.clock.now()
        is_ended = connection.socket.close_code in ENDING_CODES
        if is_ended and not connection.keeps_session:
            self._sessions.pop(session.id, None)
        self._world.changes.announce()

    async def drop(self, code: int | None = None, *, ends_sessions: bool = False) -> int:
        """Break every connection: with a close code, or without a word; count them."""
        connections = self.connected
        for connection in connections:
            connection.keeps_session = not ends_sessions
            if ends_sessions and connection.session:
                self._sessions.pop(connection.session.id, None)
            if code is None:
                connection.abort()
            else:
                await connection.socket.close(code=code)
        return len(connections)

    def fall_silent(self) -> None:
        """Say nothing any more, to new connections neither, and leave all of them open."""
        self._speaks.clear()

    def speak(self) -> None:
        """Say all that was not said meanwhile, and go on."""
        self._speaks.set()

    def ask_to_reconnect(self) -> None:
        """Tell every client to come back and resume (op 7)."""
        for connection in self.connected:
            connection.keeps_session = True
            connection.tell(RECONNECT)

    def invalidate(self) -> None:
        """Tell every client that its session is gone (op 9)."""
        for connection in self.connected:
            if connection.session is not None:
                self._sessions.pop(connection.session.id, None)
            connection.tell(INVALID, about=False)
