"""What the invitations service does when host or staff decide on a member's part."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from services.invitations.domain import Invitation
from services.invitations.handlers.participant_events import Kind, participant_events, promote
from services.invitations.handlers.repetition import stop_series
from services.invitations.handlers.staffing import release
from services.invitations.sql import audit, invitations, participants
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import EditInvitation
from shared.messages.invitations.events import (
    CoHostLeft,
    InvitationEvent,
    ParticipantEvent,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
)
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant, WithdrawMember
from shared.rows import each_apart


async def add_participant(command: AddParticipant, connection: Connection) -> Outcome:
    """Give a member a seat at the wish of host or staff."""
    invitation = await invitations.lock_invitation(connection, command)
    member = Actor(user_id=command.user_id, name=command.user_name)
    current = await participants.part(connection, invitation.id, member)
    invitation.check_add(command.actor, member, current)
    choice = participants.Choice(invitation.id, member, command.pressed_at)
    await participants.save_parts(connection, [choice], "joined")
    await audit.write_down(connection, command, user_id=member.user_id)
    joined = partial(ParticipantJoined, by_id=command.actor.user_id)
    events = await participant_events(connection, invitation.id, [(member, joined)])
    return accepted(*events, invitation=events[-1].invitation, user_id=member.user_id)


async def remove_participant(command: RemoveParticipant, connection: Connection) -> Outcome:
    """Take a member out at the wish of host or staff; a seat goes to the first in the queue."""
    invitation = await invitations.lock_invitation(connection, command)
    member = Actor(user_id=command.user_id, name=command.user_name)
    current = await participants.part(connection, invitation.id, member)
    invitation.check_remove(command.actor, current)
    await participants.delete_participants(connection, [(invitation.id, member)])
    await audit.write_down(connection, command, user_id=member.user_id, part=str(current))
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    left = partial(ParticipantLeft, gave_up=current, by_id=command.actor.user_id)
    who_did_what: list[tuple[Actor, Kind]] = [(member, left)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    events = await participant_events(connection, invitation.id, who_did_what)
    taken = {"choice": "passed_on" if promoted else str(current), "user_id": member.user_id}
    return accepted(*events, invitation=events[-1].invitation, **taken)


async def withdraw_member(command: WithdrawMember, connection: Connection) -> Outcome:
    """Take a member who left the guild out of its open events.

    They are in charge of none any more, and no co-host. What they host stays for staff, and is the
    last of its series. Who was there until the end stays in the list of those who came.
    """
    member, left_at = command.actor, command.left_at

    async def withdraw(invitation: Invitation) -> Sequence[InvitationEvent]:
        events: list[InvitationEvent] = []
        if invitation.staff and invitation.staff.user_id == member.user_id:
            events.append(await release(connection, invitation.id, invitation.staff))
        if member.user_id in invitation.co_host_ids:
            events.append(await co_host_left(connection, invitation, member))
        if invitation.host_id == member.user_id:
            events += await stop_series(connection, invitation.id)
        return [*events, *await take_out(connection, invitation, member, until=left_at)]

    found = await participants.lock_involved(connection, member.user_id, command.guild_id)
    still_open = [invitation for invitation in found if not invitation.has_ended]
    return Outcome(await each_apart(connection, still_open, withdraw, lambda each: each.id))


async def give_up_parts(
    connection: Connection, command: EditInvitation, co_host_ids: Sequence[str]
) -> Sequence[ParticipantEvent]:
    """Take the co-hosts of an event out of its seats and its queue: as the host, they have none."""
    events: list[ParticipantEvent] = []
    for member in await participants.among(connection, command.invitation_id, co_host_ids):
        # Locked by this transaction already: the counts are those after the member before.
        invitation = await invitations.lock_invitation(connection, command)
        events += await take_out(connection, invitation, member)
    return events


async def co_host_left(connection: Connection, invitation: Invitation, member: Actor) -> CoHostLeft:
    """Let a member be co-host of a locked event no longer."""
    state = await invitations.remove_co_host(connection, invitation.id, member.user_id)
    return CoHostLeft(invitation=state, user_id=member.user_id)


async def take_out(
    connection: Connection,
    invitation: Invitation,
    member: Actor,
    *,
    until: datetime | None = None,
) -> Sequence[ParticipantEvent]:
    """Take a member out of a locked event, and give their seat to the first in the queue.

    What they chose after `until` stays theirs.
    """
    part = await participants.take_back(connection, invitation.id, member.user_id, until)
    if part is None:
        return []
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(part))
    left = partial(ParticipantLeft, gave_up=part)
    who_did_what: list[tuple[Actor, Kind]] = [(member, left)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    return await participant_events(connection, invitation.id, who_did_what)
