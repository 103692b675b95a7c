"""One registry of the messages that services send: `@handles` names what a method handles."""

from collections.abc import Awaitable, Callable
from inspect import getmembers, ismethod
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from services.gateway.discord.request_limits import Spender, spending_for
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
    """Calls the methods that handle the class of a message, or the nearest of its base classes."""

    def __init__(self, *parts: object, are_events: bool = False) -> None:
        """Take the parts, in their order.

        Each part hears an event, and none has to. A reply is handled once: by the part that names
        the nearest class.
        """
        self._are_events = are_events
        self._parts = [_methods(part) for part in parts]

    async def handle(self, envelope: Envelope) -> Handled:
        """Handle one message; raises TypeError for a reply that no part handles."""
        bases = type(envelope.body).__mro__
        found = [
            (bases.index(kind), methods[kind])
            for methods in self._parts
            if (kind := next((base for base in bases if base in methods), None))
        ]
        if not self._are_events:
            if not found:
                raise TypeError(envelope.name)
            found = [min(found, key=itemgetter(0))]
        # Who may publish such a message has been checked (shared/origins.py).
        service, _, _ = envelope.name.partition(".")
        with spending_for(Spender(service, _guild_of(envelope.body))):
            for _, method in found:
                await method(envelope, envelope.body)
        return "done"


def _guild_of(body: Message) -> str | None:
    """Return the guild that a message is about, as its service says."""
    about = (body, *(getattr(body, name, None) for name in ("invitation", "ticket", "guild")))
    return next((found for each in about if (found := getattr(each, "guild_id", None))), None)


def _methods(part: object) -> dict[type, Bound]:
    methods = (method for _, method in getmembers(part, ismethod))
    return {kind: method for method in methods for kind in KINDS.get(method.__func__, ())}
