"""Simultaneous presses share a transaction, without a visible difference."""

import asyncio
from collections.abc import Sequence

import asyncpg
from structlog.testing import capture_logs

from services.invitations.handlers import HANDLERS
from shared.batching import Batches
from shared.database import Connection, Pool
from shared.dispatch import Handled, Handlers, Outcome
from shared.errors import is_transient
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import CompleteInvitation, JoinInvitation, JoinWaitlist
from tests import builders
from tests.services.invitations.telling import drain, published, stored

SEATS = 3
MEMBERS = 8
BUILT = builders.INVITATION_ID
OTHER = str(int(BUILT) + 1)


class Counted:
    """Batches, and how many transactions they committed."""

    def __init__(self, pool: Pool, handlers: Handlers = HANDLERS) -> None:
        self.commits = 0
        self.batches = Batches(handlers, pool, self._committed)

    def _committed(self) -> None:
        self.commits += 1

    async def say(self, *envelopes: Envelope) -> Sequence[Handled | BaseException]:
        """Handle each message as a run of its own, all at the same moment."""
        return await asyncio.gather(*map(self.one, envelopes))

    async def one(self, envelope: Envelope) -> Handled | BaseException:
        handled, error = await self.batches.handle([envelope])
        return error or handled[0]


def join(number: int, invitation_id: str = BUILT) -> Envelope:
    return Envelope.first(
        JoinInvitation(
            actor=builders.member(number),
            reply_to=builders.reply_to(str(number)),
            invitation_id=invitation_id,
        )
    )


async def two_processes(pool: Pool) -> tuple[Counted, Counted]:
    """Give two of them that can begin at the same moment."""
    # A server's session is opened when it is first needed, which takes longer than a batch.
    await asyncio.gather(*(pool.execute("SELECT pg_sleep(0.1)") for _ in range(2)))
    return Counted(pool), Counted(pool)


async def test_many_at_once_share_transactions_and_each_has_its_own_answer(pool: Pool) -> None:
    await published(pool, max_participants=SEATS)
    counted = Counted(pool)
    presses = [join(number) for number in range(MEMBERS)]

    with capture_logs() as lines:
        outcomes = await counted.say(*presses, presses[0])

    assert outcomes == ["done"] * SEATS + ["refused"] * (MEMBERS - SEATS) + ["repeated"]
    assert counted.commits == 1
    assert (await stored(pool))["joined_count"] == SEATS
    messages = await drain(pool)
    events = [body["invitation"] for name, body in messages if name == "ParticipantJoined"]
    assert [(each["joined_count"], each["version"]) for each in events] == [(1, 2), (2, 3), (3, 4)]
    answered = [body["reply_to"]["interaction_id"] for name, body in messages if "Command" in name]
    assert answered == [str(number) for number in range(MEMBERS)]
    assert [line["event"] for line in lines] == ["command.refused"] * (MEMBERS - SEATS)


async def test_presses_that_arrive_during_a_batch_form_the_next_one(pool: Pool) -> None:
    await published(pool, max_participants=MEMBERS)
    entered, gate = asyncio.Event(), asyncio.Event()

    async def wait_at_the_gate(command: JoinInvitation, connection: Connection) -> Outcome:
        entered.set()
        await gate.wait()
        return await HANDLERS[JoinInvitation](command, connection)

    counted = Counted(pool, {**HANDLERS, JoinInvitation: wait_at_the_gate})
    first = asyncio.create_task(counted.say(join(0)))
    await entered.wait()
    later = asyncio.create_task(counted.say(*(join(number) for number in range(1, MEMBERS))))
    await asyncio.sleep(0)
    gate.set()
    assert [*await first, *await later] == ["done"] * MEMBERS
    assert counted.commits == 2


async def test_a_locked_row_delays_no_press_on_another_row(pool: Pool) -> None:
    """PostgreSQL gives up waiting for a row after three seconds."""
    await published(pool, max_participants=MEMBERS)
    await published(pool, OTHER)
    counted = Counted(pool)
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute("SELECT 1 FROM invitations WHERE id = $1 FOR UPDATE", OTHER)
        [held, free] = await counted.say(join(1, OTHER), join(1))
        assert isinstance(held, asyncpg.LockNotAvailableError)
        assert free == "done"
        waits = asyncio.create_task(counted.say(join(4, OTHER)))
        await asyncio.sleep(0)
        assert await counted.say(join(2)) == ["done"]
        assert not waits.done(), "from now on only its own presses wait for it"
    assert await waits == ["done"]
    commits = counted.commits
    assert await counted.say(join(3), join(3, OTHER)) == ["done"] * 2
    assert counted.commits == commits + 1, "and once it is free they go together again"


