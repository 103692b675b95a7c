"""An event that comes back every week: each occurrence an invitation, made when the last ends."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.invitations.sql import invitations
from services.invitations.weekly import NextWeek, Occurrence
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    CancelInvitation,
    CleanInbox,
    CloseOverdueInvitations,
    CompleteInvitation,
    DiscardDraft,
)
from shared.messages.invitations.repetition import (
    RepeatInvitation,
    Repetition,
    StopRepetition,
)
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF
from tests.changing_clocks import next_change
from tests.services.invitations.telling import drain, published, say, stored

TOKYO = ZoneInfo("Asia/Tokyo")
# Half past midnight in Japan, where it is a day later than in UTC.
START = datetime(2026, 12, 1, 0, 30, tzinfo=TOKYO)
HOURS = timedelta(hours=2)
WEEK = timedelta(days=7)


def following(repetition: Repetition, now: datetime = START + HOURS) -> NextWeek | None:
    return NextWeek.after(Occurrence(START, START + HOURS), repetition, now, TOKYO)


def repeat(actor: Actor = HOST, invitation_id: str = INVITATION_ID, **end: Any) -> RepeatInvitation:
    return RepeatInvitation(
        actor=actor,
        invitation_id=invitation_id,
        repetition=Repetition(**end),
        reply_to=builders.reply_to(),
    )


@pytest.mark.parametrize("end", [{}, {"times": 1, "until": date(2026, 12, 31)}, {"times": 53}])
def test_a_repetition_has_one_end(end: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Repetition(**end)


def test_it_comes_back_at_the_same_time_of_day_in_japan_and_counts_down() -> None:
    found = following(Repetition(times=2))
    assert found == NextWeek(START + WEEK, START + HOURS + WEEK, left=Repetition(times=1))
    assert found.start_time.astimezone(TOKYO).timetuple()[:5] == (2026, 12, 8, 0, 30)
    assert found.start_time.tzinfo is UTC
    last = following(Repetition(times=1))
    assert last is not None
    assert last.left is None


@pytest.mark.parametrize(
    ("until", "is_there", "goes_on"),
    [
        (date(2026, 12, 7), False, False),
        (date(2026, 12, 8), True, False),
        (date(2026, 12, 14), True, False),
        (date(2026, 12, 15), True, True),
    ],
)
def test_the_last_day_is_one_of_japans(
    until: date,
    is_there: bool,  # noqa: FBT001 - a column of the table
    goes_on: bool,  # noqa: FBT001 - likewise
) -> None:
    found = following(Repetition(until=until))
    assert (found is not None) is is_there
    assert bool(found and found.left) is goes_on


def test_weeks_that_have_passed_meanwhile_are_skipped() -> None:
    late = following(Repetition(times=3), START + 3 * WEEK)
    assert late is not None
    assert late.start_time == START + 4 * WEEK
    assert late.left == Repetition(times=2)
    assert following(Repetition(until=date(2026, 12, 8)), START + 3 * WEEK) is None


def test_the_end_of_the_calendar_ends_a_series() -> None:
    last = datetime(9999, 12, 30, tzinfo=UTC)
    assert NextWeek.after(Occurrence(last, last + HOURS), Repetition(times=9), last, TOKYO) is None


@pytest.mark.parametrize(
    ("actor", "status", "end", "code"),
    [
        (MEMBER, "recruiting", {"times": 1}, "not_host"),
        (HOST, "completed", {"times": 1}, "already_final"),
        (STAFF, "full", {"until": date(2026, 12, 7)}, "until_too_soon"),
        (STAFF, "full", {"until": date(2027, 12, 1)}, "until_too_far"),
    ],
)
def test_a_repetition_is_refused_by_actor_status_and_end(
    actor: Actor, status: Any, end: Any, code: str
) -> None:
    invitation = builders.invitation(
        status=status, start_time=START.astimezone(UTC), end_time=START + HOURS
    )
    with pytest.raises(Refused, match=code):
        invitation.repeat(actor, Repetition(**end), START - HOURS, TOKYO)


async def drafted(pool: Pool) -> dict[str, Any]:
    """Return the one draft in the outbox, and empty the outbox."""
    [body] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    return body


async def ended(pool: Pool, invitation_id: str = INVITATION_ID) -> None:
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=invitation_id))


async def test_the_next_event_is_drafted_at_the_end_with_the_texts_of_the_last(pool: Pool) -> None:
    await published(pool, vrchat_profile=builders.SEALED)
    assert await say(pool, repeat(STAFF, times=2)) == "done"
    (name, event), (_, answer) = await drain(pool)
    assert (name, event["repetition"]) == ("RepetitionChanged", {"times": 2, "until": None})
    first = await stored(pool)
    next_at = int((first["start_time"] + WEEK).timestamp())
    assert answer["details"] == {"choice": "times", "times": "2", "next_at": next_at}
    stands = await invitations.view(pool, INVITATION_ID)
    assert stands is not None
    assert stands.repetition == Repetition(times=2)
    await say(pool, builders.edit(stands, event_name="名を変えた会", actor=STAFF))
    await drain(pool)

    cancel = CancelInvitation(actor=HOST, invitation_id=INVITATION_ID)
    await say(pool, cancel.model_copy(update={"reply_to": builders.reply_to()}))

    (_, _), (name, draft), (_, answer) = await drain(pool)
    assert (name, draft["host_id"], draft["channel_id"]) == ("InvitationDrafted", "900", "2")
    assert draft["details"]["event_name"] == "名を変えた会"
    start = datetime.fromisoformat(draft["details"]["start_time"])
    assert (start, answer["details"]) == (first["start_time"] + WEEK, {"goes_on_at": next_at})
    row = await pool.fetchrow("SELECT * FROM drafts WHERE invitation_id IS NULL")
    assert row is not None
    assert (str(row["request_id"]), row["vrchat_profile"]) == (draft["request_id"], None)


async def test_the_next_event_is_announced_where_the_guild_wants_it_by_then(pool: Pool) -> None:
    await published(pool)
    await say(pool, repeat(times=2))
    await pool.execute("INSERT INTO guilds (guild_id, announcement_channel_id) VALUES ('1', '31')")
    await drain(pool)
    await ended(pool)
    assert [body["channel_id"] for name, body in await drain(pool) if "Drafted" in name] == ["31"]


async def test_a_series_keeps_the_time_of_day_of_its_guild(pool: Pool) -> None:
    new_york = ZoneInfo("America/New_York")
    await pool.execute(
        "INSERT INTO guilds (guild_id, time_zone) VALUES ('1', $1)", "America/New_York"
    )
    change = next_change(new_york, forward=True)
    start = datetime.combine(change, time(21), new_york) - timedelta(days=4)
    await published(pool, start_time=start, end_time=start + HOURS)
    assert await say(pool, repeat(times=2)) == "done"
    following = start + WEEK  # what the clocks show: an hour less than seven days
    (_, _), (_, answer) = await drain(pool)
    assert answer["details"]["next_at"] == int(following.timestamp())
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    details = (await drafted(pool))["details"]
    assert datetime.fromisoformat(details["start_time"]) == following
    assert datetime.fromisoformat(details["end_time"]) == following + HOURS


async def test_a_series_comes_back_to_an_hour_that_the_clocks_skipped_once(pool: Pool) -> None:
    new_york = ZoneInfo("America/New_York")
    await pool.execute(
        "INSERT INTO guilds (guild_id, time_zone) VALUES ('1', $1)", "America/New_York"
    )
    skipped = datetime.combine(next_change(new_york, forward=True), time(2, 30), new_york)
    start = skipped - WEEK
    await published(pool, start_time=start, end_time=start + HOURS)
    await say(pool, repeat(times=3))
    starts = []
    for number in (1001, 1002):
        await drain(pool)
        await say(pool, CancelInvitation(actor=HOST, invitation_id=str(number)))
        draft = await drafted(pool)
        starts.append(datetime.fromisoformat(draft["details"]["start_time"]))
        await say(pool, builders.publish(UUID(draft["request_id"]), str(number + 1)))
    assert starts == [
        skipped.replace(hour=3),
        skipped + WEEK,
    ]


async def test_each_occurrence_follows_the_one_before_until_the_last(pool: Pool) -> None:
    await published(pool)
    await say(pool, repeat(times=2))
    left = []
    for number in (2, 3):
        await ended(pool, str(999 + number))
        request_id = UUID((await drafted(pool))["request_id"])
        await say(pool, builders.publish(request_id, str(1000 + number)))
        view = await invitations.view(pool, str(1000 + number))
        assert view is not None
        left.append(view.repetition)
    assert left == [Repetition(times=1), None]
    await drain(pool)
    await ended(pool, "1003")
    assert [name for name, _ in await drain(pool)] == ["InvitationCompleted"]
    assert await pool.fetchval("SELECT count(*) FROM repetitions") == 0


async def test_the_sweep_drafts_the_next_event_of_each_series_it_closes(pool: Pool) -> None:
    await published(pool)
    await say(pool, repeat(until=date.today() + timedelta(days=30)))  # noqa: DTZ011 - any day near
    weeks_ago = "start_time - INTERVAL '20 days', end_time = end_time - INTERVAL '20 days'"
    await pool.execute(f"UPDATE invitations SET start_time = {weeks_ago}")  # noqa: S608 - our own
    await drain(pool)
    await say(pool, CloseOverdueInvitations(actor=HOST))
    (first, _), (second, draft) = await drain(pool)
    assert (first, second) == ("InvitationCompleted", "InvitationDrafted")
    start = datetime.fromisoformat(draft["details"]["start_time"])
    assert datetime.now(UTC) < start < datetime.now(UTC) + WEEK


async def test_a_series_ends_when_it_is_stopped_or_its_draft_cannot_be_posted(pool: Pool) -> None:
    stop = StopRepetition(actor=HOST, invitation_id=INVITATION_ID, reply_to=builders.reply_to())
    await published(pool)
    assert await say(pool, stop) == "refused"
    assert (await drain(pool))[0][1]["code"] == "not_repeated"
    await say(pool, repeat(times=9))
    assert await say(pool, stop) == "done"
    assert (await drain(pool))[-2][1]["repetition"] is None

    await say(pool, repeat(times=9))
    await ended(pool)
    request_id = UUID((await drafted(pool))["request_id"])
    await say(pool, DiscardDraft(actor=HOST, request_id=request_id, code="cannot_post"))
    assert await pool.fetchval("SELECT count(*) FROM repetitions") == 0
    actions = await pool.fetch("SELECT action, details FROM audit_log ORDER BY id")
    assert [row["action"].partition(".")[2] for row in actions] == [
        "RepeatInvitation",
        "StopRepetition",
        "RepeatInvitation",
        "CompleteInvitation",
    ]
    assert json.loads(actions[0]["details"]) == {"times": "9"}


async def test_the_next_waits_for_a_gateway_however_long(pool: Pool) -> None:
    """A draft that came to nothing is forgotten after a day, but not one of a series."""
    await published(pool)
    await say(pool, repeat(times=9))
    await ended(pool)
    await say(pool, builders.draft(uuid4(), reply_to=builders.reply_to()))
    await pool.execute("UPDATE drafts SET updated_at = updated_at - INTERVAL '9 days'")
    await pool.execute("INSERT INTO repetitions VALUES (gen_random_uuid(), 1)")
    await say(pool, CleanInbox(actor=HOST))
    assert await pool.fetchval("SELECT count(*) FROM drafts WHERE invitation_id IS NULL") == 1
    assert await pool.fetchval("SELECT count(*) FROM repetitions") == 1


async def test_the_last_week_is_waited_for_like_the_others(pool: Pool) -> None:
    await published(pool)
    await say(pool, repeat(times=1))
    await ended(pool)
    await pool.execute("UPDATE drafts SET updated_at = updated_at - INTERVAL '9 days'")
    await say(pool, CleanInbox(actor=HOST))
    assert await pool.fetchval("SELECT count(*) FROM drafts WHERE invitation_id IS NULL") == 1
