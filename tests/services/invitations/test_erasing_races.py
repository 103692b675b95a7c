"""Whatever else is pressed at the moment of an erasure, nothing of the member is left."""

import asyncio
import random
from collections.abc import Callable

import pytest

from services.invitations.handlers import HANDLERS
from shared.batching import Batches
from shared.database import Pool
from shared.dispatch import Handled
from shared.errors import Kind, classify
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.calendars import NewAddress, RenewCalendar, ShowCalendars
from shared.messages.invitations.commands import (
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    RevealSecrets,
    SetReminders,
    ShowInterest,
)
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant
from shared.messages.invitations.staffing import AssignStaff, ReleaseStaff
from tests import builders
from tests.builders import HOST, SEALED, STAFF
from tests.services.invitations.telling import drain, published, say
from tests.services.invitations.test_mydata import WAITS, everywhere

ROUNDS = 30
WHO = Actor(user_id="424242424242424242", name="消えるひと", is_staff=True, guild_id="1")
OTHER = builders.member(1)
BEFORE, ERASED_AT, AFTER = (builders.reply_to(id_) for id_ in ("1000", "2000", "3000"))
ADDRESSES = [NewAddress(token=SEALED, token_sha256=digit * 64) for digit in "012"]
FREE, FULL, SEATED, LED = "11", "12", "13", "14"
NAMED = {"user_id": WHO.user_id, "user_name": WHO.name}


async def lived(pool: Pool) -> None:
    """Let the member have a seat that another waits for, a place in a queue, and an event."""
    await published(pool, FREE)
    await published(pool, FULL, max_participants=1)
    await published(pool, SEATED, max_participants=1, vrchat_profile=SEALED)
    await published(pool, LED)
    await say(pool, JoinInvitation(actor=OTHER, invitation_id=FULL))
    await say(pool, JoinInvitation(actor=WHO, invitation_id=SEATED))
    await say(pool, JoinWaitlist(actor=OTHER, invitation_id=SEATED))
    await say(pool, AssignStaff(actor=WHO, invitation_id=LED))


def presses() -> list[Command]:
    """Give everything that writes the member's id or name, pressed before the erasure."""
    own = {"actor": WHO, "reply_to": BEFORE}
    by_host = {"actor": HOST, "reply_to": BEFORE}
    draft = builders.draft(reply_to=BEFORE, vrchat_profile=SEALED)
    return [
        JoinInvitation(**own, invitation_id=FREE),
        ShowInterest(**own, invitation_id=FREE),
        JoinWaitlist(**own, invitation_id=FULL),
        LeaveInvitation(**own, invitation_id=SEATED),
        JoinInvitation(actor=OTHER, reply_to=BEFORE, invitation_id=FREE),
        LeaveInvitation(actor=OTHER, reply_to=BEFORE, invitation_id=FULL),
        RevealSecrets(**own, invitation_id=SEATED),
        AssignStaff(**own, invitation_id=FREE),
        AssignStaff(**own, invitation_id=FULL),
        ReleaseStaff(actor=STAFF, reply_to=BEFORE, invitation_id=LED),
        AddParticipant(**by_host, **NAMED, invitation_id=LED),
        RemoveParticipant(**by_host, **NAMED, invitation_id=SEATED),
        CompleteInvitation(**own, invitation_id=LED),
        SetReminders(**own, are_wanted=False),
        ShowCalendars(**own, guild_id="1", member=ADDRESSES[0], guild=ADDRESSES[1]),
        RenewCalendar(**own, guild_id="1", owner="guild", address=ADDRESSES[2]),
        draft.model_copy(update={"actor": WHO, "host_name": WHO.name}),
    ]


async def handled(replica: Batches, envelope: Envelope) -> Handled:
    """Handle a message as a consumer does: again while something else is in the way."""
    while True:
        outcomes, error = await replica.handle([envelope])
        if error is None:
            return outcomes[0]
        if classify(error) is Kind.PERMANENT:
            raise error


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_nothing_that_was_pressed_before_an_erasure_survives_it(
    pool: Pool, seed: int
) -> None:
    await lived(pool)
    chance = random.Random(seed)  # noqa: S311 - no secret
    wishes = [*presses(), EraseMyData(actor=WHO, reply_to=ERASED_AT)]
    chance.shuffle(wishes)
    replicas = [Batches(HANDLERS, pool, lambda: None) for _ in range(3)]
    await asyncio.gather(
        *(handled(chance.choice(replicas), Envelope.first(wish)) for wish in wishes)
    )
    assert await everywhere(pool, WHO.user_id) == set()
    assert await everywhere(pool, WHO.name) == set()


