"""The judge of order, on small histories written by hand."""

from typing import Any

from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import (
    InvitationPublished,
    ParticipantJoined,
    ParticipantLeft,
)
from shared.messages.replies import CommandAccepted, CommandRefused
from tests import builders
from tests.chaos.history import History
from tests.chaos.order import TOLERANCE_MS, order, snowflake

LATER = TOLERANCE_MS + 1


class Story:
    """An event with one seat; what the broker heard of it, in this order."""

    def __init__(self) -> None:
        self.history = History()
        self.version = self.seated = 0
        self._tell(Envelope.first(InvitationPublished(invitation=self._state())))

    def join(self, member: int, at_ms: int, refused: str | None = None) -> None:
        self._press(JoinInvitation, member, at_ms, refused, ParticipantJoined)

    def leave(self, member: int, at_ms: int, refused: str | None = None) -> None:
        self._press(LeaveInvitation, member, at_ms, refused, ParticipantLeft)

    @property
    def complaints(self) -> list[str]:
        return list(order(self.history))

    def _press(
        self,
        wish: type[Command],
        member: int,
        at_ms: int,
        refused: str | None,
        event: type[ParticipantJoined | ParticipantLeft],
    ) -> None:
        """Let a member press, and the service answer before anything else happens."""
        actor, to = builders.member(member), builders.reply_to(snowflake(at_ms))
        body: Any = wish(actor=actor, reply_to=to, invitation_id=builders.INVITATION_ID)
        press = self._tell(Envelope.first(body))
        answer: dict[str, Any] = {"reply_to": to, "command": press.name}
        if refused:
            self._tell(press.caused(CommandRefused(code=refused, **answer)))
            return
        self.seated += 1 if event is ParticipantJoined else -1
        names = {"user_id": actor.user_id, "user_name": actor.name}
        self._tell(press.caused(event(invitation=self._state(), **names)))
        self._tell(press.caused(CommandAccepted(**answer)))

    def _state(self) -> InvitationState:
        self.version += 1
        return InvitationState(
            **builders.details(max_participants=1).model_dump(),
            id=builders.INVITATION_ID,
            version=self.version,
            guild_id="1",
            channel_id="2",
            thread_id="3",
            host_id=builders.HOST.user_id,
            host_name=builders.HOST.name,
            status="recruiting",
            joined_count=self.seated,
        )

    def _tell(self, envelope: Envelope) -> Envelope:
        self.history.messages[envelope.id] = envelope
        self.history.written[envelope.id] = len(self.history.written)
        return envelope


def test_presses_in_their_order_are_well() -> None:
    story = Story()
    story.join(1, 0)
    story.join(2, 10, refused="full")
    story.leave(1, 20)
    story.join(2, 30)
    assert story.complaints == []


def test_a_press_handled_after_a_later_one_of_the_same_member_is_noticed() -> None:
    story = Story()
    story.leave(1, 1, refused="not_participant")
    story.join(1, 0)
    [complaint] = story.complaints
    assert "was handled after" in complaint


def test_a_press_refused_as_overtaken_is_well() -> None:
    story = Story()
    story.leave(1, 1, refused="not_participant")
    story.join(1, 0, refused="overtaken")
    assert story.complaints == []


def test_a_press_that_nothing_overtook_may_not_be_refused_so() -> None:
    story = Story()
    story.join(1, 0, refused="overtaken")
    [complaint] = story.complaints
    assert "was overtaken by nothing" in complaint


def test_a_press_of_another_member_overtakes_nothing() -> None:
    story = Story()
    story.join(2, 5, refused="full")
    story.join(1, 0, refused="overtaken")
    [complaint] = story.complaints
    assert "was overtaken by nothing" in complaint


def test_a_last_seat_given_to_a_later_press_is_noticed() -> None:
    story = Story()
    story.join(2, LATER)
    story.join(1, 0, refused="full")
    [complaint] = story.complaints
    assert f"{LATER} ms later" in complaint


def test_presses_of_two_members_at_nearly_the_same_time_may_change_places() -> None:
    story = Story()
    story.join(2, TOLERANCE_MS)
    story.join(1, 0, refused="full")
    assert story.complaints == []


def test_a_seat_freed_after_a_press_was_not_there_for_it() -> None:
    story = Story()
    story.join(3, 0)
    story.leave(3, 20)
    story.join(2, 20 + LATER)
    story.join(1, 10, refused="full")
    assert story.complaints == []


def test_a_seat_freed_before_a_press_was_there_for_it() -> None:
    story = Story()
    story.join(3, 0)
    story.leave(3, 20)
    story.join(2, 30 + LATER)
    story.join(1, 30, refused="full")
    assert len(story.complaints) == 1


def test_a_press_that_read_as_failed_claims_no_seat() -> None:
    story = Story()
    story.join(2, LATER)
    story.join(1, 0, refused="full")
    story.history.without_claim.add(snowflake(0))
    assert story.complaints == []


def test_an_answer_that_is_heard_late_is_not_out_of_order() -> None:
    story = Story()
    story.join(1, at_ms=0)
    story.leave(1, at_ms=LATER)
    messages = list(story.history.messages.items())
    story.history.messages = dict(reversed(messages))
    assert not story.complaints
