import pytest

from shared.messages.envelope import Actor
from shared.messages.invitations.details import Part, Status
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, MEMBER, STAFF


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


@pytest.mark.parametrize("current", [None, "interested"])
def test_a_member_may_join_while_a_seat_is_free(current: Part | None) -> None:
    builders.invitation(joined_count=3).check_join(MEMBER, current, None)


@pytest.mark.parametrize(
    ("changes", "actor", "current", "code"),
    [
        ({"joined_count": 4, "status": "full"}, MEMBER, None, "full"),
        ({"joined_count": 4, "status": "full"}, MEMBER, "joined", "already_joined"),
        ({}, HOST, None, "host_cannot_join"),
        ({"status": "completed"}, MEMBER, None, "already_final"),
        ({"status": "cancelled"}, MEMBER, "joined", "already_final"),
    ],
)
def test_joining_is_refused(
    changes: dict[str, object], actor: Actor, current: Part | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        builders.invitation(**changes).check_join(actor, current, None)
    assert code_of(refused) == code


def test_a_member_who_already_waits_is_refused() -> None:
    invitation = builders.invitation(joined_count=4, waitlisted_count=1, status="full")
    for check in (invitation.check_join, invitation.check_wait):
        with pytest.raises(Refused, match="already_waitlisted"):
            check(MEMBER, "waitlisted", None)


@pytest.mark.parametrize("current", [None, "interested"])
def test_a_member_may_wait_while_no_seat_is_free(current: Part | None) -> None:
    builders.invitation(joined_count=4, status="full").check_wait(MEMBER, current, None)


@pytest.mark.parametrize(
    ("changes", "actor", "current", "code"),
    [
        ({}, MEMBER, None, "not_full"),
        ({"joined_count": 4}, MEMBER, "joined", "already_joined"),
        ({"joined_count": 4}, HOST, None, "host_cannot_join"),
        ({"joined_count": 4, "status": "completed"}, MEMBER, None, "already_final"),
    ],
)
def test_waiting_is_refused(
    changes: dict[str, object], actor: Actor, current: Part | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        builders.invitation(**changes).check_wait(actor, current, None)
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("waiting", "given_up", "seats"),
    [(2, "joined", 1), (0, "joined", 0), (2, "interested", 0), (2, "waitlisted", 0), (2, None, 0)],
)
def test_only_a_seat_is_passed_on(waiting: int, given_up: Part | None, seats: int) -> None:
    assert builders.invitation(waitlisted_count=waiting).seats_passed_on(given_up) == seats


def test_full_says_how_many_seats_there_are() -> None:
    with pytest.raises(Refused) as refused:
        builders.invitation(joined_count=4).check_join(MEMBER, None, None)
    assert refused.value.details == {"max_participants": 4}


@pytest.mark.parametrize("status", ["recruiting", "full"])
def test_interest_needs_no_seat(status: Status) -> None:
    builders.invitation(status=status, joined_count=4).check_interest(MEMBER, "joined")


def test_interest_is_shown_once() -> None:
    with pytest.raises(Refused, match="already_interested"):
        builders.invitation().check_interest(MEMBER, "interested")


@pytest.mark.parametrize("status", ["recruiting", "full"])
def test_a_full_event_can_be_left_too(status: Status) -> None:
    builders.invitation(status=status).check_leave("joined")


def test_a_member_who_takes_no_part_cannot_leave() -> None:
    with pytest.raises(Refused, match="not_participant"):
        builders.invitation().check_leave(None)


@pytest.mark.parametrize(("actor", "current"), [(MEMBER, "joined"), (HOST, None)])
def test_the_seated_and_the_host_may_read(actor: Actor, current: Part | None) -> None:
    builders.invitation().check_reveal(actor, current)


@pytest.mark.parametrize(
    ("actor", "current"),
    [(MEMBER, None), (MEMBER, "interested"), (MEMBER, "waitlisted"), (STAFF, None)],
)
def test_a_member_without_a_seat_may_not_read(actor: Actor, current: Part | None) -> None:
    with pytest.raises(Refused, match="not_seated"):
        builders.invitation().check_reveal(actor, current)


@pytest.mark.parametrize("actor", [HOST, STAFF])
def test_host_and_staff_end_an_event(actor: Actor) -> None:
    builders.invitation().check_changed_by(actor)


def test_a_member_cannot_end_an_event() -> None:
    with pytest.raises(Refused, match="not_host"):
        builders.invitation().check_changed_by(MEMBER)


def test_it_closes_at_its_end_and_not_before() -> None:
    invitation = builders.invitation()
    invitation.check_close(invitation.end_time)
    with pytest.raises(Refused, match="not_yet"):
        invitation.check_close(builders.soon(hours=2))


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_final_is_final(status: Status) -> None:
    invitation = builders.invitation(status=status, end_time=builders.soon(hours=-1))
    for attempt in (
        lambda: invitation.check_leave("joined"),
        lambda: invitation.check_changed_by(HOST),
        lambda: invitation.check_reveal(MEMBER, "joined"),
        lambda: invitation.check_close(builders.soon()),
        lambda: invitation.check_interest(MEMBER, None),
    ):
        with pytest.raises(Refused, match="already_final"):
            attempt()
