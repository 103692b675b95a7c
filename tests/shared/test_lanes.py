"""Messages about one thing are handled in order, and delay no other thing."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from shared import consumer as consuming
from shared import lane_worker
from shared.consumer import Consumer
from shared.dispatch import Handled, one_by_one
from shared.exchanges import COMMANDS, DELAYS
from shared.lane import lane_of, pressed_at
from shared.messages.envelope import Actor, Envelope, born_at
from shared.messages.invitations.commands import SetReminders
from shared.messages.registry import read
from shared.messages.replies import CommandRefused
from shared.origins import by_owners
from tests import builders
from tests.conftest import Site
from tests.keys import publisher
from tests.services.scheduler.stories import from_now, published
from tests.shared.lanes_stage import (
    PREFETCH,
    Handler,
    consumer,
    counted,
    dead_letters,
    join,
    parked,
    until,
)


async def time_out() -> None:
    raise asyncpg.QueryCanceledError("canceling statement due to statement timeout")


@pytest.mark.parametrize("is_ordered", [True, False])
@pytest.mark.parametrize("way", ["fails", "hangs", "is slow"])
async def test_one_invitation_that_fails_slows_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch, way: str, *, is_ordered: bool
) -> None:
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.3)
    monkeypatch.setattr(lane_worker, "HOLD_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(lane_worker, "ATTEMPT_SECONDS", 3.0)
    handler, healed = Handler(sick="1"), asyncio.Event()
    if way == "hangs":

        async def hang() -> None:
            await healed.wait()

        handler.work = hang
    elif way == "is slow":
        handler.work = time_out
    async with consumer(site, one_by_one(handler), is_ordered=is_ordered) as (running, say):
        sick = [join(number) for number in range(3 * PREFETCH)]
        well = [join(number, "2") for number in range(3 * PREFETCH)]
        for envelope in (*sick, *well):
            await say(envelope)
        await handler.see(well)
        assert not {each.id for each in handler.handled} & {each.id for each in sick}
        if way == "hangs":
            assert running.oldest_seconds > 0
        handler.sick = ""
        healed.set()
        await handler.see(sick)
    assert await dead_letters(site) == 0
    if is_ordered:
        order = [each.id for each in handler.handled if each in sick]
        assert order == [each.id for each in sick]


@pytest.mark.parametrize("hold_seconds", [0.0, 30.0], ids=["parked", "in hand"])
async def test_a_statement_that_takes_too_long_for_a_minute_goes_down_the_ladder(
    site: Site, monkeypatch: pytest.MonkeyPatch, hold_seconds: float
) -> None:
    """Else one invitation whose statements are always slow would wait without end."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", hold_seconds)
    monkeypatch.setattr(lane_worker, "SLOW_SECONDS", 0.5)
    handler, before = Handler(sick="1"), counted("retried")
    handler.work = time_out
    first, second = join(1), join(2)
    async with consumer(site, one_by_one(handler)) as (running, say):
        await say(first)
        await until(lambda: counted("retried") > before)
        tries = len(handler.tried)
        await say(second)
        await until(lambda: counted("retried") > before + 1)
        assert running.waiting["oldest_seconds"] > 0
        handler.sick = ""
        await handler.see([first, second])
    assert tries > 1
    assert handler.tried.count(second) == 2, "the lane had been slow, so it was tried once"


async def test_readiness_shows_the_waiting_messages_and_their_age(site: Site) -> None:
    handler = Handler(sick="1")
    async with consumer(site, one_by_one(handler)) as (running, say):
        nothing = {"held": 0, "oldest_seconds": 0.0}
        assert running.waiting == nothing
        await say(join(1))
        await until(lambda: bool(running.waiting["held"]))
        await until(lambda: running.waiting["oldest_seconds"] >= 0.1)
        assert running.waiting["held"] == 1
        handler.sick = ""
        await until(lambda: running.waiting == nothing)


def test_a_press_is_placed_by_discords_clock_and_all_else_by_when_it_was_sent() -> None:
    pressed, event = join(77), published(1, from_now(3600))
    assert pressed_at(pressed) == (born_at("77"), 77)
    assert pressed_at(event) == (event.sent_at, 0)


def test_one_thing_is_one_lane() -> None:
    """What concerns an invitation is handled in its order, and so is what else a member wants."""
    edited = published(1, from_now(3600))
    first, second = builders.member(1), builders.member(2)

    def remind(actor: Actor) -> Envelope:
        return Envelope.first(SetReminders(actor=actor, are_wanted=True))

    assert lane_of(join(1)) == lane_of(join(2)) != lane_of(join(1, "2"))
    assert lane_of(edited) == lane_of(join(3))
    assert lane_of(remind(first)) == lane_of(remind(first))
    assert lane_of(remind(first)) != lane_of(remind(second))


