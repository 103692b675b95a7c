"""Hands each event to the part of the gateway that shows its owner's."""

from collections.abc import Mapping

from shared.dispatch import Handle, Handled
from shared.messages.envelope import Envelope


def by_service(handlers: Mapping[str, Handle]) -> Handle:
    """Choose by the first part of a message's name; one active consumer serves all owners."""

    async def handle(envelope: Envelope) -> Handled:
        return await handlers[envelope.name.partition(".")[0]](envelope)

    return handle
