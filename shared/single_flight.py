"""Single flight: one run at a time for each key, and at most one more after it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context, copy_context
from typing import Generic, NamedTuple, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ResultT = TypeVar("ResultT")


class _Round(NamedTuple, Generic[ResultT]):
    """Those who share a run; what it logs is about the first."""

    context: Context
    answers: list[asyncio.Future[ResultT]]


class SingleFlight(Generic[KeyT, ResultT]):
    """Runs a job per key, never twice at once; who asks during a run shares the next one."""

    def __init__(
        self, job: Callable[[KeyT], Awaitable[ResultT]], *, every_seconds: float = 0.0
    ) -> None:
        """Take the job, which is given the key, and how far apart a key's runs begin at least."""
        self._job = job
        self._every_seconds = every_seconds
        self._running: dict[KeyT, asyncio.Task[None]] = {}
        self._waiting: dict[KeyT, _Round[ResultT]] = {}

    async def run(self, key: KeyT) -> ResultT:
        """Wait for a run that begins after this call; its failure is raised to all who share it."""
        shared = self._waiting.get(key)
        if shared is None:
            shared = self._waiting[key] = _Round(copy_context(), [])
        # One for each: who stops waiting must not stop the others' run.
        answer: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        shared.answers.append(answer)
        if key not in self._running:
            self._begin(key)
        return await answer

    def is_awaited(self, key: KeyT) -> bool:
        """Tell whether a run will follow the present one."""
        return key in self._waiting

    def _begin(self, key: KeyT) -> None:
        context = self._waiting[key].context
        self._running[key] = asyncio.create_task(self._work(key), context=context)

    async def _work(self, key: KeyT) -> None:
        next_at = asyncio.get_running_loop().time() + self._every_seconds
        answers = self._waiting.pop(key).answers
        try:
            result = await self._job(key)
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait
            for answer in answers:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for answer in answers:
                if not answer.done():
                    answer.set_result(result)
        finally:
            for answer in answers:
                answer.cancel()  # if the run was
            await asyncio.sleep(next_at - asyncio.get_running_loop().time())
            del self._running[key]
            if key in self._waiting:
                self._begin(key)
