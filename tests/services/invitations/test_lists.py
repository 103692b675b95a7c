"""Lists page by page: no invitation missing, none twice, whatever the starts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from services.invitations.sql.lists import (
    LIST_BY_HOST,
    LIST_BY_HOST_BACK,
    LIST_OF_GUILD,
    LIST_OF_GUILD_BACK,
)
from shared.database import Pool
from shared.messages.views import InvitationList
from tests.conftest import Site
from tests.schema.conftest import undone
from tests.schema.rows import insert, invitation, participant
from tests.services.invitations.telling import list_in_public

Client = TestClient[web.Request, web.Application]
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
MANY = 45


async def page(client: Client, query: dict[str, str]) -> InvitationList:
    response = await client.get("/api/invitations", params=query)
    assert response.status == 200, await response.text()
    found = InvitationList.model_validate_json(await response.text())
    assert found.model_dump_json() == await response.text()
    return found


def ids(found: InvitationList) -> list[str]:
    return [each.id for each in found.invitations]


async def walked(client: Client, query: dict[str, str], way: str) -> list[list[str]]:
    """Give the ids of every page, following one way to its end."""
    found = await page(client, query)
    pages = [ids(found)]
    while cursor := getattr(found, way):
        found = await page(client, query | {"cursor": cursor})
        pages.append(ids(found))
    return pages


async def last(client: Client, query: dict[str, str]) -> InvitationList:
    found = await page(client, query)
    while found.next:
        found = await page(client, query | {"cursor": found.next})
    return found


async def many(pool: Pool, **changes: Any) -> set[str]:
    """Let 45 invitations start in the same millisecond."""
    rows = [invitation(start_time=AT, **changes) for _ in range(MANY)]
    for row in rows:
        await insert(pool, "invitations", row)
    return {str(row["id"]) for row in rows}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"tag": "観光"},
        {"tag": "観光", "status": "recruiting"},
        {"host": "3"},
        {"guild": "1"},
        {"guild": "1", "tag": "観光"},
    ],
)
async def test_every_page_together_is_the_list_each_once(
    pool: Pool, client: Client, query: dict[str, str]
) -> None:
    there = await many(pool)
    await list_in_public(pool, "9")
    await insert(pool, "invitations", invitation(host_id="4", guild_id="9", tag="ゲーム"))

    pages = await walked(client, query | {"limit": "10"}, "next")

    together = [each for found in pages for each in found]
    assert len(together) == len(set(together))
    assert set(together) >= there
    assert len(together) == MANY + (0 if query else 1)
    assert [len(found) for found in pages][:4] == [10] * 4


@pytest.mark.parametrize("query", [{}, {"tag": "観光"}, {"host": "3"}, {"guild": "1"}])
async def test_back_from_the_end_are_the_same_pages_but_for_the_cuts(
    pool: Pool, client: Client, query: dict[str, str]
) -> None:
    await many(pool)
    query = query | {"limit": "10"}
    forward = [each for found in await walked(client, query, "next") for each in found]
    end = await last(client, query)
    pages = [ids(end)]
    found = end
    while found.previous:
        found = await page(client, query | {"cursor": found.previous})
        assert found.next, "where we came from is always there"
        pages.append(ids(found))
    assert [each for found in reversed(pages) for each in found] == forward


@pytest.mark.parametrize("query", [{}, {"tag": "観光"}, {"host": "3"}, {"guild": "1"}])
async def test_a_start_in_the_midst_of_a_second_is_a_place_too(
    pool: Pool, client: Client, query: dict[str, str]
) -> None:
    starts = [AT.replace(microsecond=thousandth) for thousandth in (0, 500_000, 501_000)]
    for start in starts:
        await insert(pool, "invitations", invitation(host_id="3", start_time=start))
    found = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        answer = await client.get("/api/invitations", params=query | cursor | {"limit": "1"})
        one = InvitationList.model_validate_json(await answer.text())
        found += [each.start_time for each in one.invitations]
        cursor = {"cursor": one.next} if one.next else None
    assert sorted(found) == starts


async def test_a_host_sees_the_newest_first_in_every_state(pool: Pool, client: Client) -> None:
    rows = [
        invitation(host_id="3", start_time=AT.replace(minute=minute)) | {"id": str(n)}
        for n, minute in ((1, 5), (2, 30), (3, 5))
    ]
    for row in rows:
        await insert(pool, "invitations", row)
    await insert(pool, "invitations", invitation(host_id="4"))
    await pool.execute(
        "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '3'"
    )
    assert ids(await page(client, {"host": "3"})) == ["2", "3", "1"]


async def test_a_hosts_list_is_narrowed_by_tag_and_status(pool: Pool, client: Client) -> None:
    kinds = {"1": ("観光", 2), "2": ("ゲーム", 2), "3": ("観光", 1)}
    for id_, (tag, seats) in kinds.items():
        row = invitation(host_id="3", tag=tag, max_participants=seats) | {"id": id_}
        await insert(pool, "invitations", row)
    await insert(pool, "participants", participant("3"))
    asked = {"host": "3", "tag": "観光"}
    assert ids(await page(client, asked)) == ["3", "1"]
    assert ids(await page(client, asked | {"status": "full"})) == ["3"]


@pytest.mark.parametrize("narrowed", [{}, {"guild": "1"}, {"tag": "観光"}])
async def test_several_states_are_one_list_in_its_order(
    pool: Pool, client: Client, narrowed: dict[str, str]
) -> None:
    for number, minute in ((1, 5), (2, 30), (3, 10), (4, 20)):
        row = invitation(tag="観光", start_time=AT.replace(minute=minute)) | {"id": str(number)}
        await insert(pool, "invitations", row)
    cancel = "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '3'"
    await pool.execute(cancel)
    await pool.execute(cancel.replace("cancelled", "completed").replace("'3'", "'4'"))
    asked = narrowed | {"limit": "1", "status": "cancelled,open"}
    assert await walked(client, asked, "next") == [["1"], ["3"], ["2"]]
    before = {"cursor": str((await last(client, asked)).previous)}
    assert await walked(client, asked | before, "previous") == [["3"], ["1"]]


async def test_a_single_page_has_no_neighbours(pool: Pool, client: Client) -> None:
    await insert(pool, "invitations", invitation())
    found = await page(client, {})
    assert (found.next, found.previous) == (None, None)


async def test_a_cursor_beyond_the_calendar_is_beyond_every_invitation(
    pool: Pool, client: Client
) -> None:
    await insert(pool, "invitations", invitation())
    assert ids(await page(client, {"cursor": "a999999999999999.1"})) == []
    assert ids(await page(client, {"cursor": "b-99999999999999.1"})) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "a1."}, "cursor"),
        ({"host": "さくら"}, "host"),
    ],
)
async def test_a_query_without_a_possible_answer_is_refused(
    client: Client, query: dict[str, str], field: str
) -> None:
    response = await client.get("/api/invitations", params=query)
    assert (response.status, (await response.json())["field"]) == (400, field)


FILL = """
INSERT INTO invitations (id, thread_id, request_id, guild_id, channel_id, host_id, host_name,
                         event_name, start_time, end_time, world_name, tag, description,
                         instance_type, max_participants)