@pytest.mark.parametrize(("most", "expected"), [(32, [1, PREFETCH - 1]), (2, [1, 2, 1])])
async def test_messages_of_one_invitation_are_handled_together(
    site: Site, monkeypatch: pytest.MonkeyPatch, most: int, expected: list[int]
) -> None:
    """Rule: order costs no batching. What waits behind a run is the next run, up to a bound."""
    monkeypatch.setattr(lane_worker, "RUN", most)
    runs: list[int] = []
    began, gate, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(envelopes: Sequence[Envelope]) -> tuple[Sequence[Handled], None]:
        runs.append(len(envelopes))
        began.set()
        await gate.wait()
        if sum(runs) == PREFETCH:
            ended.set()
        return ["done"] * len(envelopes), None

    async with consumer(site, handle) as (running, say):
        await say(join(0))
        await asyncio.wait_for(began.wait(), 30)
        for number in range(1, PREFETCH):
            await say(join(number))
        await until(lambda: len(running._in_hand) >= PREFETCH)  # noqa: SLF001
        gate.set()
        await asyncio.wait_for(ended.wait(), 30)
    assert runs == expected


async def test_a_sweep_forgets_no_lane_that_is_at_work(site: Site) -> None:
    """Forgotten, its next message would start beside the one in hand."""
    started: asyncio.Queue[object] = asyncio.Queue()
    gate = asyncio.Event()

    async def handle(envelope: Envelope) -> Handled:
        started.put_nowait(envelope.id)
        await gate.wait()
        return "done"

    first, second = join(1), join(2)
    async with consumer(site, one_by_one(handle)) as (running, say):
        await say(first)
        assert await asyncio.wait_for(started.get(), 30) == first.id
        running._lanes.sweep()  # noqa: SLF001 - as the consumer does every second
        await say(second)
        await until(lambda: len(running._in_hand) >= 2)  # noqa: SLF001
        assert started.empty()
        gate.set()
        assert await asyncio.wait_for(started.get(), 30) == second.id


async def test_one_thing_takes_half_of_the_places_where_order_does_not_count(site: Site) -> None:
    """And a lane in which nothing waits is forgotten."""
    began: asyncio.Queue[object] = asyncio.Queue()
    gate = asyncio.Event()

    async def handle(envelope: Envelope) -> Handled:
        began.put_nowait(envelope.id)
        await gate.wait()
        return "done"

    async with consumer(site, one_by_one(handle), is_ordered=False) as (running, say):
        mine = [join(number) for number in range(PREFETCH // 2)]
        for envelope in mine:
            await say(envelope)
        first = {await asyncio.wait_for(began.get(), 30) for _ in mine}
        assert first == {each.id for each in mine}
        was_parked = parked()
        await say(join(PREFETCH))
        await until(lambda: parked() == was_parked + 1)
        assert began.empty()
        gate.set()
        await until(lambda: not running._lanes._lanes)  # noqa: SLF001


async def test_an_error_that_nobody_expected_gives_the_message_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And until the message is dealt with, the process is not ready."""
    monkeypatch.setattr(consuming, "GIVE_BACK_SECONDS", 0.1)
    was_alive: list[bool] = []
    ended = asyncio.Event()

    async def handle(envelopes: Sequence[Envelope]) -> tuple[Sequence[Handled], None]:
        was_alive.append(running.is_alive)
        if len(was_alive) == 1:
            raise ZeroDivisionError
        ended.set()
        return ["done"] * len(envelopes), None

    async with consumer(site, handle) as (running, say):
        await say(join(1))
        await asyncio.wait_for(ended.wait(), 30)
        assert was_alive == [True, False]
        await until(lambda: running.is_alive)
    assert await dead_letters(site) == 0


@pytest.mark.parametrize(
    "change",
    [
        ('"invitations.JoinInvitation"', '"invitations.JoinWithFriends"'),
        ('"invitation_id":"1"', '"invitation_id":{"of":"a newer release"}'),
    ],
    ids=["an unknown name", "an unknown value"],
)
async def test_a_message_of_a_newer_release_goes_down_the_ladder_and_is_then_refused(
    site: Site, change: tuple[str, str]
) -> None:
    """During a roll-out a newer process may take it from the queue at its next try."""
    raw = join(1).to_json().replace(*change)
    replies: asyncio.Queue[Envelope] = asyncio.Queue()

    async def hear(envelope: Envelope) -> Handled:
        replies.put_nowait(envelope)
        return "done"

    gateway = await publisher(site.rabbitmq_url("gateway"))
    hearing = Consumer(*(gateway, "gateway.replies", one_by_one(hear), by_owners), is_ordered=False)
    await hearing.start(10)
    async with consumer(site, one_by_one(Handler())):
        for attempt in (0, len(DELAYS)):
            await gateway.publish(
                COMMANDS,
                "invitations.JoinInvitation",
                raw,
                {"x-attempt": attempt},
                message_id=str(attempt),
                name="invitations.JoinInvitation",
            )
        answer = (await asyncio.wait_for(replies.get(), 30)).body
    assert isinstance(answer, CommandRefused)
    assert answer.code == "unknown_command"
    assert answer.reply_to.interaction_id == "1"
    assert await dead_letters(site) == 1, "the first copy waits in the ladder"
    await hearing.stop()
    await gateway.close()


def test_an_unreadable_message_is_recognised_at_once() -> None:
    with pytest.raises(ValueError, match=r"KeyError|ValidationError"):
        read('{"name": "invitations.JoinInvitation", "body": {}}')
