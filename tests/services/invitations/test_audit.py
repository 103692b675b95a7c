"""The audit log as staff read it: page by page, to one invitation, by one member."""

from typing import Any

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from services.invitations.sql import audit
from shared.audit import NEWEST
from shared.database import Pool
from shared.dispatch import handle_once
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.calendars import NewAddress, RenewCalendar
from shared.messages.invitations.commands import CancelInvitation
from shared.messages.invitations.staffing import ReadAuditLog
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF
from tests.conftest import Site
from tests.schema.conftest import undone
from tests.services.invitations.telling import drain, published, say

MANY = 25
PLANT = """
INSERT INTO audit_log (actor_id, actor_name, action, invitation_id, details, guild_id)
SELECT $1, 'だれか', 'invitations.EditInvitation', $2,
       json_build_object('changed', json_build_array(n::text)), $4
  FROM generate_series(1, $3::int) AS n
"""


async def read(pool: Pool, actor: Actor = STAFF, **wanted: Any) -> tuple[str, dict[str, Any]]:
    """Ask for a page; give the name and the body of the one answer."""
    await say(pool, ReadAuditLog(actor=actor, reply_to=builders.reply_to(), **wanted))
    [answer] = await drain(pool)
    return answer


async def walked(pool: Pool, way: str, cursor: str | None = None, **wanted: Any) -> list[list[str]]:
    """Turn pages one way to the end; give what was changed in each entry, page by page."""
    pages = []
    while True:
        _, page = await read(pool, cursor=cursor, **wanted)
        pages.append([entry["details"]["changed"][0] for entry in page["entries"]])
        if page[way] is None:
            return pages
        cursor = page[way]


async def test_every_entry_is_on_one_page_there_and_back(pool: Pool) -> None:
    await pool.execute(PLANT, STAFF.user_id, "77", MANY, "1")
    forward = await walked(pool, "next")
    assert [entry for page in forward for entry in page] == [str(n) for n in range(MANY, 0, -1)]
    assert [len(page) for page in forward] == [10, 10, 5]

    _, first = await read(pool)
    _, second = await read(pool, cursor=first["next"])
    _, last = await read(pool, cursor=second["next"])
    assert (first["previous"], last["next"]) == (None, None)
    back = await walked(pool, "previous", cursor=last["previous"])
    assert [*back[::-1], forward[-1]] == forward


async def test_the_log_is_narrowed_to_an_invitation_and_a_member(pool: Pool) -> None:
    await published(pool)
    await pool.execute(PLANT, HOST.user_id, INVITATION_ID, 3, "1")
    await pool.execute(PLANT, STAFF.user_id, INVITATION_ID, 2, "1")
    await pool.execute(PLANT, STAFF.user_id, "77", 12, "1")
    for wanted, count in (
        ({"invitation_id": INVITATION_ID}, 5),
        ({"member_id": HOST.user_id}, 3),
        ({"invitation_id": INVITATION_ID, "member_id": STAFF.user_id}, 2),
        ({"member_id": "404"}, 0),
    ):
        _, page = await read(pool, **wanted)
        assert len(page["entries"]) == count
        assert (page["next"], page["previous"]) == (None, None)
        assert {name: page[name] for name in wanted} == wanted

    _, page = await read(pool, invitation_id=INVITATION_ID)
    assert page["entries"][0]["event_name"] == "夜の同期会"
    _, page = await read(pool, member_id=STAFF.user_id)
    assert page["entries"][0]["event_name"] is None
    assert len(page["entries"]) == 10
    name, answer = await read(pool, invitation_id="77")
    assert (name, answer["code"]) == ("CommandRefused", "not_found")


async def test_staff_read_of_their_own_guild_alone(pool: Pool) -> None:
    await published(pool)
    await pool.execute(PLANT, HOST.user_id, INVITATION_ID, 1, "1")
    await pool.execute(PLANT, HOST.user_id, "77", 1, None)
    address = NewAddress(token=builders.SEALED, token_sha256="0" * 64)
    renew = RenewCalendar(actor=STAFF, guild_id="1", owner="guild", address=address)
    assert await say(pool, renew) == "done"
    for guild_id, actions in (("1", ["RenewCalendar", "EditInvitation"]), ("666", [])):
        staff = STAFF.model_copy(update={"guild_id": guild_id})
        _, page = await read(pool, staff)
        assert [entry["action"].partition(".")[2] for entry in page["entries"]] == actions
        assert "guild_id" not in (page["entries"] or [{"details": {}}])[0]["details"]


@pytest.mark.parametrize("actor", [MEMBER, HOST])
async def test_a_member_who_is_not_staff_reads_nothing(pool: Pool, actor: Actor) -> None:
    await pool.execute(PLANT, actor.user_id, None, 1, "1")
    name, answer = await read(pool, actor, member_id=actor.user_id)
    assert (name, answer["code"]) == ("CommandRefused", "not_staff")


async def test_an_entry_has_the_correlation_id_of_its_story(pool: Pool) -> None:
    await published(pool)
    first = Envelope.first(CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    assert await handle_once(first, HANDLERS, pool) == "done"
    assert await pool.fetchval("SELECT correlation_id FROM audit_log") == first.correlation_id


# Of two guilds the first has few entries, and they are the oldest.
FILL = """
INSERT INTO audit_log (actor_id, actor_name, action, invitation_id, guild_id)
SELECT (n % 500)::text, 'だれか', 'invitations.EditInvitation', (n % 499)::text,
       CASE WHEN n <= 2000 THEN '1' ELSE '2' END
  FROM generate_series(1, 20000) AS n
"""


@pytest.mark.parametrize("statement", [audit.SELECT_ENTRIES, audit.SELECT_ENTRIES_BACK])
@pytest.mark.parametrize(
    ("invitation_id", "member_id", "index"),
    [
        (None, None, "idx_audit_log_guild"),
        ("77", None, "idx_audit_log_invitation"),
        (None, "77", "idx_audit_log_actor"),
    ],
)
async def test_each_way_into_the_log_has_its_index(
    database: Site, statement: str, invitation_id: str | None, member_id: str | None, index: str
) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    async with undone(connection):
        await connection.execute("SET search_path = invitations")
        await connection.execute(FILL)
        await connection.execute("ANALYZE audit_log")
        at = NEWEST if statement == audit.SELECT_ENTRIES else 0
        wanted = at, 11, "1", invitation_id, member_id
        rows = await connection.fetch(f"EXPLAIN {statement}", *wanted)
    assert index in "\n".join(row[0] for row in rows)
