"""Waiting outbox rows are counted; refused messages can be shown, retried or deleted."""

from collections.abc import AsyncIterator

import pytest

from shared.database import Pool
from tests.conftest import Site
from tests.operations.command import Ended, doukikai

FILL = """
INSERT INTO refused_messages (id, message_id, exchange, routing_key, body, created_at, reason)
VALUES ($1, $2, 'doukikai.events', 'tickets.TicketOpened', $3, clock_timestamp(), 'too large')
"""
FIRST, SECOND = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"


@pytest.fixture
async def tickets(site: Site) -> AsyncIterator[Pool]:
    pool = await site.pool("tickets")
    yield pool
    await pool.close()


async def outbox(site: Site, *words: str, typed: str = "") -> Ended:
    urls = {
        f"{role.upper()}_DATABASE_URL": site.pooled_url(role)
        for role in ("invitations", "tickets", "scheduler")
    }
    return await doukikai("outbox", *words, typed=typed, **urls)


async def refuse_two(pool: Pool) -> None:
    await pool.execute(FILL, 1, FIRST, '{"subject": "v1.k1.c2VhbGVk", "name": "たろう"}')
    await pool.execute(FILL, 2, SECOND, "x" * 20_000_000)


async def test_waiting_and_refused_messages_are_counted_by_service(
    site: Site, tickets: Pool
) -> None:
    await tickets.execute(
        "INSERT INTO outbox (message_id, exchange, routing_key, body, created_at) VALUES"
        " (gen_random_uuid(), 'x', 'x', '{}', clock_timestamp() - INTERVAL '5 minutes')"
    )
    await refuse_two(tickets)
    data = (await outbox(site, "status", "--json")).data
    assert [(each["service"], each["waiting"], each["refused"]) for each in data] == [
        ("invitations", 0, 0),
        ("tickets", 1, 2),
        ("scheduler", 0, 0),
    ]
    assert 300 <= data[1]["oldest_seconds"] < 400
    assert "5 min" in (await outbox(site, "status")).output


async def test_refused_messages_are_listed_with_their_reason(site: Site, tickets: Pool) -> None:
    assert (await outbox(site, "list")).output == "No refused messages.\n"
    await refuse_two(tickets)
    data = (await outbox(site, "list", "--json")).data
    assert [(each["service"], each["id"], each["size"]) for each in data] == [
        ("tickets", FIRST, 50),
        ("tickets", SECOND, 20_000_000),
    ]
    assert "too large" in (await outbox(site, "list")).output


async def test_a_refused_message_is_shown_with_its_secrets_covered(
    site: Site, tickets: Pool
) -> None:
    await refuse_two(tickets)
    data = (await outbox(site, "show", FIRST, "--json")).data
    assert data["content"] == {"subject": "(sealed under key k1)", "name": "たろう"}
    long = (await outbox(site, "show", SECOND, "--json")).data["content"]
    assert len(long) == 100_000
    assert "begins with 0190" in (await outbox(site, "show", "0190")).errors


async def test_a_refused_message_is_published_again_on_demand(site: Site, tickets: Pool) -> None:
    await refuse_two(tickets)
    assert (await outbox(site, "retry", FIRST)).output == "Retried: 1.\n"
    [row] = await tickets.fetch("SELECT message_id::text, exchange, body FROM outbox")
    assert (row["message_id"], row["exchange"]) == (FIRST, "doukikai.events")
    assert "たろう" in row["body"]
    assert [each["id"] for each in (await outbox(site, "list", "--json")).data] == [SECOND]


async def test_a_refused_message_is_deleted_only_after_a_yes(site: Site, tickets: Pool) -> None:
    await refuse_two(tickets)
    assert (await outbox(site, "drop", "--all", typed="n\n")).code == 1
    assert await tickets.fetchval("SELECT count(*) FROM refused_messages") == 2
    assert (await outbox(site, "drop", SECOND, "--yes", "--json")).data == {"dropped": [SECOND]}
    assert await tickets.fetchval("SELECT message_id::text FROM refused_messages") == FIRST


async def test_the_operator_must_name_the_messages_to_drop(site: Site, tickets: Pool) -> None:
    await refuse_two(tickets)
    assert (await outbox(site, "drop", "--yes")).code == 1
    assert (await outbox(site, "drop", "--yes", "")).code == 1
    assert await tickets.fetchval("SELECT count(*) FROM refused_messages") == 2
