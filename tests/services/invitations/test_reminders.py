"""Before the start those with a seat are reminded, once, unless they want no reminders."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import (
    CancelInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    RemindParticipants,
    SetInstanceLink,
    SetReminders,
    ShowInterest,
)
from shared.messages.invitations.details import Details
from shared.messages.invitations.reminding import Reminder
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, STAFF, member, soon
from tests.services.invitations.telling import drain, published, say, stored

SCHEDULER = builders.Actor(user_id="0", name="scheduler")
NOW = soon()
START = NOW + timedelta(minutes=10)
REMIND = RemindParticipants(actor=SCHEDULER, invitation_id=INVITATION_ID)


def join(number: int) -> JoinInvitation:
    return JoinInvitation(actor=member(number), invitation_id=INVITATION_ID)


async def starting_soon(pool: Pool, *seated: int, **changes: Any) -> None:
    """Let an event begin in ten minutes, with members in its seats."""
    await published(pool, **{"start_time": soon(minutes=10), **changes})
    for number in seated:
        await say(pool, join(number))
    await drain(pool)


async def users_reminded(pool: Pool) -> list[list[str]]:
    return [body["user_ids"] for name, body in await drain(pool) if name == "ReminderDue"]


async def move_start(pool: Pool, start_time: datetime) -> None:
    await pool.execute("UPDATE invitations SET start_time = $1", start_time)


def ids(*numbers: int) -> list[str]:
    return [member(number).user_id for number in numbers]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start_time": START + timedelta(minutes=6)}, "not_yet"),
        ({"reminder_minutes": 5}, "not_yet"),
        ({"reminder_minutes": 0}, "not_yet"),
        ({"start_time": NOW}, "already_started"),
        ({"status": "cancelled"}, "already_final"),
        ({"status": "completed"}, "already_final"),
    ],
)
def test_reminding_is_refused(changes: dict[str, Any], code: str) -> None:
    fields = {"start_time": START, **changes}
    with pytest.raises(Refused, match=code):
        builders.invitation(**fields).due_reminders(NOW)


@pytest.mark.parametrize("minutes", [1, 10, 15])
def test_reminding_is_right_from_the_minutes_until_the_start(minutes: int) -> None:
    [due] = builders.invitation(start_time=NOW + timedelta(minutes=minutes)).due_reminders(NOW)
    assert due == Reminder(minutes=15)


def test_a_start_is_reminded_of_once_and_a_new_one_again() -> None:
    start_time = soon(minutes=10)
    with pytest.raises(Refused, match="already_reminded"):
        builders.invitation(start_time=start_time, reminded_for=start_time).due_reminders(soon())
    before = start_time - timedelta(hours=1)
    builders.invitation(start_time=start_time, reminded_for=before).due_reminders(soon())


async def test_a_reminder_names_the_participants_in_the_order_they_came(pool: Pool) -> None:
    await starting_soon(pool, 3, 1)
    interested = ShowInterest(actor=member(2), invitation_id=INVITATION_ID)
    left = LeaveInvitation(actor=member(4), invitation_id=INVITATION_ID)
    for command in (interested, join(4), left):
        await say(pool, command)
    await drain(pool)

    assert await say(pool, REMIND) == "done"

    [(name, event)] = await drain(pool)
    assert (name, event["user_ids"]) == ("ReminderDue", ids(3, 1))
    row = await stored(pool)
    assert row["reminded_for"] == row["start_time"]
    assert row["version"] == event["invitation"]["version"]


async def test_a_member_in_the_queue_is_not_reminded(pool: Pool) -> None:
    await starting_soon(pool, 1, max_participants=1)
    await say(pool, JoinWaitlist(actor=member(2), invitation_id=INVITATION_ID))
    await say(pool, REMIND)
    assert await users_reminded(pool) == [ids(1)]


async def test_asked_ten_times_at_once_it_reminds_once(pool: Pool) -> None:
    await starting_soon(pool, 1)
    outcomes = await asyncio.gather(*(say(pool, REMIND) for _ in range(10)))
    assert sorted(outcomes) == ["done"] + ["refused"] * 9
    assert await users_reminded(pool) == [ids(1)]


async def test_a_copy_of_the_message_reminds_nobody(pool: Pool) -> None:
    await starting_soon(pool, 1)
    envelope = Envelope.first(REMIND)
    outcomes = [await handle_once(envelope, HANDLERS, pool) for _ in range(2)]
    assert outcomes == ["done", "repeated"]
    assert await users_reminded(pool) == [ids(1)]


async def test_a_member_who_opted_out_is_not_reminded_until_they_opt_in(pool: Pool) -> None:
    await starting_soon(pool, 1, 2)
    await say(pool, SetReminders(actor=member(1), are_wanted=False))
    await say(pool, REMIND)
    assert await users_reminded(pool) == [ids(2)]

    await say(pool, SetReminders(actor=member(1), are_wanted=True))
    await move_start(pool, soon(minutes=11))
    await say(pool, REMIND)
    assert await users_reminded(pool) == [ids(1, 2)]


@pytest.mark.parametrize(("are_wanted", "choice"), [(True, "on"), (False, "off")])
async def test_a_choice_is_answered_however_often_it_is_made(
    pool: Pool,
    are_wanted: bool,  # noqa: FBT001 - a column of the table
    choice: str,
) -> None:
    for _ in range(2):
        chosen = SetReminders(actor=HOST, are_wanted=are_wanted, reply_to=builders.reply_to())
        assert await say(pool, chosen) == "done"
        [(name, answer)] = await drain(pool)
        assert (name, answer["details"]) == ("CommandAccepted", {"choice": choice})


async def test_no_event_is_published_when_no_member_is_left_to_remind(pool: Pool) -> None:
    await starting_soon(pool, 1)
    for actor in (member(1), HOST):
        await say(pool, SetReminders(actor=actor, are_wanted=False))
    before = (await stored(pool))["version"]
    assert await say(pool, REMIND) == "done"
    assert await drain(pool) == []
    row = await stored(pool)
    assert (row["version"], row["reminded_for"]) == (before, None)


@pytest.mark.parametrize("has_link", [True, False])
async def test_the_host_is_reminded_and_reads_whether_there_is_a_link(
    pool: Pool, *, has_link: bool
) -> None:
    """Also when every participant has opted out; a host who has opted out is left alone."""
    await starting_soon(pool, 1)
    await say(pool, SetReminders(actor=member(1), are_wanted=False))
    if has_link:
        link = SetInstanceLink(
            actor=HOST, invitation_id=INVITATION_ID, instance_link=builders.SEALED
        )
        await say(pool, link)
    await drain(pool)
    await say(pool, REMIND)
    [(name, due)] = await drain(pool)
    assert (name, due["user_ids"], due["is_for_host"]) == ("ReminderDue", [], True)
    assert due["has_instance_link"] is has_link


async def test_news_concerns_everyone_once_and_no_bookmark_that_has_opted_out(pool: Pool) -> None:
    await published(pool, max_participants=1)
    await say(pool, join(1))
    await say(pool, builders.wait(member(2)))
    for number in (3, 4):
        await say(pool, ShowInterest(actor=member(number), invitation_id=INVITATION_ID))
    for number in (1, 2, 4):
        await say(pool, SetReminders(actor=member(number), are_wanted=False))
    await drain(pool)
    concerned = [member(number).user_id for number in (1, 2, 3)]

    shown = Details(**dict(await stored(pool)))
    await say(pool, builders.edit(shown, world_name="Kyoto", actor=STAFF))
    await say(pool, builders.edit(Details(**dict(await stored(pool))), description="短く"))
    await say(pool, builders.edit(shown, "schedule", end_time=soon(hours=4)))
    cancel = CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, for_people=2)
    await say(pool, cancel)

    heard = [(event["by_id"], event["user_ids"]) for _, event in await drain(pool)]
    host = HOST.user_id
    assert heard == [(STAFF.user_id, concerned), (host, []), (host, concerned), (host, concerned)]


async def test_a_start_that_has_passed_is_not_reminded_of(pool: Pool) -> None:
    await starting_soon(pool, 1, start_time=soon(seconds=-1))
    assert await say(pool, REMIND) == "refused"
    assert await drain(pool) == []


async def test_a_cancelled_event_reminds_nobody(pool: Pool) -> None:
    await starting_soon(pool, 1)
    cancel = CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, for_people=1)
    await say(pool, cancel)
    await drain(pool)
    assert await say(pool, REMIND) == "refused"
    assert await drain(pool) == []


async def test_a_start_that_moved_away_is_reminded_of_in_its_own_time(pool: Pool) -> None:
    await starting_soon(pool, 1)
    await move_start(pool, soon(minutes=30))
    assert await say(pool, REMIND) == "refused"
    await move_start(pool, soon(minutes=14))
    assert await say(pool, REMIND) == "done"
    assert await users_reminded(pool) == [ids(1)]


async def test_the_minutes_go_from_the_draft_into_every_event(pool: Pool) -> None:
    await starting_soon(pool, 1, reminder_minutes=30, start_time=soon(minutes=20))
    assert (await stored(pool))["reminder_minutes"] == 30
    commands = [
        ShowInterest(actor=member(2), invitation_id=INVITATION_ID),
        REMIND,
        CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, for_people=1),
    ]
    for command in commands:
        assert await say(pool, command) == "done"
    events = await drain(pool)
    assert [body["invitation"]["reminder_minutes"] for _, body in events] == [30, 30, 30]


def test_an_event_from_before_reminders_is_read_as_the_usual_minutes() -> None:
    fields = builders.details().model_dump(exclude={"reminder_minutes"})
    assert builders.Details(**fields).reminder_minutes == 15
