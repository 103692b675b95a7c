"""Commands in any order, two at a time: the published events are always a possible story."""

import asyncio
import itertools
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.invitations.sql import invitations
from shared.database import Pool
from shared.messages.envelope import Actor, Command
from shared.messages.invitations.commands import (
    CancelInvitation,
    CloseInvitation,
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant, WithdrawMember
from shared.messages.views import InvitationView
from tests import builders
from tests.builders import HOST, STAFF, member
from tests.services.invitations.telling import drain, say

ResultT = TypeVar("ResultT")

OWN = {
    "join": JoinInvitation,
    "wait": JoinWaitlist,
    "interest": ShowInterest,
    "leave": LeaveInvitation,
}
OTHERS = {"add": AddParticipant, "remove": RemoveParticipant}
ENDS = {"cancel": CancelInvitation, "complete": CompleteInvitation, "close": CloseInvitation}


@dataclass(frozen=True)
class Wish:
    """A member's command, to which of the two events, and with how many seats."""

    kind: str
    who: int
    event: int
    seats: int


# An end is rare, or nothing would happen after it.
KINDS = st.sampled_from([*OWN, *OTHERS, "withdraw", "edit", "erase"]) | st.sampled_from(
    [*OWN, *OTHERS, *OWN, *OTHERS, *OWN, *ENDS]
)
MEMBERS = st.integers(0, 5)
NEWCOMERS = itertools.count(0, 6)  # who is erased is erased from the stories before, too
COMERS = st.lists(MEMBERS, unique=True, max_size=6)
GOES = st.sampled_from(["withdraw", "erase"])
SEATS = st.integers(1, 3)
WISHES = st.builds(Wish, KINDS, MEMBERS, st.integers(0, 1), st.integers(1, 4))
STEPS = settings(
    max_examples=12,
    stateful_step_count=10,
    deadline=None,  # real servers take the time they take
    phases=[Phase.generate],  # what two do at once need not happen again, so it cannot be shrunk
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Story:
    """The state of an invitation as its events alone describe it."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.version = 1
        self.seated: set[str] = set()
        self.queue: list[str] = []
        self.interested: set[str] = set()
        self.erased: set[str] = set()  # from what is final, where no event tells of it
        self.is_final = False
        self.heirs = 0  # seats given up that must be handed on before anything else happens

    def hear(self, name: str, event: dict[str, Any]) -> None:
        state = event["invitation"]
        assert not self.is_final, "final means final"
        assert state["version"] == self.version + 1, "no version is missing"
        assert not self.heirs or name == "ParticipantPromoted", "a seat is handed on at once"
        self.version += 1
        self.capacity = state["max_participants"]
        assert len(self.seated) <= self.capacity, "no seat that is taken goes away"
        who = event.get("user_id", "")
        if "gave_up" in event:
            assert event["gave_up"] == self.part(who), "what was given up is what they had"
        getattr(self, name)(who)
        assert state["status"] != "recruiting" or not state["waitlisted_count"], "no seat is free"

    def erase(self, who: str) -> None:
        if self.is_final:
            self.erased.add(who)

    def shown(self, who: str) -> str:
        return "erased" if who in self.erased else who

    def part(self, who: str) -> str | None:
        if who in self.seated:
            return "joined"
        if who in self.queue:
            return "waitlisted"
        return "interested" if who in self.interested else None

    def ParticipantJoined(self, who: str) -> None:  # noqa: N802 - the event's name
        assert not self.queue, "nobody overtakes"
        assert len(self.seated) < self.capacity
        assert who not in self.seated
        self.interested.discard(who)
        self.seated.add(who)

    def ParticipantWaitlisted(self, who: str) -> None:  # noqa: N802 - the event's name
        assert len(self.seated) == self.capacity, "nobody waits beside a free seat"
        assert who not in self.queue
        self.interested.discard(who)
        self.queue.append(who)

    def ParticipantPromoted(self, who: str) -> None:  # noqa: N802 - the event's name
        assert who == self.queue.pop(0), "first come, first served"
        self.heirs -= 1
        self.seated.add(who)

    def ParticipantLeft(self, who: str) -> None:  # noqa: N802 - the event's name
        assert self.part(who), "who is not in cannot leave"
        if who in self.seated and self.queue:
            self.heirs += 1
        self.seated.discard(who)
        self.interested.discard(who)
        self.queue = [each for each in self.queue if each != who]

    def ParticipantInterested(self, who: str) -> None:  # noqa: N802 - the event's name
        assert who not in self.interested
        if self.part(who):
            self.ParticipantLeft(who)
        self.interested.add(who)

    def InvitationEdited(self, _: str) -> None:  # noqa: N802 - the event's name
        self.heirs = min(len(self.queue), self.capacity - len(self.seated))

    def InvitationCompleted(self, _: str) -> None:  # noqa: N802 - the event's name
        self.is_final = True

    InvitationCancelled = InvitationCompleted


class AnyOrder(RuleBasedStateMachine):
    """Six members, two events of one guild, and the stories that their messages tell."""

    pool: Pool
    loop: asyncio.AbstractEventLoop

    def wait(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @initialize(capacities=st.tuples(SEATS, SEATS), comers=st.tuples(COMERS, COMERS))
    def publish(self, capacities: tuple[int, int], comers: tuple[list[int], ...]) -> None:
        """Begin with two events that some have come to, so that there often is a queue."""
        self.newcomer = next(NEWCOMERS)
        self.guild_id, *self.ids = [str(uuid4().int)[:20] for _ in range(3)]
        self.stories = {
            each: Story(capacity) for each, capacity in zip(self.ids, capacities, strict=True)
        }
        self.wait(self._publish())
        for event, who in enumerate(comers):
            for number, each in enumerate(who):
                kind = "join" if number < capacities[event] else "wait"
                self.wait(self._at_once([Wish(kind, each, event, 1)]))

    async def _publish(self) -> None:
        for invitation_id, story in self.stories.items():
            request_id = uuid4()
            seats, guild_id = story.capacity, self.guild_id
            await say(
                self.pool, builders.draft(request_id, max_participants=seats, guild_id=guild_id)
            )
            await say(self.pool, builders.publish(request_id, invitation_id, guild_id))
        await drain(self.pool)

    @rule(wishes=st.lists(WISHES, min_size=1, max_size=2))
    def wish(self, wishes: list[Wish]) -> None:
        self.wait(self._at_once(wishes))

    @rule(who=MEMBERS, other=MEMBERS, goes=GOES, kind=GOES | st.sampled_from(["leave", "wait"]))
    def go_for_good_meanwhile(self, who: int, other: int, goes: str, kind: str) -> None:
        """From both events, in the moment in which another member moves in one of them."""
        self.wait(self._at_once([Wish(goes, who, 0, 1), Wish(kind, other, 0, 1)]))

    async def _at_once(self, wishes: Sequence[Wish]) -> None:
        commands = [await self._command(wish) for wish in wishes]
        await asyncio.gather(*(say(self.pool, command) for command in commands))
        for name, event in await drain(self.pool):
            if name != "MemberErased":
                self.stories[event["invitation"]["id"]].hear(name, event)
        for wish in wishes:
            if wish.kind == "erase":
                for story in self.stories.values():
                    story.erase(self._who(wish).user_id)

    def _who(self, wish: Wish) -> Actor:
        return builders.in_guild(member(self.newcomer + wish.who), self.guild_id)

    async def _command(self, wish: Wish) -> Command:
        invitation_id, who = self.ids[wish.event], self._who(wish)
        host = builders.in_guild(HOST, self.guild_id)
        if wish.kind in OWN:
            is_taking = wish.kind in {"leave", "interest"}
            part = self.stories[invitation_id].part(who.user_id)
            sure = {"gives_up": part} if is_taking else {}
            return OWN[wish.kind](actor=who, invitation_id=invitation_id, **sure)
        if wish.kind in OTHERS:
            about = {"user_id": who.user_id, "user_name": who.name}
            staff = builders.in_guild(STAFF, self.guild_id)
            return OTHERS[wish.kind](actor=staff, invitation_id=invitation_id, **about)
        if wish.kind == "withdraw":
            left_at = builders.soon(minutes=1)
            return WithdrawMember(actor=who, guild_id=self.guild_id, left_at=left_at)
        if wish.kind == "erase":
            return EraseMyData(actor=who)
        if wish.kind == "edit":
            seen = await self._view(invitation_id)
            changes = {"max_participants": wish.seats, "invitation_id": invitation_id}
            return builders.edit(seen, "schedule", actor=host, **changes)
        if wish.kind == "close":
            await self._let_time_pass(invitation_id)
        sure = {"for_people": 6} if wish.kind == "cancel" else {}
        return ENDS[wish.kind](actor=host, invitation_id=invitation_id, **sure)

    async def _let_time_pass(self, invitation_id: str) -> None:
        await self.pool.execute(
            "UPDATE invitations SET start_time = $2, end_time = $3"
            " WHERE id = $1 AND status IN ('recruiting', 'full')",
            *(invitation_id, builders.soon(hours=-2), builders.soon(hours=-1)),
        )

    async def _view(self, invitation_id: str) -> InvitationView:
        seen = await invitations.view(self.pool, invitation_id)
        assert seen is not None
        return seen

    @invariant()
    def the_stories_are_what_is_stored(self) -> None:
        for invitation_id, story in self.stories.items():
            check_story(story, self.wait(self._view(invitation_id)))


def check_story(story: Story, seen: InvitationView) -> None:
    """Assert that the stored state is the published one, and a valid one."""
    assert not story.heirs
    assert seen.version == story.version
    parts = sorted((named(p.user_id), p.status) for p in seen.participants)
    seated = [(story.shown(each), "joined") for each in story.seated]
    interested = [(story.shown(each), "interested") for each in story.interested]
    assert parts == sorted(seated + interested)
    assert [named(p.user_id) for p in seen.waitlist] == [story.shown(each) for each in story.queue]
    assert (seen.joined_count, seen.waitlisted_count) == (len(story.seated), len(story.queue))
    assert seen.joined_count <= seen.max_participants
    is_full = seen.joined_count == seen.max_participants
    assert is_full or not seen.waitlist
    if story.is_final:
        assert seen.status in {"completed", "cancelled"}
    else:
        assert seen.status == ("full" if is_full else "recruiting")


def named(user_id: str) -> str:
    return "erased" if user_id.startswith("0") else user_id


async def test_everybody_in_any_order_two_at_a_time(pool: Pool) -> None:
    """In a thread of its own: hypothesis is synchronous, the pool lives in the session's loop."""
    AnyOrder.pool, AnyOrder.loop = pool, asyncio.get_running_loop()
    await asyncio.to_thread(run_state_machine_as_test, AnyOrder, settings=STEPS)
