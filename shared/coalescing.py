"""Work that covers everybody who asked before it began: one run now, at most one more after."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ResultT = TypeVar("ResultT")


class Coalesced(Generic[KeyT, ResultT]):
    """Runs a job per key, never twice at once; who asks during a run shares the next one."""

    def __init__(self, job: Callable[[KeyT], Awaitable[ResultT]]) -> None:
        """Take the job; it is given the key."""
        self._job = job
        self._running: dict[KeyT, asyncio.Task[ResultT]] = {}
        self._waiting: dict[KeyT, asyncio.Task[ResultT]] = {}

    async def run(self, key: KeyT) -> ResultT:
        """Wait for a run that begins after this call; its failure is raised to all who share it."""
        task = self._waiting.get(key)
        if task is None:
            task = asyncio.create_task(self._after(key, self._running.get(key)))
            # Its failure belongs to who waits; when none does any more, asyncio would call it lost.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._waiting[key] = task
        # Who stops waiting must not stop the others' run.
        return await asyncio.shield(task)

    def is_awaited(self, key: KeyT) -> bool:
        """Tell whether a run will follow the present one."""
        return key in self._waiting

    async def _after(self, key: KeyT, before: asyncio.Task[ResultT] | None) -> ResultT:
        if before is not None:
            await asyncio.wait({before})  # its failure is told to those who asked for it
        own = self._waiting.pop(key)
        self._running[key] = own
        try:
            return await self._job(key)
        finally:
            del self._running[key]
