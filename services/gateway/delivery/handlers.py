"""One registry of the messages that services send: `@handles` names what a method handles."""

from collections.abc import Awaitable, Callable
from inspect import getmembers, ismethod
from typing import Any, TypeAlias, TypeVar

from shared.dispatch import Handled
from shared.messages.envelope import Envelope, Message

M = TypeVar("M", bound=Message)
Part = TypeVar("Part")
Method: TypeAlias = Callable[[Part, Envelope, M], Awaitable[None]]
Bound: TypeAlias = Callable[[Envelope, Any], Awaitable[None]]

KINDS: dict[Callable[..., Any], tuple[type[Message], ...]] = {}


def handles(*kinds: type[M]) -> Callable[[Method[Part, M]], Method[Part, M]]:
    """Register a method for messages of these classes, and of their subclasses."""

    def register(method: Method[Part, M]) -> Method[Part, M]:
        KINDS[method] = kinds
        return method

    return register


class Handlers:
    """Calls each part's method for the class of a message, or else for the nearest base class."""

    def __init__(self, *parts: object, ignores_others: bool = False) -> None:
        """Take the parts, in their order; `ignores_others` drops what no part handles."""
        self._ignores_others = ignores_others
        self._parts = [_methods(part) for part in parts]

    async def handle(self, envelope: Envelope) -> Handled:
        """Handle one message; raises TypeError for an unknown one."""
        bases = type(envelope.body).__mro__
        found = [
            methods[kind]
            for methods in self._parts
            if (kind := next((base for base in bases if base in methods), None))
        ]
        if not found and not self._ignores_others:
            raise TypeError(envelope.name)
        for method in found:
            await method(envelope, envelope.body)
        return "done"


def _methods(part: object) -> dict[type, Bound]:
    methods = (method for _, method in getmembers(part, ismethod))
    return {kind: method for method in methods for kind in KINDS.get(method.__func__, ())}
