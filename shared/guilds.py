"""A guild is a wall: what is asked in one guild is about that guild.

A command that names an invitation or a ticket is compared with the row's guild where the row is
locked. One that names a guild is compared here.
"""

from typing import Any

from shared.database import Connection
from shared.dispatch import Handler, Handlers, Outcome
from shared.messages.envelope import Actor
from shared.refusal import Refused


def walled(handlers: Handlers) -> Handlers:
    """Let handlers refuse a command that names another guild than the one it was pressed in."""
    return {
        kind: _walled(handler) if "guild_id" in kind.model_fields else handler
        for kind, handler in handlers.items()
    }


def _walled(handler: Handler) -> Handler:
    # Any: only kinds with a guild_id come here, and they share no class.
    async def handle(command: Any, connection: Connection) -> Outcome:  # noqa: ANN401
        if command.is_stranger_to(command.guild_id):
            raise Refused("not_found")
        return await handler(command, connection)

    return handle


def guild_of(actor: Actor) -> str:
    """Return the guild that a member pressed in; raises Refused for a direct message."""
    if actor.guild_id is None:
        raise Refused("not_found")
    return actor.guild_id
