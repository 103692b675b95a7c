"""Pages of tickets: in order, complete, only for members who may see them, and by their index."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from services.tickets import metrics
from services.tickets.sql import export, lists, tickets
from shared.messages.tickets.commands import CloseTicket, ListOwnTickets, ListTickets
from tests import builders
from tests.builders import MEMBER, STAFF
from tests.conftest import Site
from tests.schema.conftest import undone
from tests.services.tickets.conftest import Desk

AT = datetime(2030, 1, 1, tzinfo=UTC)
MIDST = datetime(2027, 1, 6, 10, tzinfo=UTC)  # of the open ones below


async def filled(desk: Desk, count: int) -> list[str]:
    """Have so many tickets open, three at a time in one millisecond; give their ids in order."""
    ids = [str(5000 + number) for number in range(count)]
    for number, ticket_id in enumerate(ids):
        await desk.opened(ticket_id, actor=builders.member(number))
        await desk.pool.execute(
            "UPDATE tickets SET created_at = $2::timestamptz - make_interval(secs => $3 / 3),"
            " user_id = $4 WHERE id = $1",
            *(ticket_id, AT, count - number, MEMBER.user_id),
        )
    rows = await desk.pool.fetch("SELECT id FROM tickets ORDER BY created_at, id")
    return [row["id"] for row in rows]


async def page(desk: Desk, kind: Any, cursor: str | None = None) -> dict[str, Any]:
    actor = STAFF if kind is ListTickets else MEMBER
    await desk.say(kind(actor=actor, guild_id="1", cursor=cursor, reply_to=builders.reply_to()))
    [(name, answer)] = await desk.drain()
    assert name == "TicketsListed"
    return answer


@pytest.mark.parametrize("kind", [ListTickets, ListOwnTickets])
async def test_pages_lead_to_the_end_and_back(desk: Desk, kind: Any) -> None:
    ids = await filled(desk, 23)
    expected = ids if kind is ListTickets else ids[::-1]
    seen, back = list[str](), list[str]()
    shown = await page(desk, kind)
    assert shown["previous"] is None
    while True:
        seen += [each["id"] for each in shown["tickets"]]
        if shown["next"] is None:
            break
        shown = await page(desk, kind, shown["next"])
    while True:
        back = [each["id"] for each in shown["tickets"]] + back
        if shown["previous"] is None:
            break
        shown = await page(desk, kind, shown["previous"])
    assert (seen, back) == (expected, expected)


async def test_only_staff_see_open_tickets_and_each_member_their_own(desk: Desk) -> None:
    await desk.opened("5001")
    await desk.opened("5002", actor=builders.member(1))
    await desk.opened("5003", category="other", guild_id="9")
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5001"))
    await desk.drain()
    asked = ListTickets(actor=MEMBER, guild_id="1", reply_to=builders.reply_to())
    assert await desk.code(asked) == "not_staff"
    assert [each["id"] for each in (await page(desk, ListTickets))["tickets"]] == ["5002"]
    [own] = (await page(desk, ListOwnTickets))["tickets"]
    assert (own["id"], own["status"], own["subject"]) == ("5001", "closed", builders.SEALED)


# Of two hundred members twenty have one open, as many as a community has in a busy month; and so in
# nineteen other guilds.
FILL = """
INSERT INTO tickets (id, user_id, user_name, category, subject, status, created_at, closed_at,
                     request_id, guild_id, channel_id, message_id)
SELECT n::text, (n % 200)::text, 'm', 'question', 'v1.k1.c2VhbGVk',
       CASE WHEN n > 7600 THEN 'open' ELSE 'closed' END,
       timestamptz '2027-01-01' + n * interval '1 minute',
       CASE WHEN n > 7600 THEN NULL ELSE timestamptz '2028-01-01' END,
       gen_random_uuid(), (n % 20)::text, '2', n::text
  FROM generate_series(1, 8000) AS n
"""


@pytest.mark.parametrize(
    ("statement", "index", "arguments"),
    [
        (lists.LIST_OPEN, "idx_ticket_guild_open", ("1", MIDST, "", 11)),
        (lists.LIST_OPEN_BACK, "idx_ticket_guild_open", ("1", MIDST, "", 11)),
        (lists.LIST_OWN, "idx_ticket_user_history", ("42", "1", AT, "", 11)),
        (lists.LIST_OWN_BACK, "idx_ticket_user_history", ("42", "1", AT, "", 11)),
        (metrics.COUNT_OPEN, "idx_ticket_open", ()),
        # By the member or among the few that are open, whichever are fewer.
        (tickets.LOCK_OF_MEMBER, "idx_ticket_", ("1", "42", None)),
        (export.SELECT_OWN, "idx_ticket_user_history", ("42", "", 50)),
    ],
)
async def test_a_page_is_found_by_its_index(
    database: Site, statement: str, index: str, arguments: tuple[Any, ...]
) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    async with undone(connection):
        await connection.execute("SET search_path = tickets")
        # With so few rows a sort of all guilds' costs less than a guild's in their order.
        await connection.execute("SET LOCAL enable_incremental_sort = off")
        await connection.execute(FILL)
        await connection.execute("ANALYZE tickets")
        rows = await connection.fetch(f"EXPLAIN {statement}", *arguments)
    plan = "\n".join(row[0] for row in rows)
    assert index in plan
    assert "Seq Scan" not in plan
