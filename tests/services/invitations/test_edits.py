"""Host and staff can edit an open event, and never overwrite another member's change unseen."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from services.invitations.edit import Edit
from services.invitations.sql import invitations
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    CancelInvitation,
    EditInvitation,
    JoinInvitation,
    JoinWaitlist,
)
from shared.messages.invitations.details import Details
from shared.messages.invitations.editing import Basis
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF, edit, member
from tests.services.invitations.telling import drain, published, say, stored

NOW = builders.soon()
SHOWN = builders.details()


@pytest.mark.parametrize(
    ("form", "changes", "changed"),
    [
        ("content", {"event_name": "朝の同期会"}, ["event_name"]),
        (
            "content",
            {"description": "飲みましょう。", "world_name": "京都"},
            ["world_name", "description"],
        ),
        ("content", {"drops_world_link": True}, ["world_link"]),
        ("content", {"world_link": SHOWN.world_link, "event_name": "新"}, ["event_name"]),
        ("schedule", {"end_time": builders.soon(hours=9)}, ["end_time"]),
        ("schedule", {"max_participants": 9}, ["max_participants"]),
        (
            "schedule",
            {"event_name": "この様式にはない", "max_participants": 9},
            ["max_participants"],
        ),
        ("schedule", {"drops_world_link": True, "max_participants": 9}, ["max_participants"]),
        (
            "settings",
            {"tag": "観光", "instance_type": "group", "reminder_minutes": 0, "event_name": "ない"},
            ["tag", "instance_type", "reminder_minutes"],
        ),
    ],
)
def test_only_fields_that_differ_change(form: Any, changes: Any, changed: list[str]) -> None:
    made = Edit.of(SHOWN, edit(SHOWN, form, **changes))
    assert made.changed == changed
    builders.invitation().check_edit(made, NOW)


@pytest.mark.parametrize(
    ("form", "changes", "code"),
    [
        ("content", {}, "nothing_changed"),
        ("content", {"event_name": SHOWN.event_name}, "nothing_changed"),
        ("schedule", {"end_time": SHOWN.start_time}, "ends_before_start"),
        ("schedule", {"start_time": SHOWN.end_time}, "ends_before_start"),
        ("schedule", {"start_time": NOW - timedelta(hours=2), "end_time": NOW}, "end_in_past"),
        ("schedule", {"end_time": NOW + timedelta(days=800)}, "too_far_ahead"),
        ("schedule", {"max_participants": 2}, "below_seats_taken"),
    ],
)
def test_an_edit_is_refused(form: Any, changes: Any, code: str) -> None:
    invitation = builders.invitation(joined_count=3)
    with pytest.raises(Refused) as refused:
        invitation.check_edit(Edit.of(SHOWN, edit(SHOWN, form, **changes)), NOW)
    assert refused.value.code == code
    details = {"below_seats_taken": {"joined_count": 3}, "too_far_ahead": {"years": 2}}
    assert refused.value.details == details.get(code, {})


def test_an_end_that_is_over_hinders_no_other_word() -> None:
    """It closes in a moment; until then its name may be mended."""
    over = builders.details(start_time=NOW - timedelta(hours=2), end_time=NOW)
    builders.invitation().check_edit(Edit.of(over, edit(over, event_name="終わる会")), NOW)


@pytest.mark.parametrize(
    ("actor", "status", "code"),
    [
        (MEMBER, "recruiting", "not_host"),
        (MEMBER, "full", "not_host"),
        (HOST, "completed", "already_final"),
        (STAFF, "cancelled", "already_final"),
    ],
)
def test_an_edit_is_refused_by_actor_and_status(actor: Actor, status: Any, code: str) -> None:
    with pytest.raises(Refused, match=code):
        builders.invitation(status=status).check_changed_by(actor)


@pytest.mark.parametrize(
    ("form", "other", "is_stale"),
    [
        ("content", {"event_name": "ほか"}, True),
        ("content", {"world_link": None}, True),
        ("content", {"description": "ほか"}, True),
        ("content", {"max_participants": 9, "end_time": builders.soon(hours=5)}, False),
        ("schedule", {"end_time": builders.soon(hours=5)}, True),
        ("schedule", {"max_participants": 9}, True),
        ("schedule", {"event_name": "ほか", "world_name": "ほか"}, False),
        ("settings", {"reminder_minutes": 0}, True),
        ("settings", {"event_name": "ほか", "max_participants": 9}, False),
    ],
)
def test_a_form_is_stale_when_what_it_showed_has_changed(
    form: Any,
    other: Any,
    is_stale: bool,  # noqa: FBT001 - a column of the table
) -> None:
    stands = SHOWN.model_copy(update=other)
    assert (Basis.of(stands, form) != Basis.of(SHOWN, form)) is is_stale


async def seen(pool: Pool) -> Details:
    found = await invitations.view(pool, INVITATION_ID)
    assert found is not None
    return found


async def full_with_queue(pool: Pool, *waiting: int) -> None:
    """Let members 1 and 2 have the only seats, and others wait in this order."""
    await published(pool, max_participants=2)
    for number in (1, 2):
        await say(pool, JoinInvitation(actor=member(number), invitation_id=INVITATION_ID))
    for number in waiting:
        await say(pool, JoinWaitlist(actor=member(number), invitation_id=INVITATION_ID))
    await drain(pool)


async def refused(pool: Pool, command: EditInvitation) -> dict[str, Any]:
    """Say what is refused; give the answer, after nothing has changed."""
    before = await stored(pool)
    reply_to = builders.reply_to()
    assert await say(pool, command.model_copy(update={"reply_to": reply_to})) == "refused"
    [(_, answer)] = await drain(pool)
    assert await stored(pool) == before
    return answer


@pytest.mark.parametrize("actor", [HOST, STAFF])
async def test_an_edit_is_stored_published_and_written_down(pool: Pool, actor: Actor) -> None:
    await published(pool)
    shown = await seen(pool)

    command = edit(
        shown,
        actor=actor,
        event_name="朝の同期会",
        drops_world_link=True,
        reply_to=builders.reply_to(),
    )
    await say(pool, command)

    (name, event), (_, answer) = await drain(pool)
    assert (name, event["changed"]) == ("InvitationEdited", ["event_name", "world_link"])
    assert event["before"]["event_name"] == shown.event_name
    now = event["invitation"]
    assert (now["event_name"], now["world_link"], now["version"]) == ("朝の同期会", None, 2)
    assert (now["description"], now["max_participants"]) == (shown.description, 4)
    assert answer["invitation"] == now
    entry = await pool.fetchrow("SELECT actor_id, action, details FROM audit_log")
    assert entry is not None
    assert (entry["actor_id"], entry["action"]) == (actor.user_id, "invitations.EditInvitation")
    assert json.loads(entry["details"]) == {
        "changed": ["event_name", "world_link"],
        "before": [shown.event_name, shown.world_link],
        "after": ["朝の同期会", ""],
    }


async def test_times_are_kept(pool: Pool) -> None:
    await published(pool)
    end_time = builders.soon(hours=8)
    await say(pool, edit(await seen(pool), "schedule", end_time=end_time))
    assert (await stored(pool))["end_time"] == end_time


async def test_settings_are_kept_and_the_other_forms_leave_them_alone(pool: Pool) -> None:
    await published(pool, reminder_minutes=60)
    await say(pool, edit(await seen(pool), event_name="朝の会"))
    assert (await stored(pool))["reminder_minutes"] == 60
    await drain(pool)

    changes = {"tag": "観光", "instance_type": "group", "reminder_minutes": 0}
    await say(pool, edit(await seen(pool), "settings", **changes))

    row = await stored(pool)
    assert {name: row[name] for name in changes} == changes
    [(_, event)] = await drain(pool)
    assert event["before"]["reminder_minutes"] == 60
    assert event["invitation"]["reminder_minutes"] == 0


async def test_lowering_to_the_seats_makes_it_full_and_raising_opens_it(pool: Pool) -> None:
    await published(pool)
    for number in (1, 2):
        await say(pool, JoinInvitation(actor=member(number), invitation_id=INVITATION_ID))
    statuses = []
    for capacity in (2, 3):
        await say(pool, edit(await seen(pool), "schedule", max_participants=capacity))
        statuses.append((await stored(pool))["status"])
    assert statuses == ["full", "recruiting"]


async def test_lowering_below_the_seats_changes_nothing(pool: Pool) -> None:
    await full_with_queue(pool, 3)
    answer = await refused(pool, edit(await seen(pool), "schedule", max_participants=1))
    assert (answer["code"], answer["details"]) == ("below_seats_taken", {"joined_count": 2})


async def test_new_seats_go_to_the_waitlist_in_its_order(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4, 5)

    command = edit(await seen(pool), "schedule", max_participants=4)
    await say(pool, command.model_copy(update={"reply_to": builders.reply_to()}))

    *events, (_, answer) = await drain(pool)
    names = ["InvitationEdited", "ParticipantPromoted", "ParticipantPromoted"]
    assert [name for name, _ in events] == names
    assert [event.get("user_id") for _, event in events] == [
        None,
        member(3).user_id,
        member(4).user_id,
    ]
    states = [event["invitation"] for _, event in events]
    first = states[0]["version"]
    assert [state["version"] for state in states] == [first, first + 1, first + 2]
    assert {(state["status"], state["waitlisted_count"]) for state in states} == {("full", 1)}
    assert answer["invitation"] == states[-1]
    assert (await stored(pool))["version"] == first + 2


async def test_more_seats_than_wait_stay_free(pool: Pool) -> None:
    await full_with_queue(pool, 3)
    await say(pool, edit(await seen(pool), "schedule", max_participants=9))
    row = await stored(pool)
    assert (row["joined_count"], row["waitlisted_count"], row["status"]) == (3, 0, "recruiting")


async def test_all_but_one_of_simultaneous_edits_are_refused(pool: Pool) -> None:
    await published(pool)
    shown = await seen(pool)
    reply_to = builders.reply_to()

    outcomes = await asyncio.gather(
        *(say(pool, edit(shown, event_name=f"第{n}回", reply_to=reply_to)) for n in range(8))
    )

    assert sorted(outcomes) == ["done"] + ["refused"] * 7
    answers = [body for name, body in await drain(pool) if name == "CommandRefused"]
    assert {answer["code"] for answer in answers} == {"changed_meanwhile"}


async def test_two_forms_at_once_both_come_true(pool: Pool) -> None:
    """Neither showed what the other one changes; nor does a join make a form stale."""
    await published(pool)
    shown = await seen(pool)
    outcomes = await asyncio.gather(
        say(pool, edit(shown, event_name="朝の会")),
        say(pool, edit(shown, "schedule", actor=STAFF, max_participants=9)),
        say(pool, JoinInvitation(actor=MEMBER, invitation_id=INVITATION_ID)),
    )
    row = await stored(pool)
    assert outcomes == ["done"] * 3
    assert (row["event_name"], row["max_participants"], row["joined_count"]) == ("朝の会", 9, 1)


async def test_a_value_that_was_changed_and_changed_back_is_not_stale(pool: Pool) -> None:
    await published(pool)
    shown = await seen(pool)
    for name in ("一度", shown.event_name):
        await say(pool, edit(await seen(pool), event_name=name))
    assert await say(pool, edit(shown, event_name="三度")) == "done"


async def test_a_member_and_a_late_form_change_nothing(pool: Pool) -> None:
    await published(pool)
    shown = await seen(pool)
    assert (await refused(pool, edit(shown, actor=MEMBER, event_name="いたずら")))[
        "code"
    ] == "not_host"
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    await drain(pool)
    assert (await refused(pool, edit(shown, event_name="遅い")))["code"] == "already_final"
