"""A background task that ends with an unexpected error is noticed."""

import asyncio
import contextlib
import gc
from collections.abc import Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared import tasks
from shared.relay import Relay
from shared.tasks import TaskGuard, end


def guard_after(work: Coroutine[Any, Any, None]) -> TaskGuard:
    """Run a loop in which a task ends whose error nothing awaits."""
    guard = TaskGuard()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(guard)
        ended = asyncio.Event()
        task = loop.create_task(work)
        task.add_done_callback(lambda _: ended.set())
        del task
        await asyncio.wait_for(ended.wait(), 30)
        gc.collect()

    asyncio.run(main())
    return guard


def test_a_task_of_ours_that_fails_turns_readiness_red() -> None:
    nothing: Any = None
    with capture_logs() as lines:
        assert not guard_after(Relay(nothing, nothing).run()).is_well
    [line] = lines
    assert line["event"] == "task.failed"
    assert isinstance(line["exc_info"], AttributeError)


def test_a_task_of_a_library_that_fails_is_only_logged() -> None:
    async def fail() -> None:
        raise ConnectionResetError

    with capture_logs() as lines:
        assert guard_after(fail()).is_well
    [line] = lines
    assert line["event"] == "loop.failed"
    assert isinstance(line["exc_info"], ConnectionResetError)


def test_a_task_that_ends_well_changes_nothing() -> None:
    async def end() -> None:
        await asyncio.sleep(0)

    assert guard_after(end()).is_well


async def test_a_task_ends_although_a_library_loses_a_cancellation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The consumer's watch met it in a whole run: its answer came as it was cancelled."""
    monkeypatch.setattr(tasks, "CANCEL_AGAIN_SECONDS", 0.05)
    answers = iter([asyncio.get_running_loop().create_future() for _ in range(3)])
    waiting = asyncio.Event()

    async def ask() -> None:
        for answer in answers:
            waiting.set()
            with contextlib.suppress(asyncio.CancelledError):
                await answer
        await asyncio.sleep(600)

    task = asyncio.create_task(ask())
    await waiting.wait()
    async with asyncio.timeout(30):
        await end(task)
    assert task.cancelled()
    assert list(answers) == []


async def test_the_error_of_a_task_that_ends_is_not_raised() -> None:
    async def fail() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            raise ConnectionResetError

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await end(task)
    assert isinstance(task.exception(), ConnectionResetError)
    await end(task, task)
