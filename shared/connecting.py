"""Connections to RabbitMQ that open again after a break."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast

import aio_pika
from aio_pika.abc import AbstractRobustConnection, HeadersType
from aio_pika.exceptions import ProbableAuthenticationError

from shared.errors import is_server_error
from shared.intake import Intake
from shared.settings import OperatorMistake
from shared.subscription import break_off

if TYPE_CHECKING:
    import aiormq

OPEN_SECONDS = 10.0
# With RabbitMQ's default of 60 a half-open connection is noticed after three minutes.
HEARTBEAT_SECONDS = 10

# What aio-pika's client can do, less "connection.blocked": a connection that an alarm blocked and
# that then broke keeps its channel waiting for the end of the alarm, without end (aiormq 7.2.4). A
# broker that takes nothing is noticed by the confirms that do not come.
CAPABILITIES: HeadersType = {
    "authentication_failure_close": True,
    "basic.nack": True,
    "consumer_cancel_notify": True,
    "publisher_confirms": True,
}


class Channel(aio_pika.RobustChannel):
    """A channel that opens again after a break, or ends its connection if it cannot."""

    intake: Intake | None = None

    async def guard(self, intake: Intake) -> None:
        """Let no more be delivered than a process has room for, also after a break."""
        self.intake = intake
        intake.guard(cast("aiormq.Channel", await self.get_underlay_channel()))

    async def _on_open(self) -> None:
        if self.intake is not None:  # before anything is consumed again
            await self.guard(self.intake)
        await super()._on_open()

    async def reopen(self) -> None:
        """Open it again after a break."""
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await super().reopen()
        except Exception:
            # Whatever the error is, the channel stays closed: aio-pika opens it again only with its
            # connection.
            await break_off(self._connection)
            raise


class Connection(aio_pika.RobustConnection):
    """A connection whose channels do not wait without end."""

    CHANNEL_CLASS = Channel


@contextlib.asynccontextmanager
async def answered() -> AsyncIterator[None]:
    """Say in an operator's words that RabbitMQ does not answer; raises OperatorMistake."""
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            yield
    except TimeoutError:
        raise OperatorMistake("RabbitMQ at RABBITMQ_URL takes calls and answers none.") from None
    except Exception as error:  # it ended just now, or lacks a queue or a right of ours
        if not is_server_error(error):
            raise
        raise OperatorMistake(
            f"RabbitMQ at RABBITMQ_URL broke off ({type(error).__name__}): {error}."
        ) from None


async def connect(url: str) -> AbstractRobustConnection:
    """Connect; raises OperatorMistake when there is no broker to be had."""
    separator = "&" if "?" in url else "?"
    try:
        return await aio_pika.connect_robust(
            f"{url}{separator}heartbeat={HEARTBEAT_SECONDS}",
            timeout=5,
            connection_class=Connection,
            client_properties={"capabilities": CAPABILITIES},
            # Spread, so that all services do not come back in the same moment.
            reconnect_interval=random.uniform(0.5, 1.5),  # noqa: S311 - no secret
        )
    except ProbableAuthenticationError:
        raise OperatorMistake("RABBITMQ_URL is wrong: user or password is refused.") from None
    # aiormq 7.2.4 raises StopAsyncIteration when the other side hangs up in the handshake.
    except Exception as error:
        if not (is_server_error(error) or isinstance(error, StopAsyncIteration | ValueError)):
            raise
        raise OperatorMistake(
            f"RabbitMQ at RABBITMQ_URL cannot be reached ({type(error).__name__})."
        ) from None


async def open_channel(connection: AbstractRobustConnection) -> Channel:
    """Open a channel that confirms what is published, and opens again after a break."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    assert isinstance(channel, Channel)  # noqa: S101 - for the type checker
    return channel
