"""Waiting for a seat: first come, first served, and never a free seat beside the queue."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from tests import builders
from tests.builders import HOST, INVITATION_ID, member
from tests.services.invitations.telling import drain, published, say, stored


def join(actor: builders.Actor, **fields: Any) -> JoinInvitation:
    return JoinInvitation(actor=actor, invitation_id=INVITATION_ID, **fields)


def wait(actor: builders.Actor, **fields: Any) -> JoinWaitlist:
    return JoinWaitlist(actor=actor, invitation_id=INVITATION_ID, **fields)


def leave(actor: builders.Actor) -> LeaveInvitation:
    return LeaveInvitation(actor=actor, invitation_id=INVITATION_ID, gives_up="joined")


async def full_with_queue(pool: Pool, *waiting: int) -> None:
    """Let members 1 and 2 have the only seats, and others wait in this order."""
    await published(pool, max_participants=2)
    for number in (1, 2):
        await say(pool, join(member(number)))
    for number in waiting:
        assert await say(pool, wait(member(number))) == "done"
    await drain(pool)


async def queue(pool: Pool) -> list[str]:
    rows = await pool.fetch(
        "SELECT user_id FROM participants WHERE status = 'waitlisted' ORDER BY waitlisted_at"
    )
    return [row["user_id"] for row in rows]


async def test_a_waiting_member_reads_the_place(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)

    await say(pool, wait(member(5), reply_to=builders.reply_to()))

    (event_name, event), (answer_name, answer) = await drain(pool)
    assert (event_name, answer_name) == ("ParticipantWaitlisted", "CommandAccepted")
    assert answer["details"] == {"place": 3}
    assert event["invitation"]["waitlisted_count"] == 3
    assert event["invitation"]["status"] == "full"


@pytest.mark.parametrize("gives_up", [LeaveInvitation, ShowInterest])
async def test_a_seat_that_is_given_up_goes_to_the_first_in_the_queue(
    pool: Pool, gives_up: Any
) -> None:
    await full_with_queue(pool, 3, 4)

    about = {"invitation_id": INVITATION_ID, "gives_up": "joined"}
    await say(pool, gives_up(actor=member(1), reply_to=builders.reply_to(), **about))

    (_, left), (name, promoted), (_, answer) = await drain(pool)
    assert (name, promoted["user_id"]) == ("ParticipantPromoted", member(3).user_id)
    assert promoted["user_name"] == member(3).name
    before, after = left["invitation"], promoted["invitation"]
    assert (before["version"] + 1, before["status"]) == (after["version"], "full")
    assert answer["invitation"] == after
    assert after["version"] == (await stored(pool))["version"]
    assert (after["joined_count"], after["waitlisted_count"]) == (2, 1)
    assert await queue(pool) == [member(4).user_id]


@pytest.mark.parametrize("gives_up", [LeaveInvitation, ShowInterest])
async def test_leaving_the_queue_promotes_nobody(pool: Pool, gives_up: Any) -> None:
    await full_with_queue(pool, 3, 4, 5)
    about = {"invitation_id": INVITATION_ID, "gives_up": "waitlisted"}
    await say(pool, gives_up(actor=member(4), **about))
    [(_, event)] = await drain(pool)
    assert event["invitation"]["waitlisted_count"] == 2
    assert await queue(pool) == [member(3).user_id, member(5).user_id]


async def test_a_member_who_leaves_the_queue_and_comes_back_is_last(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)
    about = {"invitation_id": INVITATION_ID, "gives_up": "waitlisted"}
    await say(pool, ShowInterest(actor=member(3), **about))
    await say(pool, wait(member(3)))
    assert await queue(pool) == [member(4).user_id, member(3).user_id]


@pytest.mark.parametrize(
    ("actor", "kind", "code"),
    [
        (member(1), wait, "already_joined"),
        (member(3), wait, "already_waitlisted"),
        (member(3), join, "already_waitlisted"),
        (HOST, wait, "host_cannot_join"),
    ],
)
async def test_waiting_is_refused(pool: Pool, actor: Any, kind: Any, code: str) -> None:
    await full_with_queue(pool, 3)
    assert await say(pool, kind(actor, reply_to=builders.reply_to())) == "refused"
    [(_, answer)] = await drain(pool)
    assert answer["code"] == code


async def test_a_member_cannot_wait_beside_a_free_seat(pool: Pool) -> None:
    await published(pool, max_participants=2)
    await say(pool, join(member(1)))
    await drain(pool)
    assert await say(pool, wait(member(2), reply_to=builders.reply_to())) == "refused"
    assert [answer["code"] for _, answer in await drain(pool)] == ["not_full"]


async def test_a_leave_that_comes_twice_promotes_one(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)
    envelope = Envelope.first(leave(member(1)))
    outcomes = await asyncio.gather(*(handle_once(envelope, HANDLERS, pool) for _ in range(4)))
    assert sorted(outcomes) == ["done", "repeated", "repeated", "repeated"]
    assert [name for name, _ in await drain(pool)] == ["ParticipantLeft", "ParticipantPromoted"]
    assert await queue(pool) == [member(4).user_id]


async def test_no_newcomer_overtakes_the_queue(pool: Pool) -> None:
    """Forty reach for each seat that is given up, at the same instant as it is."""
    await full_with_queue(pool, 3, 4)
    newcomers = [member(number) for number in range(100, 140)]

    await asyncio.gather(
        say(pool, leave(member(1))),
        say(pool, leave(member(2))),
        *(say(pool, join(each)) for each in newcomers),
    )

    seated = await pool.fetch("SELECT user_id FROM participants WHERE status = 'joined'")
    assert {row["user_id"] for row in seated} == {member(3).user_id, member(4).user_id}


async def test_a_service_that_promotes_nobody_fails(pool: Pool) -> None:
    """One from before the queue cannot leave a seat free: its COMMIT fails, and nothing is lost."""
    await full_with_queue(pool, 3)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await pool.execute("DELETE FROM participants WHERE user_id = $1", member(1).user_id)
    assert refusal.value.sqlstate == "DK004"