SELECT n::text, n::text, gen_random_uuid(), '1', '2', (n % 200)::text, 'h', 'e',
       timestamptz '2030-01-01' + n * interval '1 minute', '2031-01-01', 'w', '観光', 'd',
       'group', 4
  FROM generate_series(1, 8000) AS n
"""


@pytest.mark.parametrize("statement", [LIST_BY_HOST, LIST_BY_HOST_BACK])
async def test_a_hosts_list_is_read_by_its_index(database: Site, statement: str) -> None:
    """And only the page's part of it: the cursor bounds the scan."""
    connection = await asyncpg.connect(database.superuser_url)
    async with undone(connection):
        await connection.execute("SET search_path = invitations")
        await connection.execute(FILL)
        await connection.execute("ANALYZE invitations")
        asked = "7", AT, "5", 11, None, None, "1", True, None
        rows = await connection.fetch(f"EXPLAIN {statement}", *asked)
    plan = "\n".join(row[0] for row in rows)
    assert "idx_invitation_host" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "start_time" in condition


FILL_GUILDS = """
INSERT INTO invitations (id, thread_id, request_id, guild_id, channel_id, host_id, host_name,
                         event_name, start_time, end_time, world_name, tag, description,
                         instance_type, max_participants)
SELECT n::text, n::text, gen_random_uuid(), (n % 80)::text, '2', '3', 'h', 'e',
       timestamptz '2030-01-01' + n * interval '1 minute', '2031-01-01', 'w',
       CASE WHEN n % 7 = 0 THEN 'ゲーム' ELSE '観光' END, 'd', 'group', 4
  FROM generate_series(1, 8000) AS n
"""


@pytest.mark.parametrize("words", [None, ["%e%"]])
@pytest.mark.parametrize("tag", [None, "ゲーム"])
@pytest.mark.parametrize("statement", [LIST_OF_GUILD, LIST_OF_GUILD_BACK])
async def test_a_guilds_list_is_read_by_its_index(
    database: Site, statement: str, tag: str | None, words: list[str] | None
) -> None:
    """Of one guild alone, from the cursor on, and without a look at those of other tags."""
    connection = await asyncpg.connect(database.superuser_url)
    async with undone(connection):
        await connection.execute("SET search_path = invitations")
        await connection.execute(FILL_GUILDS)
        await connection.execute("ANALYZE invitations")
        asked = "1", ["recruiting"], AT + timedelta(days=3), "5", 11, tag, True, words
        rows = await connection.fetch(f"EXPLAIN {statement}", *asked)
    plan = "\n".join(row[0] for row in rows)
    assert "idx_invitation_guild" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert all(name in condition for name in ("guild_id", "status", "start_time"))
    assert tag is None or "tag" in condition
    assert tag or "Sort" not in plan
