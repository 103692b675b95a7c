"""Sign-up opens and closes at times of its own: the moment of the press decides who is in time."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pydantic import ValidationError

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import DISCORD_EPOCH, Actor, Command, Envelope, ReplyTo
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    CancelInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.details import Details, InvitationState
from shared.messages.invitations.drafting import PostDraft
from shared.messages.invitations.editing import Basis
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.invitations.roster import AddParticipant
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, STAFF, member, soon
from tests.services.invitations.telling import drain, published, say, stored

Client = TestClient[web.Request, web.Application]
SCHEDULER = Actor(user_id="0", name="scheduler")
ANNOUNCE = AnnounceSignUp(actor=SCHEDULER, invitation_id=INVITATION_ID)
MILLISECOND = timedelta(milliseconds=1)
NOW = soon()


def pressed_at(at: datetime, number: int = 0) -> ReplyTo:
    """Say where the answer to a press of that moment goes: its id has Discord's time."""
    milliseconds = (at - DISCORD_EPOCH) // MILLISECOND
    return builders.reply_to(str((milliseconds << 22) + number))


async def code_of(pool: Pool, command: Command) -> str:
    """Handle a press; return the code of its refusal, or `done`."""
    await drain(pool)
    await say(pool, command)
    [code] = [
        body.get("code", "done")
        for name, body in await drain(pool)
        if name in {"CommandRefused", "CommandAccepted"}
    ]
    return str(code)


def press(kind: type[JoinInvitation | JoinWaitlist], number: int, at: datetime) -> Command:
    """Let a member press a button at a moment."""
    return kind(actor=member(number), invitation_id=INVITATION_ID, reply_to=pressed_at(at, number))


@pytest.mark.parametrize(
    ("opens", "closes", "pressed", "code"),
    [
        (NOW, None, NOW - MILLISECOND, "sign_up_not_open"),
        (NOW, None, NOW, "done"),
        (None, NOW, NOW - MILLISECOND, "done"),
        (None, NOW, NOW, "sign_up_closed"),
        (NOW - MILLISECOND, NOW, NOW - MILLISECOND, "done"),
        (soon(minutes=1), soon(minutes=2), NOW, "sign_up_not_open"),
    ],
)
async def test_the_millisecond_of_the_press_decides_who_is_in_time(
    pool: Pool, opens: Any, closes: Any, pressed: datetime, code: str
) -> None:
    """However late the press arrives: the broker may have been away."""
    await published(pool, opening_time=opens, cutoff_time=closes, max_participants=1)
    assert await code_of(pool, press(JoinInvitation, 1, pressed)) == code
    await pool.execute("DELETE FROM participants")
    await say(pool, AddParticipant(**ADDED, reply_to=pressed_at(NOW)))
    assert await code_of(pool, press(JoinWaitlist, 3, pressed)) == code


ADDED = {"actor": HOST, "invitation_id": INVITATION_ID, "user_id": "777", "user_name": "あとから"}


@pytest.mark.parametrize(
    ("times", "code", "fact"),
    [
        ({"opening_time": soon(minutes=5)}, "sign_up_not_open", "opens_at"),
        ({"cutoff_time": soon(minutes=-5)}, "sign_up_closed", "closed_at"),
    ],
)
async def test_a_command_that_nobody_pressed_is_judged_by_the_database(
    pool: Pool, times: dict[str, datetime], code: str, fact: str
) -> None:
    await published(pool, **times)
    [at] = times.values()
    row = await stored(pool)
    invitation = builders.invitation(**times, read_at=row["updated_at"])
    with pytest.raises(Refused) as refused:
        invitation.check_join(member(1), None, None)
    assert (refused.value.code, refused.value.details) == (code, {fact: int(at.timestamp())})
    assert await say(pool, builders.join(member(1))) == "refused"


async def test_after_the_cut_off_members_leave_and_the_queue_moves_up(pool: Pool) -> None:
    cutoff = soon(seconds=-10)
    await published(pool, max_participants=1, cutoff_time=cutoff)
    early = cutoff - timedelta(minutes=1)
    for kind, number in ((JoinInvitation, 1), (JoinWaitlist, 2), (JoinWaitlist, 3)):
        assert await code_of(pool, press(kind, number, early)) == "done"
    assert await code_of(pool, press(JoinInvitation, 1, NOW)) == "already_joined"
    assert await code_of(pool, press(JoinWaitlist, 2, NOW)) == "already_waitlisted"

    leave = LeaveInvitation(
        actor=member(1), invitation_id=INVITATION_ID, reply_to=pressed_at(soon()), gives_up="joined"
    )
    await say(pool, leave)
    promoted = [body["user_id"] for name, body in await drain(pool) if "Promoted" in name]
    assert promoted == [member(2).user_id]
    interested = ShowInterest(
        actor=member(9), invitation_id=INVITATION_ID, reply_to=pressed_at(NOW)
    )
    assert await code_of(pool, interested) == "done"


