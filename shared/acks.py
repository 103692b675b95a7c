"""Acknowledges the deliveries that are finished at one moment by one write."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from weakref import WeakKeyDictionary

import aiormq
from aio_pika.abc import AbstractIncomingMessage
from aiormq.abc import ChannelFrame

from shared.publishing import wait_writable


@dataclass(slots=True)
class _Deliveries:
    """The unacknowledged deliveries of a channel, by their tags, which count from 1."""

    held: set[int] = field(default_factory=set)
    done: list[int] = field(default_factory=list)

    def ack_frames(self) -> Iterator[aiormq.spec.Basic.Ack]:
        """Return the ack frames of finished deliveries.

        One `multiple` ack covers every tag below the oldest unfinished one.
        """
        done, self.done = self.done, []
        oldest = min(self.held, default=math.inf)
        if together := [each for each in done if each < oldest]:
            yield aiormq.spec.Basic.Ack(delivery_tag=max(together), multiple=True)
        for each in done:
            if each > oldest:
                yield aiormq.spec.Basic.Ack(delivery_tag=each)


class AckBatcher:
    """Acknowledges each delivery once: the broker closes the channel over a second ack."""

    def __init__(self) -> None:
        self._deliveries: WeakKeyDictionary[aiormq.Channel, _Deliveries] = WeakKeyDictionary()

    def track(self, incoming: AbstractIncomingMessage) -> None:
        """Note a delivery, in the order of delivery, so that no ack of a later one covers it."""
        deliveries = self._deliveries.setdefault(_channel(incoming), _Deliveries())
        deliveries.held.add(_tag(incoming))

    def untrack(self, incoming: AbstractIncomingMessage) -> None:
        """Leave a delivery to the caller, who rejects it."""
        self._deliveries[_channel(incoming)].held.discard(_tag(incoming))

    async def ack(self, incoming: AbstractIncomingMessage) -> None:
        """Acknowledge a delivery; raises ChannelInvalidStateError if its channel is gone."""
        channel, tag = _channel(incoming), _tag(incoming)
        deliveries = self._deliveries[channel]
        deliveries.held.remove(tag)
        deliveries.done.append(tag)
        if len(deliveries.done) > 1:
            return  # the first of this moment writes for all
        await asyncio.sleep(0)
        await wait_writable(channel)
        # No await between choosing the tags and writing them, or an ack could cover a message that
        # is still being handled.
        frames = list(deliveries.ack_frames())
        channel.write_queue.put_nowait(ChannelFrame.marshall(channel.number, frames))


def _channel(incoming: AbstractIncomingMessage) -> aiormq.Channel:
    return cast("aiormq.Channel", incoming.channel)


def _tag(incoming: AbstractIncomingMessage) -> int:
    assert incoming.delivery_tag is not None  # noqa: S101 - for the type checker
    return incoming.delivery_tag
