"""Reminders with words of the host: each once, at its time before the start as it is now."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from shared.database import Pool
from shared.messages.invitations.commands import CancelInvitation
from shared.messages.invitations.details import Details
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.reminding import Reminder
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, soon
from tests.services.invitations.telling import drain, published, say, stored
from tests.services.invitations.test_reminders import NOW, REMIND, join, move_start, starting_soon

MORE = [{"minutes": 60, "text": "集合は入口です"}, {"minutes": 5, "text": "もうすぐです"}]


@pytest.mark.parametrize(
    ("minutes_before", "fields", "due"),
    [
        (61, {}, "not_yet"),
        (60, {}, [60]),
        (20, {}, [60]),
        (14, {}, [60, 15]),
        (4, {}, [60, 15, 5]),
        (4, {"reminder_minutes": 5}, [60, 5]),
        (4, {"reminder_minutes": 0}, [60, 5]),
        (14, {"until": 60}, [15]),
        (14, {"until": 15}, "already_reminded"),
        (4, {"until": 15}, [5]),
        # The host has added the one at 60 minutes after the one at 15 was sent.
        (10, {"until": 15}, "already_reminded"),
        (0, {"until": 15}, "already_started"),
        # Of another start: what was said before is not said again, except the nearest.
        (4, {"until": 900, "moved": True}, [5]),
        (4, {"of_before": True}, [5]),
    ],
)
def test_each_reminder_is_due_once_for_a_start(
    minutes_before: int, fields: dict[str, Any], due: list[int] | str
) -> None:
    start = NOW + timedelta(minutes=minutes_before)
    said = dict(fields)
    until, is_moved = said.pop("until", None), said.pop("moved", False)
    changes: dict[str, Any] = {"start_time": start, **said}
    if until is not None:
        changes["reminded_until"] = start - timedelta(minutes=until)
        changes["reminded_for"] = start - timedelta(hours=1) if is_moved else start
    if changes.pop("of_before", False):  # a release that knew one reminder has sent it
        changes["reminded_for"] = start
    more = [Reminder(**each) for each in MORE]
    event = builders.invitation(more_reminders=more, **changes)
    if isinstance(due, str):
        with pytest.raises(Refused, match=due):
            event.due_reminders(NOW)
    else:
        assert [each.minutes for each in event.due_reminders(NOW)] == due


async def texts_sent(pool: Pool) -> list[list[str]]:
    return [body["texts"] for name, body in await drain(pool) if name == "ReminderDue"]


async def test_reminders_with_words_are_sent_once_each_and_follow_the_start(pool: Pool) -> None:
    """Those that fall due in an outage are one message; an end takes them all back."""
    await starting_soon(pool, 1, start_time=soon(minutes=61), more_reminders=MORE)
    assert await say(pool, REMIND) == "refused"
    sent = []
    for minutes in (59, 14, 4):
        await pool.execute(
            "UPDATE invitations SET start_time = $1, reminded_for = NULL, reminded_until ="
            " CASE WHEN reminded_until IS NOT NULL THEN reminded_until - (start_time - $1) END",
            soon(minutes=minutes),
        )
        outcomes = await asyncio.gather(*(say(pool, REMIND) for _ in range(5)))
        assert sorted(outcomes) == ["done"] + ["refused"] * 4
        sent += await texts_sent(pool)
    assert sent == [["集合は入口です"], [], ["もうすぐです"]]

    await move_start(pool, soon(hours=2))
    assert await say(pool, REMIND) == "refused"
    await move_start(pool, soon(minutes=59))
    await say(pool, REMIND)
    assert await texts_sent(pool) == [["集合は入口です"]]
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, for_people=1))
    await drain(pool)
    await say(pool, REMIND)
    assert await texts_sent(pool) == []


async def test_a_reminder_that_nobody_wanted_is_not_sent_with_the_next(pool: Pool) -> None:
    await starting_soon(pool, start_time=soon(minutes=59), more_reminders=MORE)
    assert await say(pool, REMIND) == "done"
    await say(pool, join(1))
    await drain(pool)
    assert await say(pool, REMIND) == "refused"
    await pool.execute(
        "UPDATE invitations SET start_time = start_time - INTERVAL '55 minutes',"
        " reminded_until = reminded_until - INTERVAL '55 minutes'"
    )
    await say(pool, REMIND)
    assert await texts_sent(pool) == [["もうすぐです"]]


async def test_reminders_go_into_templates_copies_and_the_next_week(pool: Pool) -> None:
    """And are refused with a link of an instance, and too many or two at one time."""
    await starting_soon(pool, 1, more_reminders=MORE)
    draft_id = uuid4()
    await say(pool, builders.save(draft_id, more_reminders=MORE))
    await say(pool, builders.save_template(draft_id))
    [kept] = await pool.fetch("SELECT more_reminders::text FROM templates")
    assert json.loads(kept[0]) == MORE
    weekly = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=1)
    )
    await say(pool, weekly)
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, for_people=1))
    drafted = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert [each["details"]["more_reminders"] for each in drafted] == [MORE]
    link = "https://vrchat.com/home/launch?worldId=wrld_1&instanceId=1"
    assert await say(pool, builders.draft(more_reminders=[MORE[0] | {"text": link}])) == "refused"
    for wrong in ([MORE[0]] * 2, [{"minutes": each} for each in (1, 2, 3, 4)], [{"minutes": 0}]):
        with pytest.raises(ValidationError):
            builders.details(more_reminders=wrong)


async def test_an_edit_changes_the_reminders_and_an_erasure_forgets_their_words(pool: Pool) -> None:
    await published(pool)
    shown = Details(**dict(await stored(pool)))
    edit = builders.edit(shown, "settings", more_reminders=[Reminder(**each) for each in MORE])
    assert await say(pool, edit) == "done"
    [(_, edited)] = await drain(pool)
    assert (edited["changed"], edited["user_ids"]) == (["more_reminders"], [])
    assert edited["invitation"]["more_reminders"] == MORE
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    assert await say(pool, EraseMyData(actor=HOST, reply_to=builders.reply_to())) == "done"
    for table in ("invitations", "drafts", "audit_log"):
        rows = await pool.fetch(f"SELECT {table}::text FROM {table}")  # noqa: S608 - our own words
        assert rows
        assert not [row for row in rows if "入口" in row[0]], table