async def test_a_batch_locks_its_rows_in_their_order_and_keeps_that_of_arrival(pool: Pool) -> None:
    """Two processes that locked them in different orders would wait for each other."""
    await published(pool)
    await published(pool, OTHER)
    locked: list[tuple[str, str]] = []

    async def note(command: JoinInvitation, connection: Connection) -> Outcome:
        locked.append((command.invitation_id, command.actor.user_id))
        return await HANDLERS[JoinInvitation](command, connection)

    counted = Counted(pool, {**HANDLERS, JoinInvitation: note})
    order = [(OTHER, 1), (BUILT, 3), (OTHER, 0), (BUILT, 2)]
    assert await counted.say(*(join(number, where) for where, number in order)) == ["done"] * 4
    assert counted.commits == 1
    wanted = [(BUILT, 3), (BUILT, 2), (OTHER, 1), (OTHER, 0)]
    assert locked == [(where, builders.member(number).user_id) for where, number in wanted]


async def test_a_press_that_reaches_two_processes_at_once_is_handled_by_one(pool: Pool) -> None:
    await published(pool, max_participants=50)
    presses = [join(number) for number in range(20)]
    here, there = await two_processes(pool)
    outcomes = await asyncio.gather(here.say(*presses), there.say(*reversed(presses)))
    pairs = zip(outcomes[0], reversed(outcomes[1]), strict=True)
    assert {tuple(sorted(map(str, pair))) for pair in pairs} == {("done", "repeated")}
    assert (here.commits, there.commits) == (1, 1)
    assert (await stored(pool))["joined_count"] == 20


async def test_a_caller_who_stops_waiting_stops_no_other_caller(pool: Pool) -> None:
    await published(pool)
    counted = Counted(pool)
    tasks = [asyncio.create_task(counted.one(join(number))) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(each) for each in ended if not isinstance(each, BaseException)] == ["done"] * 2


async def test_a_message_that_fails_does_not_fail_its_batch(pool: Pool) -> None:
    await published(pool)

    async def fail_for_two(command: JoinInvitation, connection: Connection) -> Outcome:
        outcome = await HANDLERS[JoinInvitation](command, connection)
        if command.actor == builders.member(2):
            raise ZeroDivisionError
        return outcome

    counted = Counted(pool, {**HANDLERS, JoinInvitation: fail_for_two})
    outcomes = await counted.say(*(join(number) for number in range(4)))

    assert isinstance(outcomes[2], ZeroDivisionError)
    assert [each for each in outcomes if each != outcomes[2]] == ["done"] * 3
    assert (await stored(pool))["joined_count"] == 3
    assert len(await drain(pool)) == 6
    assert await counted.say(join(4)) == ["done"], "and the next ones are handled as ever"


async def test_a_database_that_goes_away_fails_every_command_and_nothing_is_half_done(
    pool: Pool,
) -> None:
    await published(pool)

    async def cut_at_the_third(command: JoinInvitation, connection: Connection) -> Outcome:
        outcome = await HANDLERS[JoinInvitation](command, connection)
        if command.actor == builders.member(2):
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return outcome

    presses = [join(number) for number in range(4)]
    cutting = Counted(pool, {**HANDLERS, JoinInvitation: cut_at_the_third})
    outcomes = await cutting.say(*presses)
    assert [isinstance(each, Exception) and is_transient(each) for each in outcomes] == [True] * 4
    assert (await stored(pool))["joined_count"] == 0
    assert await drain(pool) == []
    assert await Counted(pool).say(*presses) == ["done"] * 4


async def test_other_commands_are_handled_by_themselves(pool: Pool) -> None:
    await published(pool)
    complete = Envelope.first(
        CompleteInvitation(actor=builders.MEMBER, invitation_id=builders.INVITATION_ID)
    )
    counted = Counted(pool)
    assert await counted.say(join(1), complete) == ["done", "refused"]
    assert counted.commits == 2


async def test_only_joins_and_leaves_share_a_transaction(pool: Pool) -> None:
    await published(pool, max_participants=1)
    assert await Counted(pool).say(join(0)) == ["done"]
    waiting = [
        Envelope.first(JoinWaitlist(actor=builders.member(number), invitation_id=BUILT))
        for number in (1, 2)
    ]
    counted = Counted(pool)
    assert await counted.say(*waiting) == ["done"] * 2
    assert counted.commits == 2
