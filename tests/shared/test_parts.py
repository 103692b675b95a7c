"""Rule: a member gets all data that is stored about them, in parts of bounded size."""

import itertools
from typing import Any

import pytest

from services.invitations.handlers import HANDLERS
from services.invitations.sql import export
from services.tickets.handlers import handlers
from services.tickets.sql import export as of_tickets
from shared import parts
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import MOST_MESSAGE_BYTES, Envelope
from shared.messages.invitations.mine import ExportMyData
from shared.messages.registry import read
from shared.messages.replies import DataExported
from shared.messages.tickets import mine, replies
from tests import builders
from tests.conftest import Site

FILL_DRAFTS = """
INSERT INTO drafts (request_id, guild_id, channel_id, host_id, host_name, event_name, start_time,
                    end_time, world_name, tag, description, instance_type, max_participants)
SELECT gen_random_uuid(), '1', '2', $1, 'さくら', '第' || n || '回', now(), now() + INTERVAL '1 h',
       'Japan Street', 'まったり', repeat('の', 2000), 'friendplus', 4
  FROM generate_series(1, $2::int) AS n
"""
FILL_ACTIONS = """
INSERT INTO audit_log (actor_id, actor_name, action, details)
SELECT $1, 'さくら', 'invitations.RevealSecrets', '{"shown": ["instance_link"]}'
  FROM generate_series(1, $2::int)
"""
FILL_TICKETS = """
INSERT INTO tickets (id, message_id, request_id, guild_id, channel_id, user_id, user_name,
                     category, subject, created_at, last_activity_at, status, closed_at,
                     closed_by, close_reason)
SELECT (1000 + n)::text, '5', gen_random_uuid(), '1', '2', $1, 'たろう', 'question',
       'v1.k1.' || repeat('x', 500), now(), now(), 'closed', now(), $1,
       'v1.k1.' || repeat('y', 2000)
  FROM generate_series(1, $2::int) AS n
"""


async def exported(pool: Pool) -> list[DataExported]:
    """Ask for part after part, as the gateway does."""
    found: list[DataExported] = []
    after = None
    for part in itertools.count(1):
        command = ExportMyData(
            actor=builders.HOST, reply_to=builders.reply_to(), part=part, after=after
        )
        await handle_once(Envelope.first(command), HANDLERS, pool)
        [row] = await pool.fetch("DELETE FROM outbox RETURNING body")
        assert len(row["body"].encode()) <= MOST_MESSAGE_BYTES
        answer = read(row["body"]).body
        assert isinstance(answer, DataExported)
        found.append(answer)
        if (after := answer.next) is None:
            return found
    raise AssertionError("unreachable")


async def test_17_mb_of_drafts_come_whole_in_parts_of_less_than_a_megabyte(pool: Pool) -> None:
    await pool.execute(FILL_DRAFTS, builders.HOST.user_id, 2900)
    await pool.execute(FILL_ACTIONS, builders.HOST.user_id, 1500)

    answers = await exported(pool)

    exports = [answer.export for answer in answers]
    assert sum(len(each.model_dump_json().encode()) for each in exports) > 17_000_000
    names = [draft.event_name for each in exports for draft in each.drafts]
    assert sorted(names) == sorted(f"第{n}回" for n in range(1, 2901))
    assert sum(len(each.audit_log) for each in exports) == 1500
    assert [each.part for each in exports] == list(range(1, len(exports) + 1))
    assert [each.is_last for each in exports] == [False] * (len(exports) - 1) + [True]
    assert {answer.actor for answer in answers} == {builders.HOST}


async def test_a_part_reads_few_rows_at_once(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what a service holds does not grow with what a member has stored."""
    await pool.execute(FILL_DRAFTS, builders.HOST.user_id, 400)
    async with pool.acquire() as connection:
        asked: list[int] = []
        fetch = connection.fetch

        async def count(*query: Any) -> Any:
            rows = await fetch(*query)
            asked.append(len(rows))
            return rows

        monkeypatch.setattr(type(connection), "fetch", lambda _self, *query: count(*query))
        part, following = await export.part_about(connection, builders.HOST.user_id, 1, None)
    assert max(asked) == parts.ROWS
    assert len(part.drafts) + parts.ROWS >= sum(asked)
    assert following is not None


async def test_a_place_that_this_release_does_not_have_is_the_end(pool: Pool) -> None:
    await pool.execute(FILL_DRAFTS, builders.HOST.user_id, 1)
    async with pool.acquire() as connection:
        part, following = await export.part_about(connection, builders.HOST.user_id, 9, "later:1")
    assert (part.drafts, part.is_last, following) == ([], True, None)


async def test_all_of_a_member_who_has_little_is_one_part(pool: Pool) -> None:
    await pool.execute(FILL_DRAFTS, builders.HOST.user_id, 20)
    [answer] = await exported(pool)
    assert (answer.export.part, answer.export.is_last, answer.next) == (1, True, None)


async def test_tickets_come_in_parts_that_fit_beside_those_of_invitations(site: Site) -> None:
    pool = await site.pool("tickets")
    await pool.execute(FILL_TICKETS, builders.HOST.user_id, 300)
    own, found, after = handlers(), [], None
    while True:
        command = mine.ExportMyData(
            actor=builders.HOST, reply_to=builders.reply_to(), part=len(found) + 1, after=after
        )
        await handle_once(Envelope.first(command), own, pool)
        [row] = await pool.fetch("DELETE FROM outbox RETURNING body")
        size = len(row["body"].encode())
        assert size + export.MOST_BYTES + 5000 < MOST_MESSAGE_BYTES
        answer = read(row["body"]).body
        assert isinstance(answer, replies.DataExported)
        assert answer.part == len(found) + 1
        found.append(answer.export)
        if (after := answer.next) is None:
            break
    await pool.close()
    assert len(found) > 1
    ids = [ticket.id for export in found for ticket in export.tickets]
    assert sorted(ids) == sorted(str(1000 + n) for n in range(1, 301))
    assert of_tickets.MOST_BYTES + export.MOST_BYTES < MOST_MESSAGE_BYTES
