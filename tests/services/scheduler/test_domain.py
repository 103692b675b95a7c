import pytest

from services.scheduler import domain
from services.scheduler.domain import KINDS, RECURRING, Fired, deadline_of
from shared.messages.catalogue import read
from shared.messages.envelope import new_id
from shared.messages.invitations import CloseInvitation, Status
from tests.services.scheduler.stories import from_now, state


@pytest.mark.parametrize("status", ["recruiting", "full"])
def test_an_open_invitation_is_due_at_its_end_time(status: Status) -> None:
    end_time = from_now(60)
    deadline = deadline_of(state(7, 3, end_time, status))
    assert (deadline.subject_id, deadline.due_at, deadline.version) == ("7", end_time, 3)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_final_invitation_is_never_due(status: Status) -> None:
    assert deadline_of(state(7, 3, from_now(60), status)).due_at is None


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
    }


def test_the_calendar_knows_no_kind_that_cannot_fire() -> None:
    assert set(RECURRING) < set(KINDS)
