import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.commands import (
    CancelInvitation,
    CleanInbox,
    CloseInvitation,
    CloseOverdueInvitations,
    CompleteInvitation,
    JoinInvitation,
    LeaveInvitation,
    ShowInterest,
)
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF
from tests.conftest import Site
from tests.services.invitations.telling import drain, published, say, stored

OLD_RECEIPTS = """
INSERT INTO inbox (message_id, message_name, received_at)
SELECT gen_random_uuid(), 'x', CURRENT_TIMESTAMP - INTERVAL '31 days' FROM generate_series(1, $1)
"""
SCHEDULER = builders.Actor(user_id="0", name="scheduler")


def join(actor: builders.Actor = MEMBER, **fields: Any) -> JoinInvitation:
    return JoinInvitation(actor=actor, invitation_id=INVITATION_ID, **fields)


async def test_joining_takes_a_seat_tells_it_and_answers(pool: Pool) -> None:
    await published(pool)

    await say(pool, join(reply_to=builders.reply_to()))

    (event_name, event), (answer_name, answer) = await drain(pool)
    assert (event_name, answer_name) == ("ParticipantJoined", "CommandAccepted")
    assert (event["user_id"], event["user_name"]) == (MEMBER.user_id, MEMBER.name)
    assert (event["invitation"]["joined_count"], event["invitation"]["version"]) == (1, 2)
    assert answer["invitation"]["joined_count"] == 1


async def test_a_repeated_message_takes_one_seat_and_answers_once(pool: Pool) -> None:
    await published(pool)
    envelope = Envelope.first(join(reply_to=builders.reply_to()))

    outcomes = [await handle_once(envelope, HANDLERS, pool) for _ in range(3)]

    assert outcomes == ["done", "repeated", "repeated"]
    assert len(await drain(pool)) == 2
    assert (await stored(pool))["version"] == 2


async def test_one_message_twice_at_once_takes_one_seat(pool: Pool) -> None:
    await published(pool)
    envelope = Envelope.first(join())

    outcomes = await asyncio.gather(*(handle_once(envelope, HANDLERS, pool) for _ in range(8)))

    assert sorted(outcomes) == ["done"] + ["repeated"] * 7


async def test_a_refusal_leaves_nothing_but_the_answer(pool: Pool) -> None:
    await published(pool, max_participants=1)
    await say(pool, join(builders.member(1)))
    await drain(pool)

    outcome = await say(pool, join(reply_to=builders.reply_to()))

    [(name, answer)] = await drain(pool)
    assert (outcome, name) == ("refused", "CommandRefused")
    assert (answer["code"], answer["details"]) == ("full", {"max_participants": 1})
    assert (await stored(pool))["version"] == 2


async def test_a_refused_message_is_refused_once(pool: Pool) -> None:
    envelope = Envelope.first(join(reply_to=builders.reply_to()))
    assert await handle_once(envelope, HANDLERS, pool) == "refused"
    assert await handle_once(envelope, HANDLERS, pool) == "repeated"
    assert [answer["code"] for _, answer in await drain(pool)] == ["not_found"]


async def test_full_and_recruiting_follow_the_seats(pool: Pool) -> None:
    await published(pool, max_participants=2)
    statuses = []
    for command in (
        join(builders.member(1)),
        join(builders.member(2)),
        LeaveInvitation(actor=builders.member(1), invitation_id=INVITATION_ID),
        join(builders.member(3)),
        ShowInterest(actor=builders.member(3), invitation_id=INVITATION_ID, gives_up="joined"),
    ):
        await say(pool, command)
        statuses.append((await stored(pool))["status"])
    assert statuses == ["recruiting", "full", "recruiting", "full", "recruiting"]
    assert [event["invitation"]["status"] for _, event in await drain(pool)] == statuses