async def test_hosts_and_staff_give_seats_also_outside_the_time_of_sign_up(pool: Pool) -> None:
    await published(pool, opening_time=soon(hours=1), end_time=soon(hours=3))
    assert await code_of(pool, AddParticipant(**ADDED, reply_to=pressed_at(NOW))) == "done"
    by_staff = {**ADDED, "actor": STAFF, "user_id": "778"}
    assert await code_of(pool, AddParticipant(**by_staff, reply_to=pressed_at(NOW))) == "done"


async def announced(pool: Pool) -> list[str]:
    """Return the names of what the outbox has, and empty it."""
    return [name for name, _ in await drain(pool)]


async def test_an_opening_and_a_cut_off_are_announced_once_each(pool: Pool) -> None:
    opens, closes = soon(seconds=-2), soon(minutes=5)
    await published(pool, opening_time=opens, cutoff_time=closes)
    outcomes = await asyncio.gather(*(say(pool, ANNOUNCE) for _ in range(5)))
    assert sorted(outcomes) == ["done"] + ["refused"] * 4
    [(name, event)] = await drain(pool)
    assert (name, event["invitation"]["version"]) == ("SignUpChanged", 2)
    assert (await stored(pool))["sign_up_announced"] == opens

    await pool.execute("UPDATE invitations SET cutoff_time = $1", soon())
    assert await say(pool, ANNOUNCE) == "done"
    envelope = Envelope.first(ANNOUNCE)
    assert [await handle_once(envelope, HANDLERS, pool) for _ in range(2)] == [
        "refused",
        "repeated",
    ]
    assert await announced(pool) == ["SignUpChanged"]


async def test_after_an_outage_longer_than_sign_up_one_event_says_that_it_is_closed(
    pool: Pool,
) -> None:
    closes = soon(seconds=-1)
    await published(pool, opening_time=soon(seconds=-9), cutoff_time=closes)
    for _ in range(2):  # the scheduler sends a command for each of the two
        await say(pool, ANNOUNCE)
    [(_, event)] = await drain(pool)
    state = InvitationState(**event["invitation"])
    assert state.sign_up(NOW - timedelta(hours=1)) == "closed"  # by a clock that is behind
    assert (await stored(pool))["sign_up_announced"] == closes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "not_yet"),
        ({"opening_time": NOW + MILLISECOND}, "not_yet"),
        ({"cutoff_time": NOW + MILLISECOND}, "not_yet"),
        ({"cutoff_time": NOW, "sign_up_announced": NOW}, "already_announced"),
        ({"cutoff_time": NOW, "has_ended": True}, "already_final"),
        ({"cutoff_time": NOW, "status": "cancelled"}, "already_final"),
    ],
)
def test_announcing_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        builders.invitation(**changes).sign_up_to_announce(NOW)


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"cutoff_time": 0}, "cutoff_after_end"),
        ({"opening_time": 0}, "opens_too_late"),
        ({"opening_time": -60, "cutoff_time": -60}, "opens_too_late"),
    ],
)
async def test_times_that_contradict_each_other_are_refused_everywhere(
    pool: Pool, times: dict[str, int], code: str
) -> None:
    """Here they are minutes after the end."""
    await published(pool)
    shown = Details(**dict(await stored(pool)))
    moments = {name: shown.end_time + timedelta(minutes=each) for name, each in times.items()}
    with pytest.raises(ValidationError, match=code):
        Details(**dict(shown) | moments)
    changes = builders.edit(shown, "schedule", reply_to=builders.reply_to(), **moments)
    assert await code_of(pool, changes) == code
    names = ", ".join(f"{name} = ${place}" for place, name in enumerate(moments, 1))
    with pytest.raises(asyncpg.CheckViolationError, match="chk_invitation_sign_up"):
        await pool.execute(f"UPDATE invitations SET {names}", *moments.values())  # noqa: S608


