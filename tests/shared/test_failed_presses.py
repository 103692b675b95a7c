"""Presses that fail are counted against the limit of their member."""

import pytest

from services.invitations.handlers import HANDLERS
from shared.batching import Batches
from shared.database import Pool
from shared.dispatch import Handlers, Outcome, handle_once
from shared.errors import TransientError
from shared.limits import Limit
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.shared.test_limits import DAY, codes, press, press_all


class AwayError(TransientError):
    """A server does not answer."""


def failing(error: Exception) -> Handlers:
    async def fail(_command: JoinInvitation, _connection: object) -> Outcome:
        raise error

    return {**HANDLERS, JoinInvitation: fail}


async def test_a_press_that_waits_for_a_server_does_not_count(pool: Pool) -> None:
    one = Limit("presses", 1, DAY)
    for _ in range(3):
        with pytest.raises(AwayError):
            await handle_once(press(1), failing(AwayError()), pool, presses_limit=one)
    await press_all(pool, [press(1)], one)
    assert await codes(pool) == {"not_found": 1}


async def test_presses_that_fail_are_counted_and_refused_like_others(pool: Pool) -> None:
    """M1: a form whose handling failed undid its own count, so that no limit ended the flood."""
    three = Limit("presses", 3, DAY)
    broken = failing(OverflowError("a date out of range"))
    for number in (1, 3, 5):
        with pytest.raises(OverflowError):
            await handle_once(press(number), broken, pool, presses_limit=three)
    for number in (7, 9):
        assert await handle_once(press(number), broken, pool, presses_limit=three) == "refused"
    assert await codes(pool) == {"limit_presses": 2}


async def test_joins_that_fail_are_counted_although_they_are_handled_together(pool: Pool) -> None:
    broken = failing(OverflowError("a date out of range"))
    batches = Batches(broken, pool, lambda: None, Limit("presses", 3, DAY))
    found = [await batches.handle([press(number)]) for number in (1, 3, 5, 7)]
    assert [type(error) for _, error in found] == [OverflowError] * 3 + [type(None)]
    assert await codes(pool) == {"limit_presses": 1}


async def test_a_member_whose_presses_fail_uses_up_no_other_members_limit(pool: Pool) -> None:
    one = Limit("presses", 1, DAY)
    with pytest.raises(OverflowError):
        await handle_once(press(1), failing(OverflowError()), pool, presses_limit=one)
    await press_all(pool, [press(1, builders.member(7))], one)
    assert await codes(pool) == {"not_found": 1}