async def test_interest_keeps_the_first_time_and_gives_the_seat_back(pool: Pool) -> None:
    await published(pool)
    await say(pool, ShowInterest(actor=MEMBER, invitation_id=INVITATION_ID))
    first = await pool.fetchrow("SELECT created_at, joined_at FROM participants")
    await say(pool, join())
    then = await pool.fetchrow("SELECT created_at, joined_at, status FROM participants")
    assert first is not None
    assert then is not None
    assert (first["joined_at"], then["status"]) == (None, "joined")
    assert then["created_at"] == first["created_at"] <= then["joined_at"]


@pytest.mark.parametrize("actor", [HOST, STAFF])
async def test_cancelling_is_final_and_wipes_the_secrets(pool: Pool, actor: Any) -> None:
    await published(pool, vrchat_profile=builders.SEALED)
    await say(pool, CancelInvitation(actor=actor, invitation_id=INVITATION_ID, reason="雨"))
    [(name, event)] = await drain(pool)
    row = await stored(pool)
    assert (name, event["reason"], row["status"]) == ("InvitationCancelled", "雨", "cancelled")
    assert (event["invitation"]["cancel_reason"], row["cancel_reason"]) == ("雨", "雨")
    assert (row["vrchat_profile"], row["instance_link"]) == (None, None)
    assert await say(pool, join()) == "refused"


async def test_only_host_and_staff_complete(pool: Pool) -> None:
    await published(pool)
    complete = CompleteInvitation(actor=MEMBER, invitation_id=INVITATION_ID)
    assert await say(pool, complete) == "refused"
    assert await say(pool, complete.model_copy(update={"actor": HOST})) == "done"
    assert (await stored(pool))["status"] == "completed"
    [(_, event)] = await drain(pool)
    assert event["is_early"]


async def test_an_event_may_be_called_off_without_a_reason(pool: Pool) -> None:
    await published(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, reason=" \u200b "))
    row = await stored(pool)
    assert (row["status"], row["cancel_reason"]) == ("cancelled", None)


async def test_an_early_close_is_refused_and_a_due_one_completes(pool: Pool) -> None:
    close = CloseInvitation(actor=SCHEDULER, invitation_id=INVITATION_ID)
    await published(pool, start_time=builders.soon(hours=-2), end_time=builders.soon(hours=1))
    assert await say(pool, close) == "refused"
    await pool.execute("UPDATE invitations SET end_time = CURRENT_TIMESTAMP")
    assert await say(pool, close) == "done"
    [(name, event)] = await drain(pool)
    assert (name, event["is_early"]) == ("InvitationCompleted", False)


async def test_the_sweep_completes_only_overdue_invitations(pool: Pool) -> None:
    for number, hours in enumerate((-3, -1, 1)):
        request_id = uuid4()
        end_time = builders.soon(hours=hours)
        start_time = builders.soon(hours=-4)
        await say(pool, builders.draft(request_id, start_time=start_time, end_time=end_time))
        await say(pool, builders.publish(request_id, invitation_id=str(2000 + number)))
    await drain(pool)

    await say(pool, CloseOverdueInvitations(actor=SCHEDULER))

    closed = [(name, event["invitation"]["id"]) for name, event in await drain(pool)]
    assert closed == [("InvitationCompleted", "2000"), ("InvitationCompleted", "2001")]


async def test_cleaning_forgets_only_old_rows(pool: Pool) -> None:
    await published(pool)
    await say(pool, builders.draft(reply_to=builders.reply_to()))
    await pool.execute(
        "UPDATE inbox SET received_at = received_at - INTERVAL '31 days' "
        "WHERE message_name LIKE '%Publish%'"
    )
    await pool.execute("UPDATE drafts SET updated_at = updated_at - INTERVAL '2 days'")
    await pool.execute(OLD_RECEIPTS, 20_001)

    await say(pool, CleanInbox(actor=SCHEDULER))

    names = [row["message_name"] for row in await pool.fetch("SELECT message_name FROM inbox")]
    assert sorted(names) == [
        "invitations.CleanInbox",
        "invitations.DraftInvitation",
        "invitations.DraftInvitation",
    ]
    left = [row["invitation_id"] for row in await pool.fetch("SELECT invitation_id FROM drafts")]
    assert left == [INVITATION_ID]


