"""The command's connection to RabbitMQ: one that ends when the broker does, and says so."""

import contextlib
from collections.abc import AsyncIterator

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import (
    AMQPError,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ProbableAuthenticationError,
)

from shared.settings import OperatorMistake

CONNECT_SECONDS = 5.0
AWAY = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError)


class BrokerAway(OperatorMistake):
    """RabbitMQ cannot be reached, or hangs."""


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[AbstractConnection]:
    """Connect; raises OperatorMistake if RabbitMQ refuses, BrokerAway if it does not answer."""
    try:
        connection = await aio_pika.connect(url, timeout=CONNECT_SECONDS)
    except ProbableAuthenticationError:
        raise OperatorMistake("RABBITMQ_URL is wrong: user or password is refused.") from None
    except (*AWAY, ValueError) as error:
        raise BrokerAway(
            f"RabbitMQ at RABBITMQ_URL cannot be reached ({type(error).__name__})."
        ) from None
    async with connection:
        try:
            yield connection
        except AWAY as error:
            raise OperatorMistake(
                f"RabbitMQ went away ({type(error).__name__}); what was not done is still there."
            ) from None


async def readers(connection: AbstractConnection, queue: str) -> int | None:
    """Count who reads a queue, this moment; None when there is no such queue."""
    channel = await connection.channel()
    try:
        found = await channel.declare_queue(queue, passive=True)
    except ChannelNotFoundEntity:
        return None
    await channel.close()
    return found.declaration_result.consumer_count
