"""One bell for the whole server: everyone who waits for something hears every change."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """Count the changes of the world and wake those who wait for one."""

    def __init__(self) -> None:
        self.revision = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def announce(self) -> None:
        """Wake everyone who waits."""
        self.revision += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def next(self) -> None:
        """Wait for the next change."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    async def wait_for(
        self,
        look: Callable[[], Found | None],
        timeout_seconds: float,
        describe: Callable[[], str],
    ) -> Found:
        """Check after every change until something is found; TimeoutError says what is there."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while (found := look()) is None:
                    await self.next()
                return found
        except TimeoutError:
            text = f"{describe()} (waited {timeout_seconds} s)"
            raise TimeoutError(text) from None
