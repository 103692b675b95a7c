"""Host and staff add and remove members, within the rules and with an audit row."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.invitations.domain import Invitation
from shared.database import Pool
from shared.messages.envelope import DISCORD_EPOCH, Actor
from shared.messages.invitations.commands import (
    CancelInvitation,
    JoinInvitation,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.details import Part
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant, WithdrawMember
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF, member
from tests.services.invitations.telling import drain, published, say
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
def test_the_roster_checks_the_actor_and_the_added_member(
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


async def test_an_added_member_has_a_seat_and_the_audit_log_says_so(pool: Pool) -> None:
    await published(pool)
    await say(pool, ShowInterest(actor=MEMBER, invitation_id=INVITATION_ID))
    await drain(pool)

    await say(pool, add(MEMBER, STAFF, reply_to=builders.reply_to()))

    (name, event), (_, answer) = await drain(pool)
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


async def test_a_removed_member_makes_room_for_the_first_in_the_queue(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)

    await say(pool, remove(member(1)))

    (name, left), (promoted_name, promoted) = await drain(pool)
    assert (name, promoted_name) == ("ParticipantLeft", "ParticipantPromoted")
    assert (left["gave_up"], left["by_id"]) == ("joined", HOST.user_id)
    assert promoted["user_id"] == member(3).user_id
    assert [each["invitation"]["version"] for each in (left, promoted)] == [6, 7]
    assert promoted["invitation"]["status"] == "full"
    [details] = await pool.fetchrow("SELECT details::text FROM audit_log") or ()
    assert json.loads(details) == {"user_id": member(1).user_id, "part": "joined"}


async def test_a_queued_member_can_be_removed_but_not_moved_ahead(pool: Pool) -> None:
    await full_with_queue(pool, 3, 4)
    for nobody_overtakes in (add(member(4)), add(member(9), STAFF)):
        assert await say(pool, nobody_overtakes) == "refused"
    assert await say(pool, remove(member(3))) == "done"
    assert await queue(pool) == [member(4).user_id]
    [(name, left)] = await drain(pool)
    assert (name, left["gave_up"]) == ("ParticipantLeft", "waitlisted")
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 1


async def events_of_guilds(pool: Pool, guilds: dict[str, str]) -> None:
    """Let invitations for one stand, in the order of their ids, each in its guild."""
    for invitation_id, guild_id in guilds.items():
        request_id = uuid4()
        await say(pool, builders.draft(request_id, max_participants=1, guild_id=guild_id))
        await say(pool, builders.publish(request_id, invitation_id, guild_id))


def withdraw(who: Actor, left_at: datetime | None = None) -> WithdrawMember:
    return WithdrawMember(actor=who, guild_id="1", left_at=left_at or builders.soon(minutes=1))


async def parts(pool: Pool, who: Actor) -> dict[str, str]:
    rows = await pool.fetch(
        "SELECT invitation_id, status FROM participants WHERE user_id = $1", who.user_id
    )
    return {row["invitation_id"]: row["status"] for row in rows}


async def test_a_member_who_leaves_the_guild_leaves_all_its_open_events(pool: Pool) -> None:
    """They lose seat, queue place and bookmark, but not in ended events or in other guilds."""
    await events_of_guilds(pool, {"11": "1", "12": "1", "13": "1", "14": "1", "15": "2"})
    for invitation_id in ("11", "14"):
        await say(pool, JoinInvitation(actor=MEMBER, invitation_id=invitation_id))
    await say(pool, JoinInvitation(actor=builders.in_guild(MEMBER, "2"), invitation_id="15"))
    await say(pool, JoinInvitation(actor=member(1), invitation_id="12"))
    for actor, invitation_id in (member(2), "11"), (MEMBER, "12"), (member(3), "12"):
        await say(pool, builders.wait(actor, invitation_id))
    await say(pool, ShowInterest(actor=MEMBER, invitation_id="13"))
    await say(pool, CancelInvitation(actor=HOST, invitation_id="14", for_people=1))
    await drain(pool)

    await say(pool, withdraw(MEMBER))

    assert [
        (name, event["invitation"]["id"], event["user_id"], event.get("gave_up"))
        for name, event in await drain(pool)
    ] == [
        ("ParticipantLeft", "11", MEMBER.user_id, "joined"),
        ("ParticipantPromoted", "11", member(2).user_id, None),
        ("ParticipantLeft", "12", MEMBER.user_id, "waitlisted"),
        ("ParticipantLeft", "13", MEMBER.user_id, "interested"),
    ]
    assert await parts(pool, MEMBER) == {"14": "joined", "15": "joined"}
    await say(pool, withdraw(MEMBER))
    assert await drain(pool) == []


async def test_a_late_leave_event_removes_no_seat_of_a_member_who_has_come_back(pool: Pool) -> None:
    await events_of_guilds(pool, {"11": "1"})
    left_at = builders.soon(minutes=-1)
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id="11"))
    await say(pool, withdraw(MEMBER, left_at))
    assert await parts(pool, MEMBER) == {"11": "joined"}


async def test_a_late_leave_event_keeps_a_seat_that_was_taken_since_the_leave(
    pool: Pool,
) -> None:
    await events_of_guilds(pool, {"11": "1", "12": "1"})
    for invitation_id in ("11", "12"):
        await say(pool, ShowInterest(actor=MEMBER, invitation_id=invitation_id))
    await pool.execute("UPDATE participants SET chosen_at = now() - INTERVAL '2 minutes'")
    left_at = await pool.fetchval("SELECT clock_timestamp() - INTERVAL '1 minute'")
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id="11"))

    await say(pool, withdraw(MEMBER, left_at))

    assert await parts(pool, MEMBER) == {"11": "joined"}


@pytest.mark.parametrize(
    ("pressed", "left", "keeps_seat"),
    [
        (timedelta(hours=-3), timedelta(hours=-3, seconds=5), False),
        (timedelta(hours=-3), timedelta(hours=-3, seconds=-30), True),
        (timedelta(hours=3), timedelta(hours=3, seconds=-5), False),
        (timedelta(hours=3), timedelta(hours=3, seconds=30), False),
    ],
)
async def test_pressing_and_leaving_are_compared_by_discords_clock(
    pool: Pool, pressed: timedelta, left: timedelta, *, keeps_seat: bool
) -> None:
    """Whatever the database's clock says, and the gateway's estimate may be wrong by seconds."""
    await events_of_guilds(pool, {"11": "1"})
    now = datetime.now(UTC)
    reply_to = builders.reply_to(discord_id(now + pressed))
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id="11", reply_to=reply_to))
    await say(pool, withdraw(MEMBER, now + left))
    assert await parts(pool, MEMBER) == ({"11": "joined"} if keeps_seat else {})


def discord_id(at: datetime) -> str:
    """Make an id that Discord gives at a moment."""
    return str((at - DISCORD_EPOCH) // timedelta(milliseconds=1) << 22)


async def test_a_seat_from_a_clock_years_ahead_ends_when_the_member_leaves_the_guild(
    pool: Pool,
) -> None:
    await events_of_guilds(pool, {"11": "1"})
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id="11"))
    await pool.execute("UPDATE participants SET chosen_at = now() + INTERVAL '10 years'")
    await say(pool, withdraw(MEMBER))
    assert await parts(pool, MEMBER) == {}


async def test_a_member_who_had_left_keeps_no_seat_from_a_later_promotion(pool: Pool) -> None:
    await events_of_guilds(pool, {"12": "1"})
    await say(pool, JoinInvitation(actor=member(1), invitation_id="12"))
    await say(pool, builders.wait(MEMBER, "12"))
    left_at = await pool.fetchval("SELECT clock_timestamp()")
    left = LeaveInvitation(actor=member(1), invitation_id="12", gives_up="joined")
    await say(pool, left)
    assert await parts(pool, MEMBER) == {"12": "joined"}

    await say(pool, withdraw(MEMBER, left_at))

    assert await parts(pool, MEMBER) == {}


async def test_many_members_who_leave_at_once_never_wait_for_each_other(pool: Pool) -> None:
    """Each leaves every event and both replicas report it; a deadlock would raise."""
    await events_of_guilds(pool, {str(number): "1" for number in range(20, 10, -1)})
    everybody = [member(number) for number in range(6)]
    for number in range(11, 21):
        for actor in everybody[number % 6 :] + everybody[: number % 6]:
            wish = JoinInvitation(actor=actor, invitation_id=str(number))
            if await say(pool, wish) == "refused":
                await say(pool, builders.wait(actor, str(number)))
    await drain(pool)

    await asyncio.gather(*(say(pool, withdraw(actor)) for actor in everybody * 2))

    assert [await parts(pool, actor) for actor in everybody] == [{}] * 6
    left = [event for name, event in await drain(pool) if name == "ParticipantLeft"]
    assert len(left) == 60
