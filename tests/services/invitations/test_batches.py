"""Presses of one moment share a transaction, and nobody can tell."""

import asyncio
from collections.abc import Sequence

from structlog.testing import capture_logs

from services.invitations.handlers import HANDLERS, row_of
from shared.batches import Batches
from shared.database import AWAY, Connection, Pool
from shared.dispatch import Handled, Handlers, Outcome
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import CompleteInvitation, JoinInvitation
from tests import builders
from tests.services.invitations.telling import published, stored, told

SEATS = 3
MEMBERS = 8


class Counted:
    """Batches, and how many transactions they committed."""

    def __init__(self, pool: Pool, handlers: Handlers = HANDLERS) -> None:
        self.commits = 0
        self.batches = Batches(handlers, pool, self._committed, row_of)

    def _committed(self) -> None:
        self.commits += 1

    async def say(self, *envelopes: Envelope) -> Sequence[Handled | BaseException]:
        said = (self.batches.handle(envelope) for envelope in envelopes)
        return await asyncio.gather(*said, return_exceptions=True)


def join(number: int) -> Envelope:
    return Envelope.first(
        JoinInvitation(
            actor=builders.member(number),
            reply_to=builders.reply_to(str(number)),
            invitation_id=builders.INVITATION_ID,
        )
    )


async def test_many_at_once_share_transactions_and_each_has_its_own_answer(pool: Pool) -> None:
    await published(pool, max_participants=SEATS)
    counted = Counted(pool)
    presses = [join(number) for number in range(MEMBERS)]

    with capture_logs() as lines:
        outcomes = await counted.say(*presses, presses[0])

    assert outcomes == ["done"] * SEATS + ["refused"] * (MEMBERS - SEATS) + ["repeated"]
    assert counted.commits == 1
    assert (await stored(pool))["joined_count"] == SEATS
    messages = await told(pool)
    events = [body["invitation"] for name, body in messages if name == "ParticipantJoined"]
    assert [(each["joined_count"], each["version"]) for each in events] == [(1, 2), (2, 3), (3, 4)]
    answered = [body["reply_to"]["interaction_id"] for name, body in messages if "Command" in name]
    assert answered == [str(number) for number in range(MEMBERS)]
    assert [line["event"] for line in lines] == ["command.refused"] * (MEMBERS - SEATS)


async def test_who_comes_meanwhile_is_the_next_batch(pool: Pool) -> None:
    await published(pool, max_participants=MEMBERS)
    counted = Counted(pool)
    async with pool.acquire() as holder, holder.transaction():
        await holder.execute("SELECT 1 FROM invitations FOR UPDATE")
        first = asyncio.create_task(counted.say(join(0)))
        await asyncio.sleep(0)
        later = asyncio.create_task(counted.say(*(join(number) for number in range(1, MEMBERS))))
        await asyncio.sleep(0)
        assert counted.commits == 0
    assert [*await first, *await later] == ["done"] * MEMBERS
    assert counted.commits == 2


async def test_a_message_that_fails_takes_nobody_along(pool: Pool) -> None:
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
    assert len(await told(pool)) == 6
    assert await counted.say(join(4)) == ["done"], "and the next ones are handled as ever"


async def test_a_database_that_goes_away_is_told_to_everyone_and_nothing_is_half_done(
    pool: Pool,
) -> None:
    await published(pool)

    async def cut(_command: JoinInvitation, connection: Connection) -> Outcome:
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError

    presses = [join(number) for number in range(4)]
    cutting = Counted(pool, {**HANDLERS, JoinInvitation: cut})
    outcomes = await cutting.say(*presses)
    assert [isinstance(each, AWAY) for each in outcomes] == [True] * 4
    assert await Counted(pool).say(*presses) == ["done"] * 4


async def test_other_commands_are_handled_by_themselves(pool: Pool) -> None:
    await published(pool)
    complete = Envelope.first(
        CompleteInvitation(actor=builders.MEMBER, invitation_id=builders.INVITATION_ID)
    )
    counted = Counted(pool)
    assert await counted.say(join(1), complete) == ["done", "refused"]
    assert counted.commits == 2
