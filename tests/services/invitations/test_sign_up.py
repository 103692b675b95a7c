"""Sign-up opens and closes at times of its own: the moment of the press decides who is in time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import DISCORD_EPOCH, Actor, Command, Envelope, ReplyTo
from shared.messages.invitations.commands import (
    AnnounceSignUp,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.details import InvitationState
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
        ({"opening_time": 5}, "sign_up_not_open", "opens_at"),
        ({"cutoff_time": -5}, "sign_up_closed", "closed_at"),
    ],
)
async def test_a_command_that_nobody_pressed_is_judged_by_the_database(
    pool: Pool, times: dict[str, int], code: str, fact: str
) -> None:
    """Here they are minutes from now."""
    moments = {name: soon(minutes=minutes) for name, minutes in times.items()}
    await published(pool, **moments)
    [at] = moments.values()
    row = await stored(pool)
    invitation = builders.invitation(**moments, read_at=row["updated_at"])
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
    assert await code_of(pool, press(JoinInvitation, 1, soon())) == "already_joined"
    assert await code_of(pool, press(JoinWaitlist, 2, soon())) == "already_waitlisted"

    leave = LeaveInvitation(
        actor=member(1), invitation_id=INVITATION_ID, reply_to=pressed_at(soon()), gives_up="joined"
    )
    await say(pool, leave)
    promoted = [body["user_id"] for name, body in await drain(pool) if "Promoted" in name]
    assert promoted == [member(2).user_id]
    interested = ShowInterest(
        actor=member(9), invitation_id=INVITATION_ID, reply_to=pressed_at(soon())
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
