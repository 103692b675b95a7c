"""What handlers tell of participants: an event and a version for each."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from services.invitations import participants, repository
from shared.database import Connection
from shared.messages.envelope import Actor
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import ParticipantEvent, ParticipantJoined

Kind: TypeAlias = Callable[..., ParticipantEvent]
"""A participant's event that lacks only the state, and who."""


async def promote(connection: Connection, invitation_id: str, seats: int) -> Sequence[Actor]:
    """Give seats of a locked invitation to who has waited longest; tell who they are."""
    return [await participants.promote_first(connection, invitation_id) for _ in range(seats)]


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


async def joined_events(
    connection: Connection, members: Sequence[tuple[str, Actor]]
) -> list[ParticipantJoined]:
    """Give each who has just joined an event and a version of their own, in their order."""
    if not members:
        return []
    to_tell = Counter(where for where, _ in members)
    states = await repository.count_changes(connection, to_tell)
    told = []
    for where, who in members:
        to_tell[where] -= 1
        state = _before_joins(states[where], to_tell[where])
        told.append(ParticipantJoined(invitation=state, user_id=who.user_id, user_name=who.name))
    return told


def _before_joins(state: InvitationState, joins: int) -> InvitationState:
    """Go back to how an invitation stood so many joins ago."""
    if not joins:
        return state
    earlier = {
        "version": state.version - joins,
        "joined_count": state.joined_count - joins,
        "status": "recruiting",  # nobody joins what is full
    }
    return state.model_copy(update=earlier)
