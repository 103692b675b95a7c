"""Faults on demand: wrong answers, broken connections, delays, and hooks at exact moments."""

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from playground.changes import Changes
from playground.exchange import Exchange
from playground.rate_limits import Scope

Hook: TypeAlias = Callable[[Exchange], Any]


@dataclass(eq=False)
class Fault:
    """One thing that goes wrong with the calls it matches.

    ``answer``/``reset`` happen before the call is applied, or with ``is_applied`` after it was.
    The hook runs right after the call was applied: before its response is sent ("applied") or
    after ("sent").
    """

    changes: Changes
    method: str | None = None
    template: str | None = None
    where: Callable[[Exchange], bool] | None = None
    times: int | None = 1
    skip: int = 0
    answer: int | None = None
    code: int = 0
    message: str = "fault on demand"
    retry_after_seconds: float = 0.5
    scope: Scope = "user"
    reset: bool = False
    is_applied: bool = False
    delay_seconds: float = 0.0
    hook: Hook | None = None
    when: Literal["applied", "sent"] = "applied"
    hits: int = 0

    def strikes(self, exchange: Exchange) -> bool:
        """Say whether this call is hit, and count it."""
        if self.method not in (None, exchange.method):
            return False
        if self.template not in (None, exchange.template, exchange.path):
            return False
        if self.where is not None and not self.where(exchange):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self.hits += 1
        self.changes.announce()
        return True

    async def struck(self, times: int = 1, timeout_seconds: float = 20.0) -> None:
        """Wait until the fault has hit so many calls."""
        await self.changes.wait_for(
            lambda: self.hits >= times or None,
            timeout_seconds,
            lambda: f"the fault hit {self.hits} of {times} calls",
        )

    async def run_hook(self, exchange: Exchange) -> None:
        """Call the hook, and wait for it when it is asynchronous."""
        if self.hook is not None:
            result = self.hook(exchange)
            if inspect.isawaitable(result):
                await result


class Faults:
    """The faults a test has ordered."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._ordered: list[Fault] = []

    def add(self, **what: Any) -> Fault:  # noqa: ANN401 - the fields of Fault, checked by it
        """Order a fault; the arguments are the fields of ``Fault``."""
        fault = Fault(self._changes, **what)
        self._ordered.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Order it no more."""
        self._ordered.remove(fault)

    def clear(self) -> None:
        """Order nothing any more."""
        self._ordered.clear()

    async def striking(self, exchange: Exchange) -> Fault | None:
        """Find the first fault that hits this call, after its delay."""
        for fault in self._ordered:
            if fault.strikes(exchange):
                if fault.delay_seconds:
                    await asyncio.sleep(fault.delay_seconds)
                return fault
        return None
