from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.scheduler import domain
from services.scheduler.domain import (
    KINDS,
    RECURRING,
    Deadline,
    Fired,
    deadlines_of,
    deadlines_of_ticket,
)
from shared.messages.envelope import new_id
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    AnnounceStart,
    CloseInvitation,
    RemindParticipants,
)
from shared.messages.invitations.details import InvitationState, Status
from shared.messages.invitations.reminding import Reminder
from shared.messages.registry import read
from shared.messages.tickets.details import TicketState
from tests.services.scheduler.stories import from_now, state

SIGN_UP = {"opening_time": from_now(10), "cutoff_time": from_now(20)}


def deadlines(invitation: InvitationState) -> dict[str, Deadline]:
    return {deadline.kind: deadline for deadline in deadlines_of(invitation)}


@pytest.mark.parametrize("status", ["recruiting", "full"])
def test_an_open_invitation_is_due_at_its_end_time(status: Status) -> None:
    end_time = from_now(60)
    deadline = deadlines(state(7, 3, end_time, status))[domain.CLOSE_INVITATION]
    assert (deadline.subject_id, deadline.due_at, deadline.version) == ("7", end_time, 3)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_final_invitation_is_never_due(status: Status) -> None:
    final = deadlines(state(7, 3, from_now(60), status, reminder_minutes=15, **SIGN_UP))
    assert [deadline.due_at for deadline in final.values()] == [None] * 8


def test_sign_up_is_due_at_its_opening_and_at_its_cut_off() -> None:
    kinds = (domain.OPEN_SIGN_UP, domain.CLOSE_SIGN_UP)
    found = deadlines(state(7, 3, from_now(3600), "full", **SIGN_UP))
    assert [found[kind].due_at for kind in kinds] == list(SIGN_UP.values())
    for kind in kinds:
        envelope = Fired(kind, "7", new_id(), 0).envelope()
        assert envelope is not None
        assert envelope.body == AnnounceSignUp(actor=domain.SCHEDULER, invitation_id="7")
    without = deadlines(state(7, 3, from_now(3600)))
    assert [without[kind].due_at for kind in kinds] == [None, None]


def test_an_event_is_due_at_its_start() -> None:
    invitation = state(7, 3, from_now(3600), "full")
    deadline = deadlines(invitation)[domain.ANNOUNCE_START]
    assert deadline == Deadline("announce_start", "7", invitation.start_time, 3)
    envelope = Fired(deadline.kind, "7", new_id(), 0).envelope()
    assert envelope is not None
    assert envelope.body == AnnounceStart(actor=domain.SCHEDULER, invitation_id="7")


@pytest.mark.parametrize("minutes", [1, 15, 1440])
def test_participants_are_reminded_some_minutes_before_the_start(minutes: int) -> None:
    invitation = state(7, 3, from_now(60), "full", minutes)
    deadline = deadlines(invitation)[domain.REMIND_PARTICIPANTS]
    assert deadline.due_at == invitation.start_time - timedelta(minutes=minutes)
    assert (deadline.subject_id, deadline.version) == ("7", 3)


def test_each_further_reminder_has_a_deadline_of_its_own_until_it_is_taken_back() -> None:
    more = [Reminder(minutes=5), Reminder(minutes=90)]
    invitation = state(7, 3, from_now(60), "full", 15).model_copy(update={"more_reminders": more})
    found = deadlines(invitation)
    kinds = (domain.REMIND_PARTICIPANTS, *domain.REMIND_BESIDES)
    ahead = [each and invitation.start_time - each for each in map(due_of(found), kinds)]
    assert ahead == [timedelta(minutes=15), timedelta(minutes=5), timedelta(minutes=90), None]
    for kind in kinds:
        envelope = Fired(kind, "7", new_id(), 0).envelope()
        assert envelope is not None
        assert envelope.body == RemindParticipants(actor=domain.SCHEDULER, invitation_id="7")


def due_of(found: dict[str, Deadline]) -> Callable[[str], datetime | None]:
    return lambda kind: found[kind].due_at


def test_an_invitation_with_zero_reminder_minutes_has_no_reminder() -> None:
    invitation = state(7, 3, from_now(60), reminder_minutes=0)
    assert deadlines(invitation)[domain.REMIND_PARTICIPANTS].due_at is None


def test_reminding_asks_the_owner() -> None:
    envelope = Fired(domain.REMIND_PARTICIPANTS, "7", new_id(), 0).envelope()
    assert envelope is not None
    assert envelope.body == RemindParticipants(actor=domain.SCHEDULER, invitation_id="7")


def test_closing_continues_the_story_that_set_the_deadline() -> None:
    story = new_id()
    envelope = Fired(domain.CLOSE_INVITATION, "7", story, 0).envelope()
    assert envelope is not None
    assert isinstance(envelope.body, CloseInvitation)
    assert (envelope.body.invitation_id, envelope.body.actor.name) == ("7", "scheduler")
    assert envelope.correlation_id == story
    assert envelope.id != story


def test_each_command_of_the_calendar_starts_a_story_and_can_be_read() -> None:
    commands = {}
    for kind in RECURRING:
        envelope = Fired(kind, "", None, 0).envelope()
        if envelope is not None:
            assert envelope.correlation_id == envelope.id
            commands[kind] = read(envelope.to_json()).name
    assert commands == {
        domain.CLOSE_OVERDUE_INVITATIONS: "invitations.CloseOverdueInvitations",
        domain.CLEAN_INVITATIONS_INBOX: "invitations.CleanInbox",
        domain.CLEAN_TICKETS_INBOX: "tickets.CleanInbox",
    }


def test_the_calendar_knows_no_kind_that_cannot_fire() -> None:
    assert set(RECURRING) < set(KINDS)


def test_a_ticket_is_due_where_its_owner_counts_silence() -> None:
    warns_at = from_now(60)
    ticket = TicketState(
        id="5",
        version=3,
        guild_id="1",
        channel_id="2",
        message_id="6",
        user_id="7",
        user_name="x",
        category="other",
        status="open",
        created_at=warns_at,
        last_activity_at=warns_at,
        warns_at=warns_at,
    )
    assert list(deadlines_of_ticket(ticket)) == [
        Deadline(domain.WARN_TICKET, "5", warns_at, 3),
        Deadline(domain.CLOSE_SILENT_TICKET, "5", None, 3),
    ]
    messages = [
        Fired(kind, "5", None, 0).envelope() for kind in ("warn_ticket", "close_silent_ticket")
    ]
    assert [each and each.name for each in messages] == [
        "tickets.WarnTicket",
        "tickets.CloseSilentTicket",
    ]
