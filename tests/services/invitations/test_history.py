"""A member's history (Q3): their own, page by page, and read by its index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from services.invitations.sql.history import SELECT_HISTORY, SELECT_HISTORY_BACK
from shared.database import Pool
from shared.messages.invitations.mine import ReadHistory
from shared.paging import FIRST, LAST
from tests import builders
from tests.builders import MEMBER
from tests.conftest import Site
from tests.schema.conftest import undone
from tests.schema.rows import insert, invitation, participant
from tests.services.invitations.telling import drain, say

AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


async def taken(pool: Pool, part: str = "joined", **changes: Any) -> str:
    """Let the member take part in an event; give its id."""
    row = invitation(**{"start_time": AT, "end_time": AT + timedelta(hours=1), **changes})
    await insert(pool, "invitations", row)
    await insert(pool, "participants", participant(row["id"], user_id="42", status=part))
    return str(row["id"])


async def ended(pool: Pool, invitation_id: str, status: str) -> None:
    await pool.execute(
        "UPDATE invitations SET status = $2, vrchat_profile = NULL WHERE id = $1",
        invitation_id,
        status,
    )


async def asked(pool: Pool, **fields: Any) -> tuple[str, dict[str, Any]]:
    """Read a page; give the name and body of the one answer."""
    await say(pool, ReadHistory(actor=MEMBER, reply_to=builders.reply_to(), **fields))
    [answer] = await drain(pool)
    return answer


def ids(page: dict[str, Any]) -> list[str]:
    return [entry["id"] for entry in page["entries"]]


async def test_the_history_lists_a_members_events_by_newest_start_first(pool: Pool) -> None:
    """It lists open and ended events with the member's part, but no cancelled or foreign events."""
    first = await taken(pool, "interested")
    newest = await taken(pool, start_time=AT + timedelta(minutes=5), tag="ゲーム")
    await ended(pool, newest, "completed")
    await ended(pool, await taken(pool), "cancelled")
    await insert(pool, "invitations", invitation())

    name, page = await asked(pool)

    assert name == "HistoryShown"
    assert ids(page) == [newest, first]
    assert [entry["participation_status"] for entry in page["entries"]] == ["joined", "interested"]
    assert page["entries"][0]["start_time"] == "2030-01-01T12:05:00Z"
    assert (page["next"], page["previous"]) == (None, None)
    assert ids((await asked(pool, tag="ゲーム"))[1]) == [newest]
    assert ids((await asked(pool, status="recruiting"))[1]) == [first]


async def test_every_page_together_is_the_history_each_once_there_and_back(pool: Pool) -> None:
    """All start in the same millisecond: the id tells them apart."""
    there = {await taken(pool) for _ in range(23)}
    forward, page = list[str](), (await asked(pool))[1]
    while True:
        forward += ids(page)
        if not page["next"]:
            break
        page = (await asked(pool, cursor=page["next"]))[1]
    assert (len(forward), set(forward)) == (23, there)
    back = ids(page)
    while page["previous"]:
        page = (await asked(pool, cursor=page["previous"]))[1]
        back = ids(page) + back
    assert back == forward


async def test_a_place_beyond_the_calendar_is_beyond_everything(pool: Pool) -> None:
    assert ids((await asked(pool, cursor="a-99999999999999.1"))[1]) == []


FILL = """
WITH event AS (
  INSERT INTO invitations (id, thread_id, request_id, guild_id, channel_id, host_id, host_name,
                           event_name, start_time, end_time, world_name, tag, description,
                           instance_type, max_participants)
  SELECT n::text, n::text, gen_random_uuid(), '1', '2', '3', 'h', 'e',
         timestamptz '2030-01-01' + n * interval '1 minute', '2031-01-01', 'w', '観光', 'd',
         'group', 4
    FROM generate_series(1, 4000) AS n
  RETURNING id
)
INSERT INTO participants (invitation_id, user_id, user_name, status)
SELECT id, (id::integer % 200)::text, 'p', 'interested'
  FROM event
"""


async def test_a_history_is_read_by_its_index(database: Site) -> None:
    """Row by row of the member's own, never over all events."""
    connection = await asyncpg.connect(database.superuser_url)
    plans = []
    async with undone(connection):
        await connection.execute("SET search_path = invitations")
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(FILL)
        await connection.execute("ANALYZE invitations, participants")
        for statement, at in ((SELECT_HISTORY, LAST), (SELECT_HISTORY_BACK, FIRST)):
            rows = await connection.fetch(f"EXPLAIN {statement}", "7", at, "", 11, None, None, "1")
            plans.append("\n".join(row[0] for row in rows))
    for plan in plans:
        assert "idx_participant_user_history" in plan
        assert "invitations_pkey" in plan
        assert "Seq Scan" not in plan
