"""The judge notices services with a broken promise; without that a silent judge proves nothing."""

import asyncio
import random
import signal

import pytest

from services.gateway.delivery.publish_order import Order
from tests.chaos.play import PRESSES, Play, play, running
from tests.conftest import Site

# Which place shows that a promise is broken, and what is complained of then.
KILLED = {
    "inbox": ("consumer.handled", "has 2 answers"),
    "ack": ("inbox.signed", "was never signed for"),
    "delete": ("relay.published", "left in invitations.outbox"),
}


@pytest.mark.parametrize("promise", KILLED)
async def test_a_service_that_breaks_a_promise_when_it_is_killed_is_noticed(
    site: Site, promise: str
) -> None:
    broken, (fail_point, complaint) = ("tests.chaos.broken", promise), KILLED[promise]
    async with play(site) as playing:
        await playing.publish()
        doomed, _ = await playing.launch(*broken, fail_point=fail_point)
        await playing.press()
        await asyncio.wait_for(doomed.wait(), 60)
        assert doomed.returncode == -signal.SIGKILL
        async with running(playing, *broken):
            assert any(complaint in each for each in await playing.settles(3))


async def unanswered(playing: Play) -> set[str]:
    """Return the interactions that have no answer although a service had time for them."""
    left = await playing.settles(8)
    return {str(n) for n in range(PRESSES) if any(f"of {n} has 0 answers" in each for each in left)}


async def test_an_error_that_is_held_without_end_is_noticed(site: Site) -> None:
    async with play(site) as playing:
        await playing.publish()
        async with running(playing, "tests.chaos.broken", "held"):
            await playing.press()
            assert await unanswered(playing) == {str(number) for number in range(PRESSES)}


async def test_the_same_error_fails_one_press_and_not_those_behind_it(site: Site) -> None:
    """The promise that the service above breaks."""
    async with play(site) as playing:
        await playing.publish()
        async with running(playing, "tests.chaos.broken", "fails"):
            await playing.press()
            assert await unanswered(playing) == {"0"}


async def test_a_log_that_raises_is_noticed(site: Site) -> None:
    async with play(site) as playing:
        await playing.publish()
        async with running(playing, "tests.chaos.broken", "log"):
            await playing.press()
            assert await unanswered(playing)


async def test_a_consumer_that_stays_deaf_after_basic_cancel_is_noticed(site: Site) -> None:
    async with play(site) as playing:
        await playing.publish()
        async with running(playing, "tests.chaos.broken", "deaf"):
            await playing.press()
            assert await unanswered(playing) == {str(number) for number in range(PRESSES)}


async def test_a_consumer_that_was_cancelled_consumes_again(site: Site) -> None:
    """The promise that the service above breaks."""
    async with play(site) as playing:
        await playing.publish()
        async with running(playing, "tests.chaos.broken", "cancelled"):
            await playing.press()
            assert await playing.settles(60) == []


@pytest.mark.parametrize("is_ordered", [True, False])
async def test_presses_that_are_published_in_random_order_are_noticed(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, is_ordered: bool
) -> None:
    if not is_ordered:
        dice = random.Random(1)  # noqa: S311 - puts the first member behind the seats
        monkeypatch.setattr(Order, "place", lambda *_: (dice.randrange(1_000), 0))
    async with play(site) as playing:
        await playing.publish()
        await playing.press_while_the_broker_is_away()
        async with running(playing):
            left = await playing.settles(20 if is_ordered else 5)
            assert any("was given to" in each for each in left) != is_ordered
            assert is_ordered == (left == [])