async def test_rows_from_a_clock_years_ahead_are_forgotten_like_the_rest(pool: Pool) -> None:
    """They are not forgotten at once: without its receipt a message could be handled again."""
    await say(pool, builders.draft(reply_to=builders.reply_to()))
    for ahead in "10 years", "2 days":
        await pool.execute(
            "UPDATE inbox SET received_at = received_at + $1::text::interval "
            "WHERE message_name LIKE '%Draft%'",
            ahead,
        )
        await pool.execute("UPDATE drafts SET updated_at = updated_at + $1::text::interval", ahead)
        await say(pool, CleanInbox(actor=SCHEDULER))
        receipts = await pool.fetch("SELECT received_at FROM inbox ORDER BY received_at")
        assert len(receipts) > 1
        assert receipts[-1]["received_at"] < builders.soon(minutes=1)

    await pool.execute("UPDATE inbox SET received_at = received_at - INTERVAL '31 days'")
    await pool.execute("UPDATE drafts SET updated_at = updated_at - INTERVAL '2 days'")
    await say(pool, CleanInbox(actor=SCHEDULER))
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1
    assert await pool.fetchval("SELECT count(*) FROM drafts") == 0


async def test_cleaning_is_fast_when_statistics_are_of_an_almost_empty_table(
    pool: Pool, tables: Site
) -> None:
    superuser = await asyncpg.connect(tables.superuser_url)
    await pool.execute(OLD_RECEIPTS, 20_000)
    await pool.execute("DELETE FROM inbox")
    await pool.execute(OLD_RECEIPTS, 1)  # at the end, so that VACUUM keeps the empty pages
    await superuser.execute("VACUUM (ANALYZE) invitations.inbox")
    await superuser.close()
    await pool.execute(OLD_RECEIPTS, 20_000)

    await say(pool, CleanInbox(actor=SCHEDULER))  # statement_timeout is the judge

    [left] = await pool.fetch("SELECT message_name FROM inbox")
    assert left["message_name"] == "invitations.CleanInbox"


@pytest.mark.parametrize("capacity", [1, 8, 79])
async def test_two_hundred_members_at_once_never_over_book(pool: Pool, capacity: int) -> None:
    await published(pool, max_participants=capacity)

    outcomes = await asyncio.gather(
        *(
            say(pool, join(builders.member(n), reply_to=builders.reply_to(str(n))))
            for n in range(200)
        )
    )

    assert outcomes.count("done") == capacity
    seats = await pool.fetchval("SELECT count(*) FROM participants WHERE status = 'joined'")
    row = await stored(pool)
    assert (seats, row["joined_count"], row["status"]) == (capacity, capacity, "full")
    messages = await drain(pool)
    answered = [body["reply_to"]["interaction_id"] for name, body in messages if "reply_to" in body]
    assert sorted(map(int, answered)) == list(range(200))
    versions = [body["invitation"]["version"] for name, body in messages if "user_id" in body]
    assert versions == list(range(2, capacity + 2))


async def test_presses_of_one_member_at_once_keep_the_seats_right(pool: Pool) -> None:
    await published(pool, max_participants=1)
    commands = [
        kind(actor=MEMBER, invitation_id=INVITATION_ID)
        for _ in range(20)
        for kind in (JoinInvitation, LeaveInvitation, ShowInterest)
    ]

    await asyncio.gather(*(say(pool, command) for command in commands))

    row = await stored(pool)
    seats = await pool.fetchval("SELECT count(*) FROM participants WHERE status = 'joined'")
    assert seats == row["joined_count"]
    assert row["status"] == ("full" if seats else "recruiting")


def test_every_command_has_one_handler() -> None:
    from shared.messages.registry import REGISTRY  # noqa: PLC0415 - only this test looks

    commands = {message for message in REGISTRY.values() if issubclass(message, Command)}
    assert set(HANDLERS) == {c for c in commands if c.wire_name().startswith("invitations.")}
