"""`python -m tests.chaos.broken PROMISE MODULE`: a service with one promise broken on purpose."""

import asyncio
import runpy
import sys
from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from shared import consumer, inbox, outbox
from shared.database import Connection
from shared.messages.envelope import Envelope


def without_inbox() -> None:
    """Handle a message as often as it comes."""
    sign = inbox.sign

    async def always(connection: Connection, envelopes: Sequence[Envelope]) -> set[UUID]:
        await sign(connection, envelopes)
        return {each.id for each in envelopes}

    inbox.sign = always


def acknowledged_first() -> None:
    """Give a message back as done before it is dealt with."""

    async def too_early(self: consumer.Consumer, incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        await asyncio.sleep(0.05)  # the broker has it before anything else happens
        await self._deal_with(incoming)

    consumer.Consumer._receive = too_early  # type: ignore[method-assign]  # noqa: SLF001 - to break it is the purpose


def never_deleted() -> None:
    """Publish the outbox and forget nothing of it."""
    take_oldest = outbox.take_oldest

    async def keep(connection: Connection) -> list[asyncpg.Record] | None:
        await asyncio.sleep(0.05)
        await connection.execute("SAVEPOINT untaken")
        rows = await take_oldest(connection)
        await connection.execute("ROLLBACK TO SAVEPOINT untaken")
        return rows

    outbox.take_oldest = keep


PROMISES: dict[str, Callable[[], None]] = {
    "inbox": without_inbox,
    "ack": acknowledged_first,
    "delete": never_deleted,
}

if __name__ == "__main__":
    promise, module = sys.argv[1:]
    PROMISES[promise]()
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
