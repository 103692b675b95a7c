"""`python -m tests.chaos.broken PROMISE MODULE`: a service with one promise broken on purpose."""

import asyncio
import errno
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from shared import broker, consumer, errors, inbox, outbox, output, subscription
from shared.database import Connection
from shared.limits import Limit
from shared.messages.envelope import Envelope
from tests import builders

FIRST = builders.member(0)


def without_inbox() -> None:
    """Handle a message as often as it comes."""
    sign = inbox.sign

    async def always(
        connection: Connection, envelopes: Sequence[Envelope], limit: Limit | None = None
    ) -> inbox.Signed:
        await sign(connection, envelopes, limit)
        return inbox.Signed({each.id for each in envelopes}, {})

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


def failing() -> None:
    """Raise asyncpg's InterfaceError, a bug of ours, for the first member's press."""
    sign = inbox.sign

    async def fail(
        connection: Connection, envelopes: Sequence[Envelope], limit: Limit | None = None
    ) -> inbox.Signed:
        if any(getattr(each.body, "actor", None) == FIRST for each in envelopes):
            raise asyncpg.InterfaceError(
                "the server expects 1 argument for this query, 2 were passed"
            )
        return await sign(connection, envelopes, limit)

    inbox.sign = fail


def held_without_end() -> None:
    """Take every InterfaceError for a server that is away."""
    failing()
    errors.LOST_CONNECTION = ("",) * 4


def log_that_raises() -> None:
    """Fail to write that a message was handled, as on a full disk."""
    put = output.Output.put

    def fail(self: output.Output, line: bytes) -> None:
        if b"message.handled" in line:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        put(self, line)

    output.Output.put = fail  # type: ignore[method-assign]


def cancelled() -> None:
    """Let the broker forget each consumer at once, as after basic.cancel."""
    consume = broker.Broker.consume

    async def forgotten(self: broker.Broker, *words: Any) -> subscription.Subscription:
        subscribed = await consume(self, *words)
        channel = await subscribed.channel.get_underlay_channel()
        await channel.basic_cancel(subscribed.tag)
        return subscribed

    broker.Broker.consume = forgotten  # type: ignore[method-assign,assignment]


def deaf() -> None:
    """Let a consumer that the broker has forgotten rest, and look alive."""
    cancelled()

    async def rest(_self: subscription.Subscription, **_: bool) -> None:
        pass

    subscription.Subscription.revive = rest  # type: ignore[method-assign,assignment]
    subscription.Subscription.is_alive = True  # type: ignore[method-assign,assignment]


PROMISES: dict[str, Callable[[], None]] = {
    "inbox": without_inbox,
    "ack": acknowledged_first,
    "delete": never_deleted,
    "fails": failing,
    "held": held_without_end,
    "log": log_that_raises,
    "cancelled": cancelled,
    "deaf": deaf,
}

if __name__ == "__main__":
    promise, module = sys.argv[1:]
    PROMISES[promise]()
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
