"""From a request to a ticket: the limit, orphaned threads, the answer and the cleaning."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from shared.messages.tickets.commands import CleanInbox, CloseTicket, DiscardRequest
from tests import builders
from tests.builders import MEMBER, SEALED
from tests.services.tickets.conftest import Desk, open_, request


async def test_a_request_becomes_a_ticket_and_its_member_is_answered(desk: Desk) -> None:
    command = request(reply_to=builders.reply_to())
    await desk.say(command)
    [(name, requested)] = await desk.drain()
    assert (name, requested["user_id"]) == ("TicketRequested", MEMBER.user_id)
    assert (requested["subject"], requested["details"]) == (SEALED, SEALED)

    await desk.say(open_(command.request_id))

    (name, event), (answer_name, answer) = await desk.drain()
    assert (name, answer_name) == ("TicketOpened", "CommandAccepted")
    assert (answer["command"], answer["details"]) == (
        "tickets.RequestTicket",
        {"ticket_id": "5001"},
    )
    assert SEALED not in str(event)
    row = await desk.row()
    assert row["warns_at"] - row["created_at"] == desk.rules.warn_after
    [kept] = await desk.pool.fetch("SELECT details, reply_to, ticket_id FROM requests")
    assert tuple(kept) == (None, None, "5001")


async def test_a_second_thread_is_an_orphan_and_the_same_one_again_is_nothing(desk: Desk) -> None:
    command = request()
    await desk.say(command)
    for ticket_id in ("5001", "5001", "5002"):
        await desk.say(open_(command.request_id, ticket_id))
    messages = await desk.drain()
    assert [name for name, _ in messages] == ["TicketRequested", "TicketOpened", "ThreadOrphaned"]
    assert messages[-1][1]["thread_id"] == "5002"
    await desk.say(open_(uuid4(), "5003"))
    assert [name for name, _ in await desk.drain()] == ["ThreadOrphaned"]


async def test_fifty_requests_at_once_keep_the_limit(desk: Desk) -> None:
    """Each for itself: other categories, other members, and the two that a community allows."""
    await desk.choose(per_category=2)
    outcomes = await asyncio.gather(*(desk.say(request()) for _ in range(50)))
    assert sorted(outcomes) == ["done"] * 2 + ["refused"] * 48
    assert await desk.say(request(category="trouble")) == "done"
    assert await desk.say(request(actor=builders.member(1))) == "done"


async def test_the_database_refuses_a_second_ticket_in_one_slot(desk: Desk) -> None:
    await desk.say(request())
    copy = """
        INSERT INTO requests (request_id, guild_id, channel_id, user_id, user_name, category,
                              subject, details, slot)
        SELECT gen_random_uuid(), guild_id, channel_id, user_id, user_name, category,
               subject, details, slot
          FROM requests
        """
    with pytest.raises(asyncpg.UniqueViolationError, match="idx_request_slot"):
        await desk.pool.execute(copy)


async def test_a_closed_ticket_and_a_discarded_request_make_room(desk: Desk) -> None:
    await desk.opened()
    assert await desk.code(request(reply_to=builders.reply_to())) == "ticket_limit"
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5001"))
    await desk.drain()
    command = request(reply_to=builders.reply_to())
    assert await desk.say(command) == "done"
    await desk.drain()

    discard = DiscardRequest(actor=MEMBER, request_id=command.request_id, code="cannot_open_thread")
    await desk.say(discard)

    (name, _), (_, answer) = await desk.drain()
    assert (name, answer["code"]) == ("RequestDiscarded", "cannot_open_thread")
    assert await desk.say(request()) == "done"


@pytest.mark.parametrize(
    ("thread_id", "names"),
    [("5001", []), ("5002", ["ThreadOrphaned"])],
)
async def test_a_late_discard_spares_the_thread_of_an_open_ticket(
    desk: Desk, thread_id: str, names: list[str]
) -> None:
    """A redelivered request whose member has left since finds nobody to let in."""
    command = request()
    await desk.say(command)
    await desk.say(open_(command.request_id))
    await desk.drain()
    discard = DiscardRequest(
        actor=MEMBER,
        request_id=command.request_id,
        code="cannot_open_thread",
        thread_id=thread_id,
    )
    await desk.say(discard)
    assert [name for name, _ in await desk.drain()] == names
    assert (await desk.row())["status"] == "open"


async def test_a_discarded_request_leaves_no_thread(desk: Desk) -> None:
    command = request()
    await desk.say(command)
    await desk.drain()
    discard = DiscardRequest(
        actor=MEMBER, request_id=command.request_id, code="cannot_open_thread", thread_id="5001"
    )
    for _ in range(2):
        await desk.say(discard)
    names = [name for name, _ in await desk.drain()]
    assert names == ["ThreadOrphaned", "RequestDiscarded", "ThreadOrphaned"]


async def test_requests_that_were_abandoned_or_are_long_over_are_forgotten(desk: Desk) -> None:
    await desk.opened("5001")
    await desk.opened("5002", category="trouble")
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5002"))
    await desk.say(request(category="other"))
    await desk.pool.execute("UPDATE requests SET created_at = created_at - INTERVAL '2 days'")
    await desk.say(CleanInbox(actor=MEMBER))
    assert await desk.pool.fetchval("SELECT count(*) FROM requests") == 2
    await desk.pool.execute("UPDATE requests SET created_at = created_at - INTERVAL '30 days'")
    await desk.say(CleanInbox(actor=MEMBER))
    assert await desk.pool.fetchval("SELECT ticket_id FROM requests") == "5001"
