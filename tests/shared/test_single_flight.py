"""Callers that ask before a run begins share that run."""

import asyncio
import gc
from contextvars import ContextVar

import pytest

from shared.single_flight import SingleFlight


class Work:
    """A job that ends when it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gate = asyncio.Event()
        self.failures: list[Exception] = []

    async def __call__(self, key: str) -> int:
        self.begun.append(key)
        number = len(self.begun)
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop()
        return number


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_callers_that_arrive_during_a_run_share_the_next_one() -> None:
    work = Work()
    edits = SingleFlight(work)
    first = asyncio.create_task(edits.run("a"))
    await settle()
    later = [asyncio.create_task(edits.run("a")) for _ in range(20)]
    await settle()
    assert work.begun == ["a"], "one key is never worked on twice at once"
    work.gate.set()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 20, "a run that had begun covers nobody who asks"


async def test_runs_of_one_key_keep_their_distance_and_the_first_waits_for_nothing() -> None:
    begun: list[tuple[str, float]] = []

    async def work(key: str) -> None:
        begun.append((key, asyncio.get_running_loop().time()))

    edits = SingleFlight(work, every_seconds=0.1)
    await asyncio.gather(*(edits.run(key) for key in "abab"))
    await asyncio.gather(*(edits.run("a") for _ in range(20)))
    assert [key for key, _ in begun] == ["a", "b", "a"]
    (_, first), (_, other), (_, second) = begun
    assert other - first < 0.1 <= second - first


async def test_a_run_has_the_context_of_the_first_caller_that_waits_for_it() -> None:
    """So what it logs names the message that caused it."""
    cause: ContextVar[str] = ContextVar("cause")
    causes: list[str] = []
    gate = asyncio.Event()

    async def work(_key: str) -> None:
        causes.append(cause.get())
        await gate.wait()

    async def ask(name: str) -> None:
        cause.set(name)
        await edits.run("a")

    edits = SingleFlight(work)
    tasks = []
    for name in ("first", "second", "third"):
        tasks.append(asyncio.create_task(ask(name)))
        await settle()
    gate.set()
    await asyncio.gather(*tasks)
    assert causes == ["first", "second"]


async def test_other_keys_do_not_wait() -> None:
    work = Work()
    edits = SingleFlight(work)
    tasks = [asyncio.create_task(edits.run(key)) for key in "ab"]
    await settle()
    assert work.begun == ["a", "b"]
    work.gate.set()
    await asyncio.gather(*tasks)


async def test_a_failure_reaches_only_the_callers_that_share_the_run() -> None:
    work = Work()
    edits = SingleFlight(work)
    first = asyncio.create_task(edits.run("a"))
    await settle()
    second = asyncio.create_task(edits.run("a"))
    await settle()
    work.failures = [OSError("away")]
    work.gate.set()
    with pytest.raises(OSError, match="away"):
        await first
    assert await second == 2


async def test_a_failure_that_no_caller_waits_for_raises_no_alarm() -> None:
    alarms: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: alarms.append(context))
    work = Work()
    waiting = asyncio.create_task(SingleFlight(work).run("a"))
    await settle()
    waiting.cancel()
    await asyncio.wait([waiting])
    del waiting  # asyncio raises the alarm when the last reference goes
    work.failures = [OSError("away")]
    work.gate.set()
    await settle()
    gc.collect()
    asyncio.get_running_loop().set_exception_handler(None)
    assert work.begun == ["a"]
    assert alarms == []


async def test_a_caller_who_gives_up_does_not_stop_the_others() -> None:
    work = Work()
    edits = SingleFlight(work)
    tasks = [asyncio.create_task(edits.run("a")) for _ in range(2)]
    await settle()
    tasks[0].cancel()
    await settle()
    work.gate.set()
    assert await tasks[1] == 1
    assert work.begun == ["a"]
