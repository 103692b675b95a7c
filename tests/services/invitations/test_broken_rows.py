"""An event whose stored values the contract refuses stops no other, and is noticed."""

from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from services.invitations.republish_state import republish_state
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import CloseOverdueInvitations, JoinInvitation
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.roster import WithdrawMember
from shared.rows import ROWS_FAILED
from tests import builders
from tests.builders import MEMBER
from tests.services.invitations.telling import drain, published, say

SCHEDULER = Actor(user_id="0", name="scheduler")
BREAK = "UPDATE invitations SET description = '' WHERE id = $1"
IDS = ("1", "2", "3")
BROKEN = "2"


def failed() -> float:
    return ROWS_FAILED._value.get()  # noqa: SLF001 - a counter is read in no other way


async def three(pool: Pool) -> None:
    """Let a member have a seat in three events, the second of which is broken."""
    for id_ in IDS:
        await published(pool, id_)
        await say(pool, JoinInvitation(actor=MEMBER, invitation_id=id_))
    await pool.execute(BREAK, BROKEN)
    await drain(pool)


async def states(pool: Pool) -> list[tuple[Any, ...]]:
    rows = await pool.fetch("SELECT id, status, joined_count, version FROM invitations ORDER BY id")
    return [tuple(row) for row in rows]


async def test_a_broken_event_does_not_stop_the_closing_of_others(pool: Pool) -> None:
    await three(pool)
    await pool.execute(
        "UPDATE invitations SET end_time = clock_timestamp() - id::int * INTERVAL '1 minute',"
        " start_time = clock_timestamp() - INTERVAL '1 hour'"
    )
    before = failed()

    with capture_logs() as lines:
        assert await say(pool, CloseOverdueInvitations(actor=SCHEDULER)) == "done"

    closed = [(name, event["invitation"]["id"]) for name, event in await drain(pool)]
    assert closed == [("InvitationCompleted", "3"), ("InvitationCompleted", "1")]
    assert [(id_, status) for id_, status, *_ in await states(pool)] == [
        ("1", "completed"),
        ("2", "recruiting"),
        ("3", "completed"),
    ]
    assert failed() == before + 1
    [line] = [line for line in lines if line["event"] == "row.failed"]
    assert (line["log_level"], line["row_id"]) == ("error", BROKEN)
    assert "description" in str(line["exc_info"])


async def test_a_member_who_left_the_guild_leaves_every_event_that_can_be_published(
    pool: Pool,
) -> None:
    await three(pool)
    before = await states(pool)
    left = WithdrawMember(actor=MEMBER, guild_id="1", left_at=builders.soon(minutes=1))
    assert await say(pool, left) == "done"
    assert [event["invitation"]["id"] for _, event in await drain(pool)] == ["1", "3"]
    after = await states(pool)
    assert after[1] == before[1]
    assert [joined for _, _, joined, _ in after] == [0, 1, 0]


async def test_an_incomplete_erasure_is_rolled_back(pool: Pool) -> None:
    """If a row keeps the name, the answer "done" would stop the member from asking again."""
    await three(pool)
    before = await states(pool)
    erase = EraseMyData(actor=MEMBER, reply_to=builders.reply_to())
    with pytest.raises(ValidationError, match="description") as raised:
        await say(pool, erase)  # down the ladder, then a dead letter that can be replayed
    assert raised.value.__notes__ == [f"invitation {BROKEN}"]
    assert await states(pool) == before
    assert await drain(pool) == []
    await pool.execute("UPDATE invitations SET description = 'x'")
    assert await say(pool, erase) == "done"
    assert [joined for _, _, joined, _ in await states(pool)] == [0, 0, 0]


async def test_a_broken_event_does_not_stop_the_publishing_of_others_after_a_restore(
    pool: Pool,
) -> None:
    await three(pool)
    before = failed()
    assert await republish_state(pool) == 2
    assert [event["invitation"]["id"] for _, event in await drain(pool)] == ["1", "3"]
    assert failed() == before + 1
