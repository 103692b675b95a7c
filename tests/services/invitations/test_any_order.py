"""Whatever members do in any order, two at a time: the story told is one that may happen."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.invitations import repository
from shared.database import Pool
from shared.messages.envelope import Actor, Command
from shared.messages.invitations.commands import (
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from tests import builders
from tests.builders import HOST, member
from tests.services.invitations.telling import say, told

Told: TypeAlias = Sequence[tuple[str, dict[str, Any]]]

MEMBERS = st.builds(member, st.integers(0, 5))
WISHES = st.sampled_from([JoinInvitation, JoinWaitlist, ShowInterest, LeaveInvitation])
STEPS = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,  # real servers take the time they take
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Story:
    """What an invitation's events say, read as somebody would who has nothing else."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.version = 1
        self.seated: set[str] = set()
        self.queue: list[str] = []
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
        getattr(self, name)(event.get("user_id", ""))
        assert state["status"] != "recruiting" or not state["waitlisted_count"], "no seat is free"

    def ParticipantJoined(self, who: str) -> None:  # noqa: N802 - the event's name
        assert not self.queue, "nobody overtakes"
        assert len(self.seated) < self.capacity
        self.seated.add(who)

    def ParticipantWaitlisted(self, who: str) -> None:  # noqa: N802 - the event's name
        assert len(self.seated) == self.capacity, "nobody waits beside a free seat"
        assert who not in self.queue
        self.queue.append(who)

    def ParticipantPromoted(self, who: str) -> None:  # noqa: N802 - the event's name
        assert who == self.queue.pop(0), "first come, first served"
        self.heirs -= 1
        self.seated.add(who)

    def ParticipantLeft(self, who: str) -> None:  # noqa: N802 - the event's name
        if who in self.seated and self.queue:
            self.heirs += 1
        self.seated.discard(who)
        self.queue = [each for each in self.queue if each != who]

    ParticipantInterested = ParticipantLeft

    def InvitationEdited(self, _: str) -> None:  # noqa: N802 - the event's name
        self.heirs = min(len(self.queue), self.capacity - len(self.seated))

    def InvitationCompleted(self, _: str) -> None:  # noqa: N802 - the event's name
        self.is_final = True


class AnyOrder(RuleBasedStateMachine):
    """Members of one invitation, and the story that its events tell."""

    pool: Pool
    loop: asyncio.AbstractEventLoop

    def run(self, *commands: Command) -> None:
        asyncio.run_coroutine_threadsafe(self._all(commands), self.loop).result(20)

    async def _all(self, commands: Sequence[Command]) -> None:
        await asyncio.gather(*(say(self.pool, command) for command in commands))
        for name, event in await told(self.pool):
            self.story.hear(name, event)

    @initialize(capacity=st.integers(1, 3))
    def publish(self, capacity: int) -> None:
        self.story = Story(capacity)
        self.id = str(uuid4().int)[:20]
        asyncio.run_coroutine_threadsafe(self._publish(), self.loop).result(20)

    async def _publish(self) -> None:
        request_id = uuid4()
        await say(self.pool, builders.draft(request_id, max_participants=self.story.capacity))
        await say(self.pool, builders.publish(request_id, self.id))
        await told(self.pool)

    @rule(who=MEMBERS, wish=WISHES)
    def one_wish(self, who: Actor, wish: Any) -> None:
        self.run(wish(actor=who, invitation_id=self.id))

    @rule(pair=st.lists(MEMBERS, min_size=2, max_size=2), wishes=st.tuples(WISHES, WISHES))
    def two_at_once(self, pair: list[Actor], wishes: tuple[Any, Any]) -> None:
        self.run(
            *(
                wish(actor=who, invitation_id=self.id)
                for who, wish in zip(pair, wishes, strict=True)
            )
        )

    @rule(who=MEMBERS, wish=WISHES, capacities=st.tuples(st.integers(1, 4), st.integers(1, 4)))
    def two_edits_at_the_same_time(
        self, who: Actor, wish: Any, capacities: tuple[int, int]
    ) -> None:
        seen = asyncio.run_coroutine_threadsafe(
            repository.view(self.pool, self.id), self.loop
        ).result(20)
        assert seen is not None
        edits = [
            builders.edit(seen, "schedule", invitation_id=self.id, max_participants=capacity)
            for capacity in capacities
        ]
        self.run(wish(actor=who, invitation_id=self.id), *edits)

    @rule(who=MEMBERS, wish=WISHES, is_ended=st.integers(0, 9).map(lambda n: n == 0))
    def the_end_at_the_same_time(
        self,
        who: Actor,
        wish: Any,
        is_ended: bool,  # noqa: FBT001 - drawn
    ) -> None:
        end = [CompleteInvitation(actor=HOST, invitation_id=self.id)] if is_ended else []
        self.run(wish(actor=who, invitation_id=self.id), *end)

    @invariant()
    def the_story_is_what_is_stored(self) -> None:
        seen = asyncio.run_coroutine_threadsafe(
            repository.view(self.pool, self.id), self.loop
        ).result(20)
        story = self.story
        assert seen is not None
        assert not story.heirs
        assert seen.version == story.version
        assert {p.user_id for p in seen.participants if p.status == "joined"} == story.seated
        assert [p.user_id for p in seen.waitlist] == story.queue
        assert (seen.joined_count, seen.waitlisted_count) == (len(story.seated), len(story.queue))
        assert seen.joined_count <= seen.max_participants
        is_full = seen.joined_count == seen.max_participants
        assert is_full or not seen.waitlist
        expected = "completed" if story.is_final else "full" if is_full else "recruiting"
        assert seen.status == expected


async def test_members_in_any_order_two_at_a_time(pool: Pool) -> None:
    """In a thread of its own: hypothesis is synchronous, the pool lives in the session's loop."""
    AnyOrder.pool, AnyOrder.loop = pool, asyncio.get_running_loop()
    await asyncio.to_thread(run_state_machine_as_test, AnyOrder, settings=STEPS)
