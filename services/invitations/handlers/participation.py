"""What the invitations service does when members come, wait and go."""

from collections.abc import Sequence
from functools import partial

from services.invitations import repository
from services.invitations.handlers.telling import Kind, participant_events, promote
from shared.database import Connection
from shared.dispatch import Outcome, accepted
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


async def join_invitation(command: JoinInvitation, connection: Connection) -> Outcome:
    """Give a member a seat while there is one."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_join(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "joined")
    return await _participant_outcome(command, connection, ParticipantJoined)


async def join_waitlist(command: JoinWaitlist, connection: Connection) -> Outcome:
    """Let a member wait for a seat, and tell the place in the queue: the last."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_wait(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "waitlisted")
    place = invitation.waitlisted_count + 1
    return await _participant_outcome(command, connection, ParticipantWaitlisted, place=place)


async def show_interest(command: ShowInterest, connection: Connection) -> Outcome:
    """Give a member a bookmark; a seat, if there was one, goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_interest(command.actor, current)
    await repository.save_participant(connection, invitation.id, command.actor, "interested")
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    interested = partial(ParticipantInterested, gave_up=current)
    return await _participant_outcome(command, connection, interested, promoted)


async def leave_invitation(command: LeaveInvitation, connection: Connection) -> Outcome:
    """Take back a member's part; a seat goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id, command.actor)
    current = await repository.participation(connection, invitation.id, command.actor.user_id)
    invitation.check_leave(current)
    await repository.delete_participant(connection, invitation.id, command.actor.user_id)
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    left = partial(ParticipantLeft, gave_up=current)
    return await _participant_outcome(command, connection, left, promoted)


async def _participant_outcome(
    command: JoinInvitation | JoinWaitlist | ShowInterest | LeaveInvitation,
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
