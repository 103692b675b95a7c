"""Host and staff decide who is in: within the rules, in turn, and written down."""

from typing import Any

import pytest

from services.invitations.domain import Invitation
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import ShowInterest
from shared.messages.invitations.details import Part
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF, member
from tests.services.invitations.telling import published, say, told
from tests.services.invitations.test_waitlist import full_with_queue, queue

FULL = {"status": "full", "joined_count": 4, "waitlisted_count": 2}


def add(who: Actor, actor: Actor = HOST, **fields: Any) -> AddParticipant:
    return AddParticipant(
        actor=actor,
        invitation_id=INVITATION_ID,
        user_id=who.user_id,
        user_name=who.name,
        **fields,
    )


def remove(who: Actor, actor: Actor = HOST, **fields: Any) -> RemoveParticipant:
    return RemoveParticipant(**add(who, actor, **fields).model_dump())


def code_of(invitation: Invitation, actor: Actor, who: Actor, current: Part | None) -> str:
    try:
        invitation.check_add(actor, who, current)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("changes", "actor", "who", "current", "code"),
    [
        ({}, HOST, MEMBER, None, ""),
        ({}, STAFF, MEMBER, "interested", ""),
        ({}, STAFF, STAFF, None, ""),
        ({}, MEMBER, MEMBER, None, "not_host"),
        ({}, STAFF, HOST, None, "host_cannot_join"),
        ({}, HOST, MEMBER, "joined", "already_joined"),
        ({"status": "completed"}, HOST, MEMBER, None, "already_final"),
        (FULL, HOST, MEMBER, None, "full"),
        (FULL, HOST, MEMBER, "interested", "full"),
        (FULL, STAFF, MEMBER, "waitlisted", "already_waitlisted"),
    ],
)
def test_who_may_be_added_by_whom(
    changes: dict[str, Any], actor: Actor, who: Actor, current: Part | None, code: str
) -> None:
    assert code_of(builders.invitation(**changes), actor, who, current) == code


@pytest.mark.parametrize(
    ("changes", "actor", "current", "code"),
    [
        ({}, MEMBER, "joined", "not_host"),
        ({}, HOST, None, "not_participant"),
        ({"status": "cancelled"}, STAFF, "joined", "already_final"),
    ],
)
def test_removing_is_refused(
    changes: dict[str, Any], actor: Actor, current: Part | None, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        builders.invitation(**changes).check_remove(actor, current)


async def test_who_is_added_has_a_seat_and_it_is_written_down(pool: Pool) -> None:
    await published(pool)
    await say(pool, ShowInterest(actor=MEMBER, invitation_id=INVITATION_ID))
    await told(pool)

    await say(pool, add(MEMBER, STAFF, reply_to=builders.reply_to()))

    (name, event), (_, answer) = await told(pool)
    assert (name, event["user_id"]) == ("ParticipantJoined", MEMBER.user_id)
    assert event["by_id"] == STAFF.user_id
    assert event["invitation"]["joined_count"] == 1
    assert answer["details"] == {"user_id": MEMBER.user_id}
    entry = await pool.fetchrow("SELECT actor_id, action, details FROM audit_log")
    assert entry is not None
    assert tuple(entry) == (
        STAFF.user_id,
        "invitations.AddParticipant",
        f'{{"user_id": "{MEMBER.user_id}"}}',
    )


async def test_who_is_removed_makes_room_for_who_waits_first(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)

    await say(pool, remove(member(1)))

    (name, left), (promoted_name, promoted) = await told(pool)
    assert (name, promoted_name) == ("ParticipantLeft", "ParticipantPromoted")
    assert (left["gave_up"], left["by_id"]) == ("joined", HOST.user_id)
    assert promoted["user_id"] == member(3).user_id
    assert [each["invitation"]["version"] for each in (left, promoted)] == [6, 7]
    assert promoted["invitation"]["status"] == "full"
    assert await pool.fetchval("SELECT details->>'part' FROM audit_log") == "joined"


async def test_who_waits_can_be_taken_out_of_the_queue_but_not_put_before_it(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)
    for nobody_overtakes in (add(member(4)), add(member(9), STAFF)):
        assert await say(pool, nobody_overtakes) == "refused"
    assert await say(pool, remove(member(3))) == "done"
    assert await queue(pool) == [member(4).user_id]
    [(name, left)] = await told(pool)
    assert (name, left["gave_up"]) == ("ParticipantLeft", "waitlisted")
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 1
