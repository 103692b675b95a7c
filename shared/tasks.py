"""Background tasks: loops that run as long as the process, and errors that nothing awaits."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from shared.errors import is_server_error

OURS = Path(__file__).parents[1]
CANCEL_AGAIN_SECONDS = 1.0
PACKAGES = ("services", "shared")

log = structlog.get_logger()


async def forever(
    name: str,
    step: Callable[[], Awaitable[object]],
    *,
    every_seconds: float = 0.0,
    pause_seconds: float = 0.0,
) -> None:
    """Run a step again and again; after an error of a server it pauses, any other is raised."""
    while True:
        wait_seconds = every_seconds
        try:
            await step()
        except Exception as error:
            if not is_server_error(error):
                raise
            event = f"{name}.paused"
            log.warning(event, reason=type(error).__name__)
            wait_seconds = max(every_seconds, pause_seconds)
        await asyncio.sleep(wait_seconds)


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until each has ended; what they raise is ignored.

    One cancellation may get lost: `asyncio.wait_for` of Python before 3.12, which aiormq uses,
    returns a result that came in the same moment, and a ROLLBACK that fails on a dead session
    raises its own error.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_SECONDS)


class TaskGuard:
    """An asyncio exception handler; readiness fails once a task of ours has ended by an error.

    asyncio calls it for a task whose error nothing awaits, and for a callback that raises. A
    library's own tasks may end so whenever a connection breaks, and are only logged.
    """

    def __init__(self) -> None:
        self.is_well = True

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what ended, and remember whether it was ours."""
        error = context.get("exception")
        task = context.get("task") or context.get("future")
        if isinstance(task, asyncio.Task) and _is_ours(task):
            self.is_well = False
            log.critical("task.failed", task=task.get_name(), exc_info=error)
            return
        log.error("loop.failed", reason=context.get("message"), exc_info=error)


def _is_ours(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    path = Path(code.co_filename) if code else Path()
    return path.is_relative_to(OURS) and path.relative_to(OURS).parts[0] in PACKAGES
