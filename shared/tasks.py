"""Background tasks that end by an error nobody expected."""

import asyncio
from pathlib import Path
from typing import Any

import structlog

OURS = Path(__file__).parents[1]
PACKAGES = ("services", "shared")

log = structlog.get_logger()


class TaskGuard:
    """An asyncio exception handler; readiness fails once a task of ours has ended by an error.

    asyncio calls it for a task whose error nothing awaits, and for a callback that raises. A
    library's own tasks may end so whenever a connection breaks, and are only logged.
    """

    def __init__(self) -> None:
        """Begin well."""
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
