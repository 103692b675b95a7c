"""What handlers tell of participants: an event and a version for each."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from services.invitations.sql import invitations, participants
from shared.database import Connection
from shared.messages.envelope import Actor
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import ParticipantEvent

Kind: TypeAlias = Callable[..., ParticipantEvent]
"""A participant's event that lacks only the state, and who."""


async def promote(connection: Connection, invitation_id: str, seats: int) -> Sequence[Actor]:
    """Give seats of a locked invitation to the first members in the queue, and return them."""
    return [await participants.promote_first(connection, invitation_id) for _ in range(seats)]


async def participant_events(
    connection: Connection,
    invitation_id: str,
    who_did_what: Sequence[tuple[Actor, Kind]],
) -> list[ParticipantEvent]:
    """Give each event a version of its own."""
    events = []
    for member, kind in who_did_what:
        state = await invitations.next_version(connection, invitation_id)
        events.append(kind(invitation=state, user_id=member.user_id, user_name=member.name))
    return events


class Change(NamedTuple):
    """What a member did where nobody waits, and how many seats more are taken since."""

    where: str
    who: Actor
    did: Kind
    seats: int


async def events_of(connection: Connection, changes: Sequence[Change]) -> list[ParticipantEvent]:
    """Give each of what was written at once an event and a version of its own, in their order."""
    if not changes:
        return []
    states = await invitations.count_changes(connection, Counter(each.where for each in changes))
    events = []
    for each in reversed(changes):
        state = states[each.where]
        events.append(each.did(invitation=state, user_id=each.who.user_id, user_name=each.who.name))
        states[each.where] = _before(state, each.seats)
    return events[::-1]


def _before(state: InvitationState, seats: int) -> InvitationState:
    """Go back to how an open invitation stood before a change that took so many seats."""
    joined_count = state.joined_count - seats
    earlier = {
        "version": state.version - 1,
        "joined_count": joined_count,
        "status": "full" if joined_count >= state.max_participants else "recruiting",
    }
    return state.model_copy(update=earlier)
