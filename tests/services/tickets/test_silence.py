"""Silence: counted from the last word, announced once, ended once, and never on hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messages.envelope import Actor, born_at
from shared.messages.tickets.commands import (
    CleanInbox,
    CloseSilentTicket,
    CloseTicketsOfMember,
    HoldTicket,
    RecordActivity,
    WarnTicket,
)
from tests import builders
from tests.builders import MEMBER, STAFF
from tests.services.tickets.conftest import Desk, request

SCHEDULER = Actor(user_id="0", name="scheduler")


def due(kind: Any) -> Any:
    return kind(actor=SCHEDULER, ticket_id="5001", reply_to=builders.reply_to())


async def past(desk: Desk, column: str) -> None:
    """Let a moment have come."""
    await desk.pool.execute(f"UPDATE tickets SET {column} = clock_timestamp()")  # noqa: S608 - columns of our own


async def test_a_silent_ticket_is_warned_once_and_closed_once(desk: Desk) -> None:
    await desk.opened()
    assert await desk.code(due(WarnTicket)) == "not_yet"
    await past(desk, "warns_at")
    await desk.say(due(WarnTicket))
    assert await desk.code_after_drain(due(WarnTicket)) == "not_yet"
    row = await desk.row()
    assert (row["warns_at"], row["closes_at"] is None) == (None, False)
    assert await desk.code(due(CloseSilentTicket)) == "not_yet"
    await past(desk, "closes_at")

    await desk.say(due(CloseSilentTicket))

    [(name, event)] = await desk.drain()
    assert (name, event["cause"], event["ticket"]["closed_by"]) == ("TicketClosed", "silence", "0")
    assert await desk.code(due(CloseSilentTicket)) == "ticket_closed"


async def test_a_hold_set_a_moment_before_wins(desk: Desk) -> None:
    await desk.opened()
    await past(desk, "warns_at")
    await desk.say(HoldTicket(actor=STAFF, ticket_id="5001"))
    await desk.drain()
    assert await desk.code(due(WarnTicket)) == "not_yet"
    assert await desk.code(due(CloseSilentTicket)) == "not_yet"
    await desk.say(RecordActivity(actor=MEMBER, ticket_id="5001"))
    assert (await desk.row())["warns_at"] is None


async def test_a_message_withdraws_the_warning_and_many_are_recorded_once(desk: Desk) -> None:
    await desk.opened()
    await past(desk, "warns_at")
    await desk.say(due(WarnTicket))
    await desk.drain()
    outcomes = [await desk.say(RecordActivity(actor=MEMBER, ticket_id="5001")) for _ in range(3)]
    assert outcomes == ["done", "refused", "refused"]
    row = await desk.row()
    assert (row["closes_at"], row["warns_at"] - row["last_activity_at"]) == (
        None,
        desk.rules.warn_after,
    )
    assert [name for name, _ in await desk.drain()] == ["TicketContinued"]


@pytest.mark.parametrize("times", [1, 2])
async def test_a_member_who_leaves_has_no_open_ticket_in_that_guild(desk: Desk, times: int) -> None:
    """Both replicas report the leave; the second report changes nothing."""
    await desk.opened("5001")
    await desk.opened("5002", category="trouble")
    await desk.opened("5003", guild_id="9")
    await desk.opened("5004", actor=builders.member(1))
    for _ in range(times):
        await desk.say(CloseTicketsOfMember(actor=MEMBER, guild_id="1"))
    closed = [(event["cause"], event["ticket"]["id"]) for _, event in await desk.drain()]
    assert closed == [("left", "5001"), ("left", "5002")]


async def test_a_late_leave_event_closes_no_ticket_opened_after_the_return(desk: Desk) -> None:
    """When a ticket was opened stands in its id, by Discord's clock; no other clock is asked."""
    thread_id = "1400000000000000000"
    await desk.opened(thread_id)
    opened_at = born_at(thread_id)
    for seconds, status in (-30, "open"), (-5, "closed"):
        left_at = opened_at + timedelta(seconds=seconds)
        await desk.say(CloseTicketsOfMember(actor=MEMBER, guild_id="1", left_at=left_at))
        assert (await desk.row(thread_id))["status"] == status


async def test_a_ticket_of_a_clock_that_was_years_ahead_is_counted_again(desk: Desk) -> None:
    """At the next word in it, or at the next daily cleaning; one on hold stays so."""
    for ticket_id, category in ("5001", "question"), ("5002", "trouble"), ("5003", "other"):
        await desk.opened(ticket_id, category=category)
    await desk.say(HoldTicket(actor=STAFF, ticket_id="5003"))
    await desk.pool.execute(
        "UPDATE tickets SET last_activity_at = last_activity_at + INTERVAL '10 years',"
        " warns_at = warns_at + INTERVAL '10 years'"
    )
    await desk.drain()

    assert await desk.say(RecordActivity(actor=MEMBER, ticket_id="5001")) == "done"
    assert [event["ticket"]["id"] for _, event in await desk.drain()] == ["5001"]
    await desk.say(CleanInbox(actor=SCHEDULER))
    assert [event["ticket"]["id"] for _, event in await desk.drain()] == ["5002"]

    soon = datetime.now(UTC) + desk.rules.warn_after + timedelta(minutes=1)
    assert (await desk.row("5001"))["warns_at"] < soon
    assert (await desk.row("5002"))["warns_at"] < soon
    assert (await desk.row("5003"))["warns_at"] is None
    await desk.say(CleanInbox(actor=SCHEDULER))
    assert await desk.drain() == []


async def test_a_request_of_a_clock_that_was_years_ahead_gives_its_slot_back(desk: Desk) -> None:
    await desk.say(request())
    await desk.pool.execute("UPDATE requests SET created_at = now() + INTERVAL '10 years'")
    await desk.say(CleanInbox(actor=SCHEDULER))
    await desk.pool.execute("UPDATE requests SET created_at = created_at - INTERVAL '2 days'")
    await desk.say(CleanInbox(actor=SCHEDULER))
    assert await desk.pool.fetchval("SELECT count(*) FROM requests") == 0
