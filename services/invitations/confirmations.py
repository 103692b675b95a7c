"""Presses that take something away: refused until the actor has confirmed what they take.

Each code begins with `confirm_`; the gateway asks, and sends the command again with the answer.
"""

from services.invitations.domain import Invitation
from shared.messages.invitations.commands import CancelInvitation, LeaveInvitation, ShowInterest
from shared.messages.invitations.details import Part
from shared.refusal import Refused


def ask_before_interest(
    invitation: Invitation, command: ShowInterest, current: Part | None
) -> None:
    """Refuse a bookmark that would replace a seat or a place in the queue."""
    if current == command.gives_up:
        return
    if current == "joined":
        raise Refused("confirm_interest_seat", invitation_id=invitation.id)
    if current == "waitlisted":
        raise Refused("confirm_interest_queue", invitation_id=invitation.id)


def ask_before_leave(
    invitation: Invitation, command: LeaveInvitation, current: Part | None
) -> None:
    """Refuse to give up a seat or a place in the queue while others wait."""
    if current == command.gives_up:
        return
    waiting = invitation.waitlisted_count
    if current == "joined" and waiting:
        raise Refused("confirm_leave_seat", invitation_id=invitation.id, waiting=waiting)
    if current == "waitlisted" and waiting > 1:
        raise Refused("confirm_leave_queue", invitation_id=invitation.id)


def ask_before_cancel(invitation: Invitation, command: CancelInvitation) -> None:
    """Refuse for more participants and waiting members than the actor has confirmed."""
    joined, waiting = invitation.joined_count, invitation.waitlisted_count
    if joined + waiting > command.for_people:
        why, event = command.reason, invitation.id
        # One line, so that the test of the texts can read it.
        raise Refused(
            "confirm_cancel", invitation_id=event, joined=joined, waiting=waiting, reason=why
        )
