"""An event is over at its end time, whether or not the scheduler is there to close it."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from shared.database import Pool
from shared.messages.envelope import Command
from shared.messages.invitations.commands import (
    CancelInvitation,
    CloseInvitation,
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    RevealSecrets,
    SetInstanceLink,
    SetProfile,
    ShowInterest,
)
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant, WithdrawMember
from shared.messages.invitations.staffing import AssignStaff, ReleaseStaff
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, SEALED, STAFF
from tests.services.invitations.telling import drain, published, say

SEATED, WAITING = builders.member(1), builders.member(2)
OVER = """
UPDATE invitations
   SET start_time = clock_timestamp() - INTERVAL '3 hours',
       end_time = clock_timestamp() - INTERVAL '1 second'
"""
ROWS = "SELECT i, p FROM invitations AS i LEFT JOIN participants AS p ON p.invitation_id = i.id"


async def over(pool: Pool) -> None:
    """Let an event with one seat, a queue and staff in charge reach its end without a scheduler."""
    await published(pool, max_participants=1, vrchat_profile=SEALED)
    await say(pool, JoinInvitation(actor=SEATED, invitation_id=INVITATION_ID))
    await say(pool, JoinWaitlist(actor=WAITING, invitation_id=INVITATION_ID))
    await pool.execute(OVER)
    await drain(pool)


ID = {"invitation_id": INVITATION_ID, "reply_to": builders.reply_to()}
NAMED = {**ID, "user_id": SEATED.user_id, "user_name": SEATED.name}
REFUSED: list[Command] = [
    JoinInvitation(actor=MEMBER, **ID),
    JoinWaitlist(actor=MEMBER, **ID),
    ShowInterest(actor=MEMBER, **ID),
    LeaveInvitation(actor=SEATED, **ID),
    LeaveInvitation(actor=WAITING, **ID),
    AddParticipant(actor=HOST, **NAMED | {"user_id": MEMBER.user_id}),
    RemoveParticipant(actor=HOST, **NAMED),
    RevealSecrets(actor=SEATED, **ID),
    SetInstanceLink(actor=HOST, instance_link=SEALED, **ID),
    SetProfile(actor=HOST, vrchat_profile=SEALED, **ID),
    AssignStaff(actor=STAFF, **ID),
    ReleaseStaff(actor=STAFF, **ID),
    CancelInvitation(actor=HOST, **ID),
    RepeatInvitation(actor=HOST, repetition=Repetition(times=2), **ID),
]


@pytest.mark.parametrize(
    "command", REFUSED, ids=lambda press: f"{type(press).__name__} by {press.actor.user_id}"
)
async def test_after_the_end_a_press_changes_nothing(pool: Pool, command: Command) -> None:
    await over(pool)
    before = await pool.fetch(ROWS)
    assert await say(pool, command) == "refused"
    [(_, answer)] = await drain(pool)
    assert answer["code"] == "already_final"
    assert await pool.fetch(ROWS) == before


async def test_a_seat_is_given_until_the_end(pool: Pool) -> None:
    await published(pool, start_time=builders.soon(hours=-1), end_time=builders.soon(minutes=1))
    assert await say(pool, JoinInvitation(actor=MEMBER, invitation_id=INVITATION_ID)) == "done"


async def test_a_member_who_leaves_the_guild_after_the_end_stays_a_participant(pool: Pool) -> None:
    await over(pool)
    before = await pool.fetch(ROWS)
    left = WithdrawMember(actor=SEATED, guild_id="1", left_at=builders.soon())
    assert await say(pool, left) == "done"
    assert await drain(pool) == []
    assert await pool.fetch(ROWS) == before


@pytest.mark.parametrize(
    "end",
    [
        lambda: CloseInvitation(actor=HOST, invitation_id=INVITATION_ID),
        lambda: CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID),
    ],
    ids=["by the deadline", "by the host"],
)
async def test_an_event_that_is_over_can_still_be_closed(
    pool: Pool, end: Callable[[], Command]
) -> None:
    await over(pool)
    assert await say(pool, end()) == "done"
    assert [name for name, _ in await drain(pool)] == ["InvitationCompleted"]


async def test_a_press_on_an_event_that_is_over_stops_no_press_of_its_batch(pool: Pool) -> None:
    await over(pool)
    request_id = uuid4()
    await say(pool, builders.draft(request_id))
    await say(pool, builders.publish(request_id, "1002"))
    assert await say(pool, JoinInvitation(actor=MEMBER, invitation_id="1002")) == "done"
