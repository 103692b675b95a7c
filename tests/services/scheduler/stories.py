"""Canonical events of invitations, as the scheduler hears them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from shared.messages.envelope import Envelope
from shared.messages.invitations.details import InvitationState, Status
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationCompleted,
    InvitationEdited,
    InvitationEvent,
    InvitationPublished,
)
from shared.messages.invitations.reminding import Reminder

EventT = TypeVar("EventT", bound=InvitationEvent)


def from_now(seconds: float) -> datetime:
    """Give a moment in whole milliseconds, as the database keeps it."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def state(
    invitation_id: int,
    version: int,
    end_time: datetime,
    status: Status = "recruiting",
    reminder_minutes: int = 0,
    **sign_up: datetime,
) -> InvitationState:
    """Say how an invitation of one hour stands; nobody is to be reminded unless asked for."""
    return InvitationState(
        id=str(invitation_id),
        version=version,
        guild_id="1",
        channel_id="2",
        thread_id="3",
        host_id="4",
        host_name="ゆき",
        status=status,
        joined_count=0,
        event_name="朝の散歩",
        start_time=end_time - timedelta(hours=1),
        end_time=end_time,
        world_name="Kyoto",
        tag="観光",
        description="歩きます",
        instance_type="group",
        max_participants=8,
        reminder_minutes=reminder_minutes,
        **sign_up,
    )


def published(
    invitation_id: int, end_time: datetime, version: int = 1, **sign_up: datetime
) -> Envelope:
    invitation = state(invitation_id, version, end_time, **sign_up)
    return Envelope.first(InvitationPublished(invitation=invitation))


def starting(
    invitation_id: int,
    start_time: datetime,
    version: int = 1,
    status: Status = "recruiting",
    reminder_minutes: int = 15,
    more_minutes: Sequence[int] = (),
) -> Envelope:
    """Tell of an invitation whose participants are to be reminded of its start."""
    end_time = start_time + timedelta(hours=1)
    more = [Reminder(minutes=each) for each in more_minutes]
    invitation = state(invitation_id, version, end_time, status, reminder_minutes)
    invitation = invitation.model_copy(update={"more_reminders": more})
    return Envelope.first(InvitationEdited(invitation=invitation, changed=[], before=invitation))


def edited(
    invitation_id: int, end_time: datetime, version: int, status: Status = "full"
) -> Envelope:
    invitation = state(invitation_id, version, end_time, status)
    return Envelope.first(InvitationEdited(invitation=invitation, changed=[], before=invitation))


def cancelled(invitation_id: int, end_time: datetime, version: int) -> Envelope:
    invitation = state(invitation_id, version, end_time, "cancelled")
    return Envelope.first(InvitationCancelled(invitation=invitation))


def completed(invitation_id: int, end_time: datetime, version: int) -> Envelope:
    invitation = state(invitation_id, version, end_time, "completed")
    return Envelope.first(InvitationCompleted(invitation=invitation))
