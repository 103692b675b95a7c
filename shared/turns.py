"""Some of a pool's connections, for which those wait who may wait."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.database import Connection, Pool, Reader

ResultT = TypeVar("ResultT")


class Turns:
    """Hands a connection to who waits longest: back into the pool and out would cost a tenth."""

    def __init__(self, pool: Pool, most: int) -> None:
        """Take the pool, and how many connections of it may be taken at once."""
        self._pool = pool
        self._left = most
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()

    async def ask(self, question: Callable[[Reader], Awaitable[ResultT]]) -> ResultT:
        """Answer a question when it is its turn."""
        connection = await self._take()
        try:
            result = await question(connection)
        except BaseException:
            # The pool knows whether it can be used again.
            await self._give_back(connection)
            raise
        if not self._hand_on(connection):
            await self._give_back(connection)
        return result

    async def _take(self) -> Connection:
        connection = await self._turn()
        if connection is not None:
            return connection
        try:
            return await self._pool.acquire()
        except BaseException:
            self._end_turn()
            raise

    async def _turn(self) -> "Connection | None":
        """Wait for a connection, or for leave to take one from the pool."""
        if self._left:
            self._left -= 1
            return None
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                await self._pass_on(turn.result())
            raise

    async def _pass_on(self, connection: "Connection | None") -> None:
        if connection is None:
            self._end_turn()
        elif not self._hand_on(connection):
            await self._give_back(connection)

    async def _give_back(self, connection: Connection) -> None:
        try:
            await self._pool.release(connection)
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if not self._hand_on(None):
            self._left += 1

    def _hand_on(self, connection: "Connection | None") -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False
