"""Assigning staff to an invitation, ending it, and the audit log of both."""

import asyncio
import json
from typing import Any

import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.commands import (
    CancelInvitation,
    CompleteInvitation,
    JoinInvitation,
    RevealSecrets,
    SetInstanceLink,
)
from shared.messages.invitations.repetition import StopRepetition
from shared.messages.invitations.roster import RemoveParticipant
from shared.messages.invitations.staffing import AssignStaff, ReleaseStaff
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF
from tests.services.invitations.telling import drain, published, say, stored

OTHER = Actor(user_id="902", name="もも", is_staff=True, guild_id="1")


def assign(actor: Actor = STAFF, **fields: Any) -> AssignStaff:
    return AssignStaff(actor=actor, invitation_id=INVITATION_ID, **fields)


def release(actor: Actor = STAFF, **fields: Any) -> ReleaseStaff:
    return ReleaseStaff(actor=actor, invitation_id=INVITATION_ID, **fields)


@pytest.mark.parametrize(
    ("changes", "actor", "code"),
    [
        ({}, MEMBER, "not_staff"),
        ({}, HOST, "not_staff"),
        ({"status": "completed"}, STAFF, "already_final"),
        ({"staff": STAFF}, STAFF, "already_yours"),
        ({"staff": OTHER}, STAFF, "already_assigned"),
    ],
)
def test_an_assignment_is_refused(changes: dict[str, Any], actor: Actor, code: str) -> None:
    with pytest.raises(Refused, match=code) as refused:
        builders.invitation(**changes).check_assign(actor)
    details = {"staff_name": "もも"} if code == "already_assigned" else {}
    assert refused.value.details == details


@pytest.mark.parametrize(
    ("changes", "actor", "code"),
    [
        ({"staff": STAFF}, MEMBER, "not_staff"),
        ({"staff": STAFF, "status": "cancelled"}, STAFF, "already_final"),
        ({}, STAFF, "not_assigned"),
    ],
)
def test_a_release_is_refused(changes: dict[str, Any], actor: Actor, code: str) -> None:
    with pytest.raises(Refused, match=code):
        builders.invitation(**changes).check_release(actor)


def test_any_of_the_staff_may_release() -> None:
    assert builders.invitation(staff=STAFF).check_release(OTHER) == STAFF


async def test_of_many_at_once_one_has_it_and_the_others_read_the_name(pool: Pool) -> None:
    await published(pool)
    staff = [STAFF.model_copy(update={"user_id": str(800 + n)}) for n in range(8)]
    asked = [
        assign(actor, reply_to=builders.reply_to(interaction_id=actor.user_id)) for actor in staff
    ]

    await asyncio.gather(*(say(pool, command) for command in asked))

    row = await stored(pool)
    messages = await drain(pool)
    [event] = [body for name, body in messages if name == "StaffAssigned"]
    assert (event["staff_id"], event["staff_name"]) == (row["staff_id"], row["staff_name"])
    assert (row["version"], event["invitation"]["version"]) == (2, 2)
    refused = [body for name, body in messages if name == "CommandRefused"]
    assert len(refused) == len(staff) - 1
    assert {answer["code"] for answer in refused} == {"already_assigned"}
    assert {answer["details"]["staff_name"] for answer in refused} == {row["staff_name"]}
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 1


@pytest.mark.parametrize(
    ("command", "details"),
    [
        (assign(), {}),
        (release(OTHER), {"staff_id": STAFF.user_id}),
        (CancelInvitation(actor=STAFF, invitation_id=INVITATION_ID, reason="雨"), {"reason": "雨"}),
        (CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID), {}),
    ],
    ids=lambda given: type(given).__name__,
)
async def test_each_staff_action_is_one_row_with_its_correlation_id(
    pool: Pool, command: Command, details: dict[str, Any]
) -> None:
    await published(pool)
    if isinstance(command, ReleaseStaff):
        await say(pool, assign())
        await drain(pool)
    press = Envelope.first(command)

    assert [await handle_once(press, HANDLERS, pool) for _ in range(2)] == ["done", "repeated"]

    row = await pool.fetchrow("SELECT * FROM audit_log ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert (row["actor_id"], row["action"]) == (command.actor.user_id, command.wire_name())
    assert (row["invitation_id"], row["correlation_id"]) == (INVITATION_ID, press.correlation_id)
    assert json.loads(row["details"]) == details
    count = await pool.fetchval(
        "SELECT count(*) FROM audit_log WHERE action = $1", command.wire_name()
    )
    assert count == 1


async def test_another_staff_member_can_follow_one_who_was_released(pool: Pool) -> None:
    await published(pool)
    await say(pool, assign())
    await say(pool, release(OTHER))
    assert (await stored(pool))["staff_id"] is None
    await say(pool, assign(OTHER))
    row = await stored(pool)
    assert (row["staff_id"], row["staff_name"], row["version"]) == ("902", "もも", 4)
    assert [name for name, _ in await drain(pool)] == [
        "StaffAssigned",
        "StaffReleased",
        "StaffAssigned",
    ]


async def test_a_panel_is_kept_and_that_of_a_second_announcement_is_an_orphan(pool: Pool) -> None:
    draft = builders.draft()
    await say(pool, draft)
    first = builders.publish(draft.request_id).model_copy(update={"staff_message_id": "71"})
    second = first.model_copy(update={"invitation_id": "1002", "staff_message_id": "72"})
    await say(pool, first)
    await drain(pool)
    await say(pool, second)
    assert (await stored(pool))["staff_message_id"] == "71"
    [(name, orphan)] = await drain(pool)
    assert (name, orphan["message_id"], orphan["staff_message_id"]) == (
        "AnnouncementOrphaned",
        "1002",
        "72",
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (AssignStaff, {}),
        (ReleaseStaff, {}),
        (CancelInvitation, {"reason": "x"}),
        (CompleteInvitation, {}),
        (SetInstanceLink, {"instance_link": builders.SEALED}),
        (StopRepetition, {}),
        (RemoveParticipant, {"user_id": MEMBER.user_id, "user_name": MEMBER.name}),
        (RevealSecrets, {}),
        (JoinInvitation, {}),
    ],
)
async def test_staff_of_another_guild_find_nothing(
    pool: Pool, kind: type[Command], fields: dict[str, Any]
) -> None:
    await published(pool)
    before = await stored(pool)
    stranger = STAFF.model_copy(update={"guild_id": "666"})
    asked = {"actor": stranger, "reply_to": builders.reply_to(), "invitation_id": INVITATION_ID}
    assert await say(pool, kind(**asked, **fields)) == "refused"
    [(_, answer)] = await drain(pool)
    assert answer["code"] == "not_found"
    assert await stored(pool) == before
