"""Serve Discord's gateway: sessions that identify, beat, receive events, drop and resume."""

import asyncio
import json

from aiohttp import WSMsgType, web

from playground.gateway_payloads import guild_create, guilds_of, ready
from playground.intents import (
    GUILDS,
    KNOWN_INTENTS,
    MESSAGE_CONTENT,
    forbidden_intents,
    receivers,
)
from playground.refusals import Payload
from playground.sessions import Connection, Session
from playground.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, BEAT = 1, 2, 6, 7, 9, 10, 11
ENDING_CODES = (1000, 1001)
RESUMABLE_SECONDS = 180.0  # "a few minutes" on the real one
INVALID_SHARD, INVALID_INTENTS, DISALLOWED_INTENTS = 4010, 4013, 4014
OBJECTIONS = {
    INVALID_SHARD: b"Invalid shard.",
    INVALID_INTENTS: b"Invalid intent(s).",
    DISALLOWED_INTENTS: b"Disallowed intent(s).",
}
WHOLE = [0, 1]  # the shard of a client that names none


class Gateway:
    """Hold every session; those of one shard each receive all that happens in its guilds."""

    def __init__(self, world: World, token: str, heartbeat_seconds: float) -> None:
        self._world = world
        self._token = token
        self._heartbeat_ms = int(heartbeat_seconds * 1000)
        self._sessions: dict[str, Session] = {}
        self.resumes = 0
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
        connection = Connection(socket, is_compressed=compressed)
        connection.tell(HELLO, {"heartbeat_interval": self._heartbeat_ms})
        writer = asyncio.create_task(connection.write())
        try:
            async for frame in socket:
                if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._hear(connection, json.loads(frame.data))
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._closed(connection)
        return socket

    async def _hear(self, connection: Connection, frame: Payload) -> None:
        if frame["op"] == HEARTBEAT:
            connection.tell(BEAT)
        elif frame["op"] in (IDENTIFY, RESUME) and frame["d"]["token"] != self._token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
        elif frame["op"] == IDENTIFY and (code := self._objection(frame["d"])):
            await connection.socket.close(code=code, message=OBJECTIONS[code])
        elif frame["op"] == IDENTIFY:
            self._identify(connection, frame["d"])
        elif frame["op"] == RESUME:
            self._resume(connection, frame["d"])

    def _objection(self, wish: Payload) -> int | None:
        """Give the close code for a shard or intents that Discord does not take."""
        number, count = wish.get("shard") or WHOLE
        if not 0 <= number < count:
            return INVALID_SHARD
        intents = int(wish["intents"])
        if not 0 <= intents <= KNOWN_INTENTS:
            return INVALID_INTENTS
        return DISALLOWED_INTENTS if intents & forbidden_intents(self._world) else None

    def _identify(self, connection: Connection, wish: Payload) -> None:
        self._world.sessions_started += 1
        session = Session(int(wish["intents"]), wish.get("shard") or WHOLE)
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
        """Count the sessions that began."""
        return self._world.sessions_started

    def _resume(self, connection: Connection, wish: Payload) -> None:
        self.resumes += 1
        session = self._sessions.get(wish["session_id"])
        if session is None:
            connection.tell(INVALID, about=False)
            return
        self._join(connection, session)
        for sequence, raw in session.events:
            if sequence > wish["seq"]:
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
