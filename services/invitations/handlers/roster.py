"""What the invitations service does when somebody else decides on a member's part."""

from functools import partial

from services.invitations import audit, repository
from services.invitations.handlers.telling import Kind, participant_events, promote
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.envelope import Actor
from shared.messages.invitations.events import (
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
)
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant


async def add_participant(command: AddParticipant, connection: Connection) -> Outcome:
    """Give a member a seat at the wish of host or staff."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    member = Actor(user_id=command.user_id, name=command.user_name)
    current = await repository.participation(connection, invitation.id, member.user_id)
    invitation.check_add(command.actor, member, current)
    await repository.save_participant(connection, invitation.id, member, "joined")
    await audit.write_down(connection, command, user_id=member.user_id)
    joined = partial(ParticipantJoined, by_id=command.actor.user_id)
    told = await participant_events(connection, invitation.id, [(member, joined)])
    return accepted(*told, invitation=told[-1].invitation, user_id=member.user_id)


async def remove_participant(command: RemoveParticipant, connection: Connection) -> Outcome:
    """Take a member out at the wish of host or staff; a seat goes to who waits first."""
    invitation = await repository.lock_invitation(connection, command.invitation_id)
    member = Actor(user_id=command.user_id, name=command.user_name)
    current = await repository.participation(connection, invitation.id, member.user_id)
    invitation.check_remove(command.actor, current)
    await repository.delete_participant(connection, invitation.id, member.user_id)
    await audit.write_down(connection, command, user_id=member.user_id, part=str(current))
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    left = partial(ParticipantLeft, gave_up=current, by_id=command.actor.user_id)
    who_did_what: list[tuple[Actor, Kind]] = [(member, left)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    told = await participant_events(connection, invitation.id, who_did_what)
    return accepted(*told, invitation=told[-1].invitation, user_id=member.user_id)
