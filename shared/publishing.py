"""Writes messages to RabbitMQ together, each with a confirm of its own.

What aiormq's `basic_publish` does for each message (a task, a lock, three timeouts, a write to the
socket) costs four times what the protocol does. Here it is done once for all. The frames are the
library's own, and so is what reads the confirms: what this module uses besides are a channel's
tables of what waits for which confirm (aiormq 7.2.4, which is pinned).
"""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

import aiormq
from aio_pika import DeliveryMode
from aiormq.abc import AbstractConnection, ChannelFrame
from aiormq.exceptions import (
    AMQPError,
    ChannelAccessRefused,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
)
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

from shared.messages.envelope import MOST_MESSAGE_BYTES

Confirm: TypeAlias = asyncio.Future[object]
Headers: TypeAlias = Mapping[str, str | int]
Frame: TypeAlias = aiormq.spec.Basic.Publish | ContentHeader | ContentBody

ALONE_SECONDS = 5.0

# With these the broker closes the channel over one message: too large, or not permitted.
REFUSED = (ChannelAccessRefused, ChannelNotFoundEntity, ChannelPreconditionFailed)


class MessageRefused(Exception):  # noqa: N818 - it reads as what happened
    """The broker never takes this message, such as one over its size limit: waiting is no use."""


class Outgoing(NamedTuple):
    """A message on its way out, and the exchange and key that say where to."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str | None
    name: str | None
    headers: Headers

    @property
    def too_large(self) -> MessageRefused | None:
        """Return the refusal of a body that is larger than any message may be."""
        if len(self.body) <= MOST_MESSAGE_BYTES:
            return None
        return MessageRefused(f"{len(self.body)} bytes are more than {MOST_MESSAGE_BYTES}")


async def publish_frames(channel: aiormq.Channel, messages: Sequence[Outgoing]) -> list[Confirm]:
    """Write persistent, mandatory messages; give for each what its confirm will end.

    Ids must differ, also from those still in flight: the broker returns a message by its id. Raises
    ChannelInvalidStateError if the channel is closed.
    """
    await wait_writable(channel)
    frames = [frame for message in messages for frame in _frames(channel, message)]
    written = ChannelFrame.marshall(channel.number, frames)
    # From here on nothing fails and nothing is waited for. A channel counts its messages from 1,
    # and so does the broker that confirms them: what is counted must be written, in this order.
    confirms: list[Confirm] = []
    for message in messages:
        confirm = channel.loop.create_future()
        channel.delivery_tag += 1
        channel.confirmations[channel.delivery_tag] = confirm
        if message.message_id is not None:
            channel.message_id_delivery_tag[message.message_id] = channel.delivery_tag
        confirms.append(confirm)
    channel.write_queue.put_nowait(written)
    return confirms


async def wait_writable(channel: aiormq.Channel) -> None:
    """Wait until a channel takes one more write; raises ChannelInvalidStateError if closed."""
    while channel.write_queue.full():
        await channel.write_queue.join()
    if channel.is_closed:
        raise ChannelInvalidStateError


async def wait_confirms(
    channel: aiormq.Channel,
    messages: Sequence[Outgoing],
    confirms: Sequence[Confirm],
    seconds: float,
) -> list[Exception | None]:
    """Wait for the confirms of what was written; give for each message None or an error.

    aiormq's DeliveryError if no queue took it; if nobody knows, why its channel was closed or else
    TimeoutError.
    """
    outcomes = asyncio.gather(*confirms, return_exceptions=True)
    outcomes.add_done_callback(
        lambda ended: ended.cancelled() or ended.exception()
    )  # or asyncio logs it
    closing = channel.closing
    try:
        await asyncio.wait({outcomes, closing}, timeout=seconds, return_when=FIRST_COMPLETED)
        unknown = _reason(closing)
        return [_failure(each) if each.done() else unknown for each in confirms]
    finally:
        outcomes.cancel()
        closing.cancel()
        for message in messages:
            channel.message_id_delivery_tag.pop(message.message_id or "", None)


async def publish_alone(connection: AbstractConnection, message: Outgoing) -> Exception | None:
    """Publish on a channel of its own: a refusal there is about this message and no other.

    Returns None or an error as `confirmed` gives it, or MessageRefused.
    """
    # aiormq's own: one of aio-pika's would be opened again after the refusal.
    channel = await connection.channel(on_return_raises=True)
    assert isinstance(channel, aiormq.Channel)  # noqa: S101 - for the type checker
    confirms = await publish_frames(channel, [message])
    [failure] = await wait_confirms(channel, [message], confirms, ALONE_SECONDS)
    if isinstance(failure, ChannelPreconditionFailed):
        return MessageRefused(str(failure))
    await channel.close()
    return failure


def _failure(confirm: Confirm) -> Exception | None:
    return cast("Exception | None", confirm.exception())


def _reason(closing: Confirm) -> Exception:
    """Say why nothing is confirmed: the operator reads it, such as that a right is missing."""
    if not closing.done():
        return TimeoutError("the broker confirmed nothing")
    reason = None if closing.cancelled() else closing.exception()
    if isinstance(reason, AMQPError | OSError):
        return reason
    return ConnectionError("the channel was closed meanwhile")


def _frames(channel: aiormq.Channel, message: Outgoing) -> Iterator[Frame]:
    yield aiormq.spec.Basic.Publish(
        exchange=message.exchange, routing_key=message.routing_key, mandatory=True
    )
    yield ContentHeader(
        properties=aiormq.spec.Basic.Properties(
            message_id=message.message_id,
            message_type=message.name,
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            headers=dict(message.headers),
        ),
        body_size=len(message.body),
    )
    size = channel.max_content_size
    for start in range(0, len(message.body), size):
        yield ContentBody(message.body[start : start + size])
