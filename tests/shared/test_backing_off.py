"""What waits for a server that is away tries more rarely the longer that takes."""

import asyncio

import pytest

from shared import lane_worker, retries
from shared.dispatch import Handled, one_by_one
from shared.messages.envelope import Envelope
from tests.conftest import Site
from tests.shared.lanes_stage import (
    QUEUE,
    Handler,
    consumer,
    dead_letters,
    join,
    parked,
    until,
    waiting,
)


@pytest.mark.parametrize(("failing", "pause"), [(0, 1), (5, 1.25), (60, 15), (86_400, 15)])
def test_a_parked_lane_tries_more_rarely_the_longer_it_fails(failing: float, pause: float) -> None:
    assert lane_worker.pause_seconds(failing) == pause


async def test_a_lane_that_pauses_tries_at_once_when_another_one_has_recovered(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.5)
    monkeypatch.setattr(lane_worker, "pause_seconds", lambda _: 3600)
    handler, is_away = Handler(), True

    async def handle(envelope: Envelope) -> Handled:
        if is_away:
            handler.tried.append(envelope)
            raise ConnectionResetError
        return await handler(envelope)

    first, second = [join(number) for number in range(3)], join(9, "2")
    async with consumer(site, one_by_one(handle)) as (_, say):
        before = parked()
        for envelope in first:
            await say(envelope)
        await until(lambda: parked() >= before + 3)
        monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 5.0)
        await say(second)
        await until(lambda: second in handler.tried)
        is_away = False
        await handler.see([*first, second])
    order = [each.id for each in handler.handled if each in first]
    assert order == [each.id for each in first]


async def test_messages_of_a_thing_that_fails_for_long_come_back_more_rarely(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """350 of them that came back each second kept a gateway at 80 % of a core."""
    monkeypatch.setattr(lane_worker, "HOLD_SECONDS", 0.1)
    monkeypatch.setattr(lane_worker, "HOLD_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(retries, "LONG_SECONDS", 0.5)
    handler, count = Handler(sick="1"), 20
    async with consumer(site, one_by_one(handler), is_ordered=False) as (_, say):
        sick = [join(number) for number in range(count)]
        for envelope in sick:
            await say(envelope)
        async with asyncio.timeout(60):
            while await waiting(site, f"doukikai.retry.{QUEUE}.10s") < count:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await waiting(site, f"doukikai.retry.{QUEUE}.1s") == 0
        handler.sick = ""
        await handler.see(sick)
    assert await dead_letters(site) == 0, "no attempt has counted"
