"""No table tells who a member was, also to a thief who has a list of all members."""

from collections.abc import AsyncIterator, Iterator
from hashlib import blake2b
from typing import Any

import asyncpg
import pytest

from services.invitations.handlers import HANDLERS
from shared import member_hashes
from shared.database import Pool
from shared.dispatch import Handled, handle_once
from shared.limits import DAY, Limit
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import (
    JoinInvitation,
    LeaveInvitation,
    OrderedPress,
)
from shared.messages.invitations.mine import EraseMyData
from shared.proofs import CommandKeys
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER
from tests.conftest import Site
from tests.keys import SEALING_KEYS

NEWER = f"k2:{'B' * 42}A"
# As `doukikai keys rotate` leads: add, promote.
ROTATION = [SEALING_KEYS, f"{SEALING_KEYS},{NEWER}", f"{NEWER},{SEALING_KEYS}"]
MANY = Limit("presses", 1_000, DAY)
RECEIPT_OF_BEFORE = """
INSERT INTO inbox (message_id, message_name, press_lane, pressed)
VALUES (gen_random_uuid(), 'LeaveInvitation', $1, $2)
"""
ERASURE_OF_BEFORE = """
INSERT INTO erasures (member_key, interaction_id)
VALUES (hashtext($1), 500)
"""


def use(ring: str) -> None:
    """Let the service have the keys of a ring, as at its start."""
    member_hashes.use(CommandKeys.derived(ring, "invitations").hashing_keys("invitations"))


@pytest.fixture(autouse=True)
def first_key() -> Iterator[None]:
    yield
    use(SEALING_KEYS)


@pytest.fixture
async def thief(tables: Site) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(tables.superuser_url)
    yield connection
    await connection.close()


def press(kind: type[OrderedPress], number: int) -> Envelope:
    reply_to = builders.reply_to(str(number))
    return Envelope.first(kind(actor=MEMBER, reply_to=reply_to, invitation_id=INVITATION_ID))


async def handle(pool: Pool, envelope: Envelope) -> Handled:
    return await handle_once(envelope, HANDLERS, pool, presses_limit=MANY)


async def refusal(pool: Pool) -> str:
    body: str = await pool.fetchval("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
    return body


def unkeyed_lane(event: str, member: str) -> int:
    """Hash as the release before did, and a thief can."""
    lane = blake2b(f"{event} {member}".encode(), digest_size=8).digest()
    return int.from_bytes(lane, signed=True)


async def published(pool: Pool) -> None:
    draft = builders.draft()
    await handle_once(Envelope.first(draft), HANDLERS, pool)
    await handle_once(Envelope.first(builders.publish(draft.request_id)), HANDLERS, pool)


async def kept(thief: asyncpg.Connection) -> dict[str, set[Any]]:
    """Return all hashes that a dump holds."""
    columns = {
        "inbox": "press_lane",
        "limits": "member_key",
        "erasures": "member_key",
        "erasure_log": "member_key",
        "member_locks": "bucket",
    }
    return {
        table: {
            row[0]
            for row in await thief.fetch(
                f"SELECT {column} FROM invitations.{table} WHERE {column} IS NOT NULL"  # noqa: S608 - our own words
            )
        }
        for table, column in columns.items()
    }


async def test_a_dump_and_a_list_of_members_do_not_say_who_pressed_or_was_erased(
    pool: Pool, thief: asyncpg.Connection
) -> None:
    """M9: the receipts named erased members' presses, and erasure_log who had been erased."""
    await published(pool)
    await handle(pool, press(JoinInvitation, 100))
    erase = EraseMyData(actor=MEMBER, reply_to=builders.reply_to("200"))
    assert await handle(pool, Envelope.first(erase)) == "done"
    stolen = await kept(thief)
    assert all(stolen.values()), "each table has a hash"
    members = [MEMBER.user_id, HOST.user_id]
    hashes = await thief.fetchrow(
        """
        SELECT array_agg(hashtext(id)) AS short,
               array_agg(hashtextextended(id, 0)) AS long,
               array_agg(hashtext(id) & 65535) AS bucket
          FROM unnest($1::text[]) AS id
        """,
        members,
    )
    assert hashes is not None
    assert not stolen["inbox"] & {unkeyed_lane(INVITATION_ID, member) for member in members}
    assert not stolen["limits"] & {*hashes["long"]}
    assert not stolen["erasures"] & {*hashes["short"]}
    assert not stolen["erasure_log"] & {*hashes["short"]}
    assert not stolen["member_locks"] & {*hashes["bucket"]}


async def test_a_receipt_of_the_release_before_still_keeps_the_order(pool: Pool) -> None:
    await published(pool)
    await pool.execute(RECEIPT_OF_BEFORE, unkeyed_lane(INVITATION_ID, MEMBER.user_id), 200)
    assert await handle(pool, press(JoinInvitation, 100)) == "refused"
    assert '"overtaken"' in await refusal(pool)
    assert await handle(pool, press(JoinInvitation, 300)) == "done"


async def test_an_erasure_of_the_release_before_still_voids_older_presses(pool: Pool) -> None:
    await published(pool)
    await pool.execute(ERASURE_OF_BEFORE, MEMBER.user_id)
    await pool.execute(ERASURE_OF_BEFORE, HOST.user_id)
    edit = builders.edit(builders.details(), title="別の題", reply_to=builders.reply_to("100"))
    for older in (press(JoinInvitation, 100), Envelope.first(edit)):
        assert await handle(pool, older) == "refused"
        assert '"erased_since"' in await refusal(pool)
    assert await handle(pool, press(JoinInvitation, 600)) == "done"


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 2), (1, 0), (2, 1)])
async def test_order_and_erasures_outlast_each_step_of_a_rotation(
    pool: Pool, before: int, after: int
) -> None:
    await published(pool)
    use(ROTATION[before])
    await handle(pool, press(LeaveInvitation, 200))
    use(ROTATION[after])
    assert await handle(pool, press(JoinInvitation, 100)) == "refused"
    assert '"overtaken"' in await refusal(pool)
    use(ROTATION[before])
    erase = EraseMyData(actor=MEMBER, reply_to=builders.reply_to("900"))
    assert await handle(pool, Envelope.first(erase)) == "done"
    use(ROTATION[after])
    assert await handle(pool, press(JoinInvitation, 800)) == "refused"
    assert '"erased_since"' in await refusal(pool)


async def test_a_press_is_applied_once_whatever_keys_have_left_the_ring(pool: Pool) -> None:
    await published(pool)
    join = press(JoinInvitation, 100)
    found = []
    for ring in (*ROTATION, NEWER):
        use(ring)
        found.append(await handle(pool, join))
    assert found == ["done", "repeated", "repeated", "repeated"]
    assert await pool.fetchval("SELECT joined_count FROM invitations") == 1


def test_each_service_hashes_by_a_key_of_its_own() -> None:
    keys = {
        service: CommandKeys.derived(SEALING_KEYS, service).hashing_keys(service)
        for service in ("invitations", "tickets")
    }
    assert [len(each) for each in keys.values()] == [1, 1]
    assert keys["invitations"] != keys["tickets"]
