"""Rule: a turn is never lost, whatever becomes of who had it or waited for it."""

import asyncio

import pytest

from shared.database import Pool, Reader
from shared.turns import Turns


async def one(reader: Reader) -> object:
    row = await reader.fetchrow("SELECT 1 AS one")
    return row and row["one"]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def all_at_once(turns: Turns) -> None:
    async with asyncio.timeout(20):
        assert await asyncio.gather(*(turns.ask(one) for _ in range(9))) == [1] * 9


async def test_who_gives_up_waiting_leaves_their_turn_to_the_next(pool: Pool) -> None:
    turns, gate = Turns(pool, 1), asyncio.Event()
    waiting: list[asyncio.Task[object]] = []

    async def hold(reader: Reader) -> object:
        await gate.wait()
        found = await one(reader)
        # In the very moment in which the turn has come.
        asyncio.get_running_loop().call_soon(waiting[1].cancel)
        return found

    first = asyncio.create_task(turns.ask(hold))
    await settle()
    waiting += [asyncio.create_task(turns.ask(one)) for _ in range(4)]
    await settle()
    waiting[0].cancel()
    await settle()
    gate.set()
    assert await first == 1
    async with asyncio.timeout(20):
        assert await asyncio.gather(*waiting[2:]) == [1, 1]
    assert all(each.cancelled() for each in waiting[:2])
    await all_at_once(turns)


async def test_a_lost_connection_is_handed_to_nobody(pool: Pool) -> None:
    turns = Turns(pool, 2)

    async def fail(reader: Reader) -> None:
        await one(reader)
        reader.terminate()  # type: ignore[attr-defined]  # of a connection, which it is
        raise ConnectionError

    async with asyncio.timeout(20):
        found = await asyncio.gather(
            *(turns.ask(each) for _ in range(5) for each in (fail, one)), return_exceptions=True
        )
    assert [each if each == 1 else type(each) for each in found] == [ConnectionError, 1] * 5
    await all_at_once(turns)


async def test_a_pool_that_gives_none_costs_no_turn(pool: Pool) -> None:
    turns = Turns(pool, 1)
    await pool.close()
    for _ in range(3):
        with pytest.raises(Exception, match="closed"):
            await turns.ask(one)