WRITES: list[Callable[[], Command]] = [
    lambda: JoinInvitation(actor=WHO, invitation_id=FREE),
    lambda: ShowInterest(actor=WHO, invitation_id=FREE),
    lambda: AssignStaff(actor=WHO, invitation_id=FREE),
    lambda: AddParticipant(actor=HOST, invitation_id=FREE, **NAMED),
    lambda: SetReminders(actor=WHO, are_wanted=False, reply_to=BEFORE),
]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: type(write()).__name__)
async def test_an_erasure_waits_for_writes_in_progress(
    pool: Pool, write: Callable[[], Command]
) -> None:
    """The write has done all but its last statement, and nobody else can see it yet."""
    await published(pool, FREE)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE")
        writing = asyncio.create_task(say(pool, write()))
        await until_waiting(pool, 1)
        erasing = asyncio.create_task(say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT)))
        await until_waiting(pool, 2)
    assert (await writing, await erasing) == ("done", "done")
    assert await everywhere(pool, WHO.user_id) == set()


async def until_waiting(pool: Pool, count: int) -> None:
    async with asyncio.timeout(30):
        while await pool.fetchval(WAITS) < count:  # noqa: ASYNC110 - PostgreSQL tells nobody who waits
            await asyncio.sleep(0.01)


async def code(pool: Pool, command: Command) -> str:
    await drain(pool)
    assert await say(pool, command) == "refused"
    [(name, answer)] = await drain(pool)
    assert name == "CommandRefused"
    return str(answer["code"])


WRITTEN = {
    type(press): press
    for press in presses()
    if WHO.user_id in press.concerns() and not isinstance(press, LeaveInvitation)
}


@pytest.mark.parametrize("press", WRITTEN.values(), ids=lambda press: type(press).__name__)
async def test_a_press_from_before_that_is_handled_after_is_refused_with_a_sentence(
    pool: Pool, press: Command
) -> None:
    await lived(pool)
    await say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT))
    assert await code(pool, press) == "erased_since"
    assert await everywhere(pool, WHO.user_id) == set()


async def test_presses_after_an_erasure_belong_to_the_member_again(pool: Pool) -> None:
    await lived(pool)
    await say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT))
    again = JoinInvitation(actor=WHO, invitation_id=FREE, reply_to=AFTER)
    assert await say(pool, again) == "done"
    by_host = AddParticipant(actor=HOST, invitation_id=LED, reply_to=AFTER, **NAMED)
    assert await say(pool, by_host) == "done"
    late = JoinInvitation(actor=WHO, invitation_id=LED, reply_to=BEFORE)
    assert await code(pool, late) == "erased_since"
    assert await everywhere(pool, WHO.user_id) == {"participants", "audit_log"}


async def test_a_late_press_of_an_erased_member_stops_no_press_of_its_batch(pool: Pool) -> None:
    await published(pool, FREE)
    await say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT))
    replica = Batches(HANDLERS, pool, lambda: None)
    batch = [
        Envelope.first(JoinInvitation(actor=actor, invitation_id=FREE, reply_to=BEFORE))
        for actor in (OTHER, WHO, builders.member(2))
    ]
    outcomes = await asyncio.gather(*(handled(replica, each) for each in batch))
    assert outcomes == ["done", "refused", "done"]


async def test_an_older_erasure_that_comes_late_forgets_nothing_of_a_newer_one(pool: Pool) -> None:
    await published(pool, FREE)
    await say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT))
    await say(pool, EraseMyData(actor=WHO, reply_to=builders.reply_to("900")))
    late = JoinInvitation(actor=WHO, invitation_id=FREE, reply_to=BEFORE)
    assert await code(pool, late) == "erased_since"


async def test_a_refused_erasure_stands_in_nobodys_way(pool: Pool) -> None:
    await published(pool, FREE)
    erase = EraseMyData(actor=HOST, reply_to=ERASED_AT)
    assert await code(pool, erase) == "hosts_open"
    assert await pool.fetchval("SELECT count(*) FROM erasures") == 0


async def test_the_events_of_an_erasure_name_nobody(pool: Pool) -> None:
    await lived(pool)
    await drain(pool)
    await say(pool, EraseMyData(actor=WHO, reply_to=ERASED_AT))
    bodies = await drain(pool)
    assert [name for name, _ in bodies] == [
        *("ParticipantLeft", "ParticipantPromoted", "StaffReleased", "MemberErased"),
        "CommandAccepted",
    ]
    assert WHO.name not in str(bodies)
