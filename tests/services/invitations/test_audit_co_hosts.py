"""The audit log of an event's co-hosts: each is named in an entry of their own."""

import json
from typing import Any

from shared.database import Pool
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from tests import builders
from tests.builders import HOST, STAFF
from tests.services.invitations.telling import drain, published, say
from tests.services.invitations.test_co_hosts import CO_HOST, OTHER, STRANGER, name_co_hosts


async def logged(pool: Pool) -> list[tuple[str, dict[str, Any]]]:
    rows = await pool.fetch("SELECT actor_id, details FROM audit_log ORDER BY id")
    return [(row["actor_id"], json.loads(row["details"])) for row in rows]


async def test_the_audit_log_names_each_new_and_former_co_host_until_they_are_erased(
    pool: Pool,
) -> None:
    await published(pool)
    assert await name_co_hosts(pool, CO_HOST) == ""
    assert await name_co_hosts(pool, OTHER, STRANGER, actor=STAFF) == ""
    assert await name_co_hosts(pool, STRANGER, actor=OTHER) == ""
    assert await logged(pool) == [
        (HOST.user_id, {"named_co_host": CO_HOST.user_id}),
        (STAFF.user_id, {"named_co_host": STRANGER.user_id}),
        (STAFF.user_id, {"named_co_host": OTHER.user_id}),
        (STAFF.user_id, {"removed_co_host": CO_HOST.user_id}),
        (OTHER.user_id, {"removed_co_host": OTHER.user_id}),
    ]
    await say(pool, ExportMyData(actor=CO_HOST, reply_to=builders.reply_to()))
    [*_, (_, answer)] = await drain(pool)
    assert len(answer["export"]["audit_log"]) == 2
    for each in (CO_HOST, OTHER):
        assert await say(pool, EraseMyData(actor=each, reply_to=builders.reply_to())) == "done"
    assert [[actor, *details.values()] for actor, details in await logged(pool)] == [
        [HOST.user_id, "0"],
        [STAFF.user_id, STRANGER.user_id],
        [STAFF.user_id, "0"],
        [STAFF.user_id, "0"],
        ["0", "0"],
    ]
