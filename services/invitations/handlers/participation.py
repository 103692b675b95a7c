"""What the invitations service does when members come, wait and go."""

from collections.abc import Sequence
from functools import partial

from services.invitations import participants, repository
from services.invitations.domain import found_by
from services.invitations.handlers.telling import (
    Kind,
    joined_events,
    participant_events,
    promote,
)
from shared.database import Connection
from shared.dispatch import Outcome, Together, accepted
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.events import (
    ParticipantInterested,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
    ParticipantWaitlisted,
)
from shared.refusal import Refused


async def join_invitations(
    commands: Sequence[JoinInvitation], connection: Connection
) -> list[Outcome | Refused]:
    """Give members seats while there are any, in the order they came."""
    invitations = await repository.lock_invitations(
        connection, [command.invitation_id for command in commands]
    )
    parts = await participants.parts(connection, [_where_who(command) for command in commands])
    refused: dict[int, Refused] = {}
    for place, command in enumerate(commands):
        where, who = command.invitation_id, command.actor
        try:
            invitation = found_by(who, invitations.get(where))
            invitation.check_join(who, parts.get((where, who.user_id)))
        except Refused as refusal:
            refused[place] = refusal
        else:
            invitations[where] = invitation.with_one_more_seated()
            parts[where, who.user_id] = "joined"
    seated = [each for place, each in enumerate(commands) if place not in refused]
    await participants.save_parts(connection, [_where_who(each) for each in seated], "joined")
    told = iter(await joined_events(connection, [_where_who(each) for each in seated]))
    return [
        refused[place] if place in refused else _seated(next(told))
        for place in range(len(commands))
    ]


join_invitation = Together(join_invitations)


def _seated(event: ParticipantJoined) -> Outcome:
    return accepted(event, invitation=event.invitation)


def _where_who(command: JoinInvitation) -> tuple[str, Actor]:
    return command.invitation_id, command.actor


async def join_waitlist(command: JoinWaitlist, connection: Connection) -> Outcome:
    """Let a member wait for a seat, and tell the place in the queue: the last."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await participants.part(connection, invitation.id, command.actor)
    invitation.check_wait(command.actor, current)
    await participants.save_parts(connection, [(invitation.id, command.actor)], "waitlisted")
    place = invitation.waitlisted_count + 1
    return await _participant_outcome(command, connection, ParticipantWaitlisted, place=place)


async def show_interest(command: ShowInterest, connection: Connection) -> Outcome:
    """Give a member a bookmark; a seat, if there was one, goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await participants.part(connection, invitation.id, command.actor)
    invitation.check_interest(command.actor, current)
    await participants.save_parts(connection, [(invitation.id, command.actor)], "interested")
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    interested = partial(ParticipantInterested, gave_up=current)
    return await _participant_outcome(command, connection, interested, promoted)


async def leave_invitation(command: LeaveInvitation, connection: Connection) -> Outcome:
    """Take back a member's part; a seat goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await participants.part(connection, invitation.id, command.actor)
    invitation.check_leave(current)
    await participants.delete_participant(connection, invitation.id, command.actor.user_id)
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    left = partial(ParticipantLeft, gave_up=current)
    return await _participant_outcome(command, connection, left, promoted)


async def _participant_outcome(
    command: JoinWaitlist | ShowInterest | LeaveInvitation,
    connection: Connection,
    event: Kind,
    promoted: Sequence[Actor] = (),
    **details: int,
) -> Outcome:
    """Tell what a member did, then who was promoted by it; no event shows a seat in between."""
    who_did_what: list[tuple[Actor, Kind]] = [(command.actor, event)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    told = await participant_events(connection, command.invitation_id, who_did_what)
    return accepted(*told, invitation=told[-1].invitation, **details)