async def test_moving_the_event_keeps_the_cut_off_and_refuses_one_after_the_end(
    pool: Pool,
) -> None:
    cutoff = soon(minutes=50)
    await published(pool, cutoff_time=cutoff, opening_time=soon(minutes=10))
    shown = Details(**dict(await stored(pool)))

    async def moved(shown: Details, **times: Any) -> str:
        return await code_of(
            pool, builders.edit(shown, "schedule", reply_to=builders.reply_to(), **times)
        )

    early = {"start_time": soon(minutes=20), "end_time": soon(minutes=40)}
    assert await moved(shown, **early) == "cutoff_after_end"
    assert await moved(shown, **early, cutoff_time=soon(minutes=5)) == "opens_too_late"
    assert await moved(shown, **early, drops_cutoff_time=True) == "done"
    shown = Details(**dict(await stored(pool)))
    assert (shown.cutoff_time, shown.opening_time) == (None, shown.opening_time)
    assert await moved(shown, start_time=soon(hours=5), end_time=soon(hours=6)) == "done"
    row = await stored(pool)
    assert (row["cutoff_time"], row["opening_time"]) == (None, shown.opening_time)


async def test_a_cut_off_that_moves_away_opens_sign_up_again(pool: Pool) -> None:
    await published(pool, cutoff_time=soon(seconds=-5))
    await say(pool, ANNOUNCE)
    assert await code_of(pool, press(JoinInvitation, 1, soon())) == "sign_up_closed"
    shown = Details(**dict(await stored(pool)))
    await say(pool, builders.edit(shown, "schedule", cutoff_time=soon(minutes=30)))
    [edited] = [body for name, body in await drain(pool) if name == "InvitationEdited"]
    assert (edited["changed"], edited["user_ids"]) == (["cutoff_time"], [])
    assert await code_of(pool, press(JoinInvitation, 1, soon())) == "done"
    assert await say(pool, ANNOUNCE) == "refused"


def test_a_form_of_the_release_before_still_matches_an_event_without_these_times() -> None:
    shown = builders.details()
    older = {"start_time", "end_time", "max_participants"}
    fingerprint = sha256(shown.model_dump_json(include=older).encode()).hexdigest()[:16]
    assert Basis.of(shown, "schedule").fingerprint == fingerprint
    with_cutoff = builders.details(cutoff_time=shown.start_time)
    assert Basis.of(with_cutoff, "schedule") != Basis.of(shown, "schedule")


async def test_each_occurrence_of_a_series_keeps_the_distance_to_its_start(pool: Pool) -> None:
    """A cut-off that has passed when the next occurrence is drafted is left out."""
    start = soon(minutes=10)
    times = {"start_time": start, "end_time": soon(hours=1)}
    await published(
        pool, **times, opening_time=soon(minutes=-30), cutoff_time=start - timedelta(minutes=5)
    )
    repeat = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=3)
    )
    await say(pool, repeat)
    await drain(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    following = Details(**drafted["details"])
    assert following.start_time == start + timedelta(days=7)
    assert following.opening_time == soon_of(following, -40)
    assert following.cutoff_time == soon_of(following, -5)

    request_id = UUID(drafted["request_id"])
    await say(pool, builders.publish(request_id, "1002"))
    await pool.execute(
        "UPDATE invitations SET cutoff_time = start_time - INTERVAL '15 days',"
        " opening_time = NULL WHERE id = '1002'"
    )
    await drain(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id="1002"))
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert drafted["details"]["cutoff_time"] is None


def soon_of(details: Details, minutes: int) -> datetime:
    return details.start_time + timedelta(minutes=minutes)


async def test_a_draft_is_not_posted_with_a_cut_off_that_has_passed(pool: Pool) -> None:
    request_id = uuid4()
    await say(pool, builders.save(request_id, cutoff_time=soon(seconds=-1)))
    post = PostDraft(
        actor=HOST,
        request_id=request_id,
        guild_id="1",
        channel_id="2",
        reply_to=builders.reply_to(),
    )
    assert await code_of(pool, post) == "cutoff_in_past"
    await say(pool, builders.save(request_id, cutoff_time=soon(minutes=9), opening_time=NOW))
    await drain(pool)
    await say(pool, post)
    [(_, drafted)] = await drain(pool)
    assert datetime.fromisoformat(drafted["details"]["opening_time"]) == NOW


async def test_the_api_shows_both_times_in_an_event_and_in_lists(
    pool: Pool, client: Client
) -> None:
    opens, closes = soon(minutes=5), soon(minutes=30)
    await published(pool, opening_time=opens, cutoff_time=closes)
    wanted = [each.isoformat().replace("+00:00", "Z") for each in (opens, closes)]
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert [_short(view[name]) for name in ("opening_time", "cutoff_time")] == [
        _short(each) for each in wanted
    ]
    assert view["sign_up_announced"] is None


def _short(written: str) -> datetime:
    assert written.endswith("Z")
    return datetime.fromisoformat(written).astimezone(UTC)
