"""Of one member's presses on one invitation, the one that was pressed last decides."""

import asyncio
import itertools

import pytest

from services.invitations.handlers import HANDLERS
from shared import inbox
from shared.database import Pool
from shared.dispatch import Handled, handle_once, handle_together
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    OrderedPress,
    ShowInterest,
)
from tests import builders
from tests.services.invitations.telling import drain, published, stored

MEMBER = builders.member(1)


def press(
    kind: type[OrderedPress],
    number: int,
    member: Actor = MEMBER,
    where: str = builders.INVITATION_ID,
) -> Envelope:
    """Build a press; Discord's interaction ids grow with time."""
    reply_to = builders.reply_to(str(number))
    return Envelope.first(kind(actor=member, reply_to=reply_to, invitation_id=where))


async def handle(pool: Pool, *envelopes: Envelope) -> list[Handled]:
    return [await handle_once(envelope, HANDLERS, pool) for envelope in envelopes]


async def codes(pool: Pool) -> list[str]:
    return [body["code"] for name, body in await drain(pool) if name == "CommandRefused"]


async def test_a_press_that_comes_after_a_later_one_is_refused_and_changes_nothing(
    pool: Pool,
) -> None:
    await published(pool)
    handled = await handle(pool, press(LeaveInvitation, 200), press(JoinInvitation, 100))
    assert handled == ["refused", "refused"]
    assert (await stored(pool))["joined_count"] == 0
    assert (await codes(pool))[-1] == "overtaken"


async def test_presses_of_one_transaction_overtake_each_other_too(pool: Pool) -> None:
    await published(pool)
    batch = [press(JoinInvitation, 200), press(LeaveInvitation, 100), press(LeaveInvitation, 300)]
    assert await handle_together(batch, HANDLERS, pool) == ["done", "refused", "done"]
    assert (await stored(pool))["joined_count"] == 0
    assert await codes(pool) == ["overtaken"]


@pytest.mark.parametrize("kind", [JoinInvitation, LeaveInvitation, JoinWaitlist, ShowInterest])
async def test_every_button_of_the_announcement_keeps_its_order(
    pool: Pool, kind: type[OrderedPress]
) -> None:
    await published(pool)
    await handle(pool, press(JoinInvitation, 200), press(kind, 100))
    assert (await stored(pool))["joined_count"] == 1
    assert await codes(pool) == ["overtaken"]


async def test_other_members_and_other_invitations_overtake_nothing(pool: Pool) -> None:
    other = str(int(builders.INVITATION_ID) + 1)
    await published(pool)
    await published(pool, other)
    handled = await handle(
        pool,
        press(JoinInvitation, 200),
        press(JoinInvitation, 100, builders.member(2)),
        press(JoinInvitation, 100, where=other),
    )
    assert handled == ["done"] * 3


async def test_the_copy_from_the_other_gateway_does_not_count_as_a_later_press(pool: Pool) -> None:
    await published(pool)
    join = press(JoinInvitation, 100)
    assert await handle(pool, join, join) == ["done", "repeated"]


async def test_the_last_press_decides_whatever_order_presses_arrive_in(pool: Pool) -> None:
    kinds = (JoinInvitation, LeaveInvitation, JoinInvitation, LeaveInvitation)
    for number, order in enumerate(itertools.permutations(range(4))):
        where = str(int(builders.INVITATION_ID) + number)
        await published(pool, where)
        await handle(pool, *(press(kinds[at], at + 1, where=where) for at in order))
        row = await pool.fetchrow("SELECT joined_count FROM invitations WHERE id = $1", where)
        assert row is not None
        assert row["joined_count"] == 0, order


IS_WAITING = """
SELECT EXISTS (
  SELECT
    FROM pg_stat_activity
   WHERE datname = current_database()
     AND wait_event_type = 'Lock'
     AND query LIKE '%INSERT INTO inbox%'
)
"""


async def test_a_press_sees_a_later_one_that_another_process_commits_while_it_waits(
    pool: Pool,
) -> None:
    await published(pool)
    async with pool.acquire() as other:
        transaction = other.transaction()
        await transaction.start()
        await inbox.sign(other, [press(LeaveInvitation, 200)])
        late = asyncio.create_task(handle_once(press(JoinInvitation, 100), HANDLERS, pool))
        async with asyncio.timeout(10):
            while not await pool.fetchval(IS_WAITING):  # noqa: ASYNC110 - PostgreSQL sends no signal
                await asyncio.sleep(0.01)
        await transaction.commit()
    assert await late == "refused"
    assert await codes(pool) == ["overtaken"]


async def test_the_inbox_keeps_no_id_of_the_member(pool: Pool) -> None:
    await published(pool)
    await handle(pool, press(JoinInvitation, 100))
    rows = await pool.fetch("SELECT inbox::text AS line FROM inbox")
    assert rows
    assert not [row for row in rows if MEMBER.user_id in row["line"]]
