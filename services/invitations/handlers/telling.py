"""What handlers tell of participants: an event and a version for each."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from services.invitations import repository
from shared.database import Connection
from shared.messages.envelope import Actor
from shared.messages.invitations.events import ParticipantEvent

Kind: TypeAlias = Callable[..., ParticipantEvent]
"""A participant's event that lacks only the state, and who."""


async def promote(connection: Connection, invitation_id: str, seats: int) -> Sequence[Actor]:
    """Give seats of a locked invitation to who has waited longest; tell who they are."""
    return [await repository.promote_first(connection, invitation_id) for _ in range(seats)]


async def participant_events(
    connection: Connection,
    invitation_id: str,
    who_did_what: Sequence[tuple[Actor, Kind]],
) -> list[ParticipantEvent]:
    """Give each event a version of its own."""
    told = []
    for who, kind in who_did_what:
        state = await repository.next_version(connection, invitation_id)
        told.append(kind(invitation=state, user_id=who.user_id, user_name=who.name))
    return told
