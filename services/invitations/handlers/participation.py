"""What the invitations service does when members come, wait and go."""

from collections.abc import Sequence
from functools import partial

from services.invitations.confirmations import ask_before_interest, ask_before_leave
from services.invitations.domain import Invitation, found_by
from services.invitations.handlers.participant_events import (
    Change,
    Kind,
    events_of,
    participant_events,
    promote,
)
from services.invitations.sql import invitations, participants
from services.invitations.sql.participants import Choice, Parts
from shared.database import Connection
from shared.dispatch import BatchHandler, Outcome, accepted
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.details import Part
from shared.messages.invitations.events import (
    ParticipantEvent,
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
    locked, parts = await _found(commands, connection)
    decided: dict[int, Outcome | Refused] = {}
    seated: list[Change] = []
    choices: list[Choice] = []
    for place, command in enumerate(commands):
        where, who = _where_who(command)
        try:
            invitation = found_by(command, locked.get(where))
            parts.check_not_erased(command)
            current = parts.held.get((where, who.user_id))
            invitation.check_join(who, current, command.pressed_at)
        except Refused as refused:
            decided[place] = refused
        else:
            locked[where] = invitation.with_one_more_seated()
            parts.held[where, who.user_id] = "joined"
            seated.append(Change(where, who, ParticipantJoined, seats=1))
            choices.append(Choice(where, who, command.pressed_at))
    await participants.save_parts(connection, choices, "joined")
    return _in_order(decided, await events_of(connection, seated))


async def leave_invitations(
    commands: Sequence[LeaveInvitation], connection: Connection
) -> list[Outcome | Refused]:
    """Take back members' parts, in the order they came."""
    locked, parts = await _found(commands, connection)
    decided: dict[int, Outcome | Refused] = {}
    gone: list[Change] = []
    for place, command in enumerate(commands):
        where, who = _where_who(command)
        try:
            invitation = found_by(command, locked.get(where))
            if invitation.waitlisted_count:
                decided[place] = await _pass_seat_on(command, connection)
                continue
            current = parts.held.get((where, who.user_id))
            invitation.check_leave(current)
        except Refused as refused:
            decided[place] = refused
        else:
            del parts.held[where, who.user_id]
            left = partial(ParticipantLeft, gave_up=current)
            gone.append(Change(where, who, left, seats=-1 if current == "joined" else 0))
    await participants.delete_participants(connection, [each[:2] for each in gone])
    return _in_order(decided, await events_of(connection, gone))


async def _pass_seat_on(command: LeaveInvitation, connection: Connection) -> Outcome:
    """Take back a part where others wait; only the database knows who is next."""
    invitation = await invitations.lock_invitation(connection, command)
    current = await participants.part(connection, invitation.id, command.actor)
    invitation.check_leave(current)
    ask_before_leave(invitation, command, current)
    await participants.delete_participants(connection, [_where_who(command)])
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    left = partial(ParticipantLeft, gave_up=current)
    given_up = _given_up(current, is_passed_on=bool(promoted))
    return await _participant_outcome(command, connection, left, promoted, **given_up)


join_invitation = BatchHandler(join_invitations)
leave_invitation = BatchHandler(leave_invitations)


async def _found(
    commands: Sequence[JoinInvitation] | Sequence[LeaveInvitation], connection: Connection
) -> tuple[dict[str, Invitation], Parts]:
    """Lock what is pressed on, and read what parts the members have there."""
    ids = [command.invitation_id for command in commands]
    locked = await invitations.lock_invitations(connection, ids)
    return locked, await participants.parts(connection, commands)


def _where_who(command: JoinInvitation | LeaveInvitation) -> tuple[str, Actor]:
    return command.invitation_id, command.actor


def _in_order(
    decided: dict[int, Outcome | Refused], events: Sequence[ParticipantEvent]
) -> list[Outcome | Refused]:
    """Return the decisions in their order, with the events in the places that have none."""
    left = iter(events)
    return [
        decided[place] if place in decided else _done(next(left))
        for place in range(len(decided) + len(events))
    ]


def _done(event: ParticipantEvent) -> Outcome:
    given_up = event.gave_up if isinstance(event, ParticipantLeft) else None
    return accepted(event, invitation=event.invitation, **_given_up(given_up))


def _given_up(part: Part | None, *, is_passed_on: bool = False) -> dict[str, str]:
    """Return what the answer says of a member's part, and whether a seat was passed on."""
    if not part:
        return {}
    return {"choice": "passed_on" if is_passed_on else part}


async def join_waitlist(command: JoinWaitlist, connection: Connection) -> Outcome:
    """Let a member wait for a seat, and tell the place in the queue: the last."""
    invitation = await invitations.lock_invitation(connection, command)
    current = await participants.own_part(connection, command)
    invitation.check_wait(command.actor, current, command.pressed_at)
    choice = Choice(invitation.id, command.actor, command.pressed_at)
    await participants.save_parts(connection, [choice], "waitlisted")
    place = invitation.waitlisted_count + 1
    return await _participant_outcome(command, connection, ParticipantWaitlisted, place=place)


async def show_interest(command: ShowInterest, connection: Connection) -> Outcome:
    """Give a member a bookmark; a seat that it gives up goes to the first in the queue."""
    invitation = await invitations.lock_invitation(connection, command)
    current = await participants.own_part(connection, command)
    invitation.check_interest(command.actor, current)
    ask_before_interest(invitation, command, current)
    choice = Choice(invitation.id, command.actor, command.pressed_at)
    await participants.save_parts(connection, [choice], "interested")
    promoted = await promote(connection, invitation.id, invitation.seats_passed_on(current))
    interested = partial(ParticipantInterested, gave_up=current)
    given_up = _given_up(current, is_passed_on=bool(promoted))
    return await _participant_outcome(command, connection, interested, promoted, **given_up)


async def _participant_outcome(
    command: JoinWaitlist | ShowInterest | LeaveInvitation,
    connection: Connection,
    event: Kind,
    promoted: Sequence[Actor] = (),
    **details: str | int,
) -> Outcome:
    """Tell what a member did, then who was promoted by it; no event shows a seat in between."""
    who_did_what: list[tuple[Actor, Kind]] = [(command.actor, event)]
    who_did_what += [(each, ParticipantPromoted) for each in promoted]
    events = await participant_events(connection, command.invitation_id, who_did_what)
    return accepted(*events, invitation=events[-1].invitation, **details)
