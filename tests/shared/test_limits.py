"""Rule: an action is counted once by all replicas together, and never exceeds a limit."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from services.invitations.handlers import HANDLERS, handlers
from services.invitations.quotas import Quotas
from shared import limits
from shared.database import Pool
from shared.dispatch import handle_once, handle_together
from shared.limits import Limit
from shared.messages.envelope import Actor, Envelope, Message
from shared.messages.invitations.commands import (
    CleanInbox,
    JoinInvitation,
    LeaveInvitation,
    SetInstanceLink,
)
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.invitations.mine import EraseMyData
from shared.messages.registry import read
from shared.messages.replies import CommandRefused
from shared.refusal import Refused
from tests import builders
from tests.conftest import Site

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SIXTY = Limit("presses", 60, MINUTE)
MOVE_BACK = "UPDATE limits SET used_until = used_until - $1::interval"


@pytest.fixture
async def other_pool(tables: Site) -> AsyncIterator[Pool]:
    """Give the pool of a second replica on the tables of the first."""
    other = await tables.pool(connections=20)
    yield other
    await other.close()


def press(number: int, actor: Actor = builders.MEMBER, invitation_id: str = "404") -> Envelope:
    reply_to = builders.reply_to(interaction_id=str(1000 + number))
    kind = JoinInvitation if number % 2 else LeaveInvitation
    return Envelope.first(kind(actor=actor, reply_to=reply_to, invitation_id=invitation_id))


async def drain(pool: Pool) -> list[Message]:
    rows = await pool.fetch("DELETE FROM outbox RETURNING id, body")
    return [read(row["body"]).body for row in sorted(rows, key=lambda row: row["id"])]


async def codes(pool: Pool) -> Counter[str]:
    refused = [each for each in await drain(pool) if isinstance(each, CommandRefused)]
    return Counter(each.code for each in refused)


async def press_all(pool: Pool, presses: Sequence[Envelope], limit: Limit | None = SIXTY) -> None:
    for each in presses:
        await handle_once(each, HANDLERS, pool, presses_limit=limit)


async def test_sixty_of_300_simultaneous_presses_are_accepted(pool: Pool) -> None:
    before = REGISTRY.get_sample_value("limits_reached_total", {"limit": "presses"}) or 0.0
    await press_all(pool, [press(number) for number in range(300)])
    found = await codes(pool)
    # A second free again for each second that the test takes.
    assert 60 <= found["not_found"] <= 90
    assert found["limit_presses"] == 300 - found["not_found"]
    after = REGISTRY.get_sample_value("limits_reached_total", {"limit": "presses"}) or 0.0
    assert after - before == found["limit_presses"]
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 0
    assert await pool.fetchval("SELECT count(*) FROM limits") == 1


async def test_presses_that_are_handled_together_are_counted_one_by_one(pool: Pool) -> None:
    few = Limit("presses", 5, DAY)
    others = [press(100 + number, builders.member(number)) for number in range(10)]
    presses = [press(number) for number in range(8)]
    batch = [*presses[:3], presses[0], *others, *presses[3:]]
    await handle_together(batch, HANDLERS, pool, few)
    refusals = [each for each in await drain(pool) if isinstance(each, CommandRefused)]
    late = [each for each in refusals if each.code == "limit_presses"]
    assert [each.reply_to.interaction_id for each in late] == ["1005", "1006", "1007"]
    assert len(refusals) == 18


async def test_a_press_that_comes_twice_counts_once(pool: Pool) -> None:
    two = Limit("presses", 2, DAY)
    first = press(1)
    await press_all(pool, [first, first, first, press(2), press(3)], two)
    assert await codes(pool) == {"not_found": 2, "limit_presses": 1}


async def test_two_replicas_share_one_count(pool: Pool, other_pool: Pool) -> None:
    few = Limit("presses", 20, DAY)
    presses = [press(number, invitation_id=str(number)) for number in range(60)]
    await asyncio.gather(
        *(
            handle_once(each, HANDLERS, (pool, other_pool)[number % 2], presses_limit=few)
            for number, each in enumerate(presses)
        )
    )
    assert await codes(pool) == {"not_found": 20, "limit_presses": 40}


async def test_after_a_while_a_member_may_press_again(pool: Pool) -> None:
    six = Limit("presses", 6, MINUTE)
    await press_all(pool, [press(number) for number in range(6)], six)
    await pool.execute(MOVE_BACK, timedelta(seconds=25))
    await press_all(pool, [press(number) for number in range(10, 14)], six)
    found = await codes(pool)
    # One more is free again for each ten seconds that the test takes.
    assert found["limit_presses"] in {1, 2}
    assert found["not_found"] == 10 - found["limit_presses"]


async def test_a_refusal_says_when_the_member_may_press_again(pool: Pool) -> None:
    one = Limit("presses", 1, MINUTE)
    now = await pool.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")
    await press_all(pool, [press(1), press(2)], one)
    [_, late] = await drain(pool)
    assert isinstance(late, CommandRefused)
    assert late.details["most"] == 1
    assert now + 55 < int(late.details["again_at"]) < now + 90


async def test_a_member_who_keeps_pressing_waits_no_longer_than_after_one_press(pool: Pool) -> None:
    """Refused presses do not add up: a member who stops may go on a moment later."""
    await press_all(pool, [press(number) for number in range(200)])
    await pool.execute(MOVE_BACK, timedelta(seconds=3))
    await codes(pool)
    await press_all(pool, [press(300)])
    assert await codes(pool) == {"not_found": 1}


async def test_an_erasure_is_never_refused_and_never_counted(pool: Pool) -> None:
    one = Limit("presses", 1, DAY)
    await press_all(pool, [press(1), press(2)], one)
    await codes(pool)
    erase = EraseMyData(actor=builders.MEMBER, reply_to=builders.reply_to("3000"))
    await press_all(pool, [Envelope.first(erase)], one)
    assert await codes(pool) == {}


async def test_a_message_caused_by_a_press_is_not_counted(pool: Pool) -> None:
    """For example the next part of an export: the member has not pressed again."""
    one = Limit("presses", 1, DAY)
    first = press(1)
    following = [first.caused(press(number).body) for number in range(2, 5)]
    await press_all(pool, [first, *following], one)
    assert await codes(pool) == {"not_found": 4}


async def draft_many(pool: Pool, quotas: Quotas, number: int, actor: Actor) -> list[Message]:
    drafts = [builders.draft(uuid4(), reply_to=builders.reply_to(str(n))) for n in range(number)]
    commands = [each.model_copy(update={"actor": actor}) for each in drafts]
    own = handlers(quotas)
    await asyncio.gather(*(handle_once(Envelope.first(each), own, pool) for each in commands))
    return await drain(pool)


QUOTAS = Quotas(events=Limit("events", 20, DAY), open_events=10, drafts=5)


async def test_five_of_60_events_in_three_seconds_are_announced(pool: Pool) -> None:
    found = await draft_many(pool, QUOTAS, 60, builders.HOST)
    assert sum(isinstance(each, InvitationDrafted) for each in found) == 5
    refused = Counter(each.code for each in found if isinstance(each, CommandRefused))
    assert refused == {"limit_drafts": 55}


async def test_a_host_has_ten_open_events_at_most(pool: Pool) -> None:
    own = handlers(QUOTAS)
    announced = 0
    for number in range(15):
        draft = builders.draft(uuid4(), reply_to=builders.reply_to(str(number)))
        await handle_once(Envelope.first(draft), own, pool)
        if any(isinstance(each, InvitationDrafted) for each in await drain(pool)):
            announced += 1
            publish = builders.publish(draft.request_id, str(5000 + number))
            await handle_once(Envelope.first(publish), own, pool)
            await drain(pool)
    assert announced == 10


async def test_a_host_announces_twenty_events_a_day_at_most(pool: Pool) -> None:
    many = Quotas(events=Limit("events", 20, DAY), open_events=1000, drafts=1000)
    found = await draft_many(pool, many, 30, builders.HOST)
    assert sum(isinstance(each, InvitationDrafted) for each in found) == 20
    late = [each for each in found if isinstance(each, CommandRefused)]
    assert {each.code for each in late} == {"limit_events"}


async def test_a_member_leaves_few_entries_in_the_audit_log_a_day(pool: Pool) -> None:
    own = handlers(Quotas(changes=Limit("changes", 10, DAY)))
    draft = builders.draft(uuid4())
    await handle_once(Envelope.first(draft), own, pool)
    await handle_once(Envelope.first(builders.publish(draft.request_id)), own, pool)
    await drain(pool)
    for number in range(30):
        link = SetInstanceLink(
            actor=builders.HOST,
            invitation_id=builders.INVITATION_ID,
            instance_link=builders.SEALED,
            reply_to=builders.reply_to(str(number)),
        )
        await handle_once(Envelope.first(link), own, pool)
    assert (await codes(pool))["limit_changes"] == 20
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 10


async def test_staff_may_announce_as_many_as_they_like(pool: Pool) -> None:
    found = await draft_many(pool, QUOTAS, 25, builders.STAFF)
    assert sum(isinstance(each, InvitationDrafted) for each in found) == 25


async def test_staff_of_another_guild_announce_nothing(pool: Pool) -> None:
    found = await draft_many(pool, QUOTAS, 5, builders.in_guild(builders.STAFF, "2"))
    assert {each.code for each in found if isinstance(each, CommandRefused)} == {"not_found"}
    assert not any(isinstance(each, InvitationDrafted) for each in found)


async def test_counts_that_say_nothing_are_forgotten(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await limits.count(connection, Limit("over", 10, timedelta(microseconds=10)), "1")
        await limits.count(connection, Limit("ahead", 1, timedelta(days=4000)), "2")
        await limits.count(connection, Limit("valid", 10, DAY), "3")
    actor = Actor(user_id="0", name="scheduler")
    await handle_once(Envelope.first(CleanInbox(actor=actor)), HANDLERS, pool)
    assert [row["name"] for row in await pool.fetch("SELECT name FROM limits")] == ["valid"]


async def test_a_count_names_no_member(pool: Pool) -> None:
    await press_all(pool, [press(1)])
    [row] = await pool.fetch("SELECT limits::text AS row FROM limits")
    assert builders.MEMBER.user_id not in row["row"].split(",")


async def test_a_limit_that_is_reached_writes_nothing(pool: Pool) -> None:
    one = Limit("exports", 1, DAY)
    async with pool.acquire() as connection:
        await limits.count(connection, one, "1")
        before = await connection.fetchval("SELECT used_until FROM limits")
        for _ in range(3):
            with pytest.raises(Refused, match="limit_exports"):
                await limits.count(connection, one, "1")
        assert await connection.fetchval("SELECT used_until FROM limits") == before
