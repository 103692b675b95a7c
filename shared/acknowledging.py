"""Gives messages back to the broker: all that are dealt with in one moment by one write."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from weakref import WeakKeyDictionary

import aiormq
from aio_pika.abc import AbstractIncomingMessage
from aiormq.abc import ChannelFrame

from shared.publishing import room


@dataclass(slots=True)
class _Hand:
    """What a channel has delivered, by its tags, which count from 1."""

    held: set[int] = field(default_factory=set)
    done: list[int] = field(default_factory=list)

    def give(self) -> Iterator[aiormq.spec.Basic.Ack]:
        """Empty it of what is done; a tag stands for all before it, where none of them is held."""
        done, self.done = self.done, []
        oldest = min(self.held, default=math.inf)
        if together := [each for each in done if each < oldest]:
            yield aiormq.spec.Basic.Ack(delivery_tag=max(together), multiple=True)
        for each in done:
            if each > oldest:
                yield aiormq.spec.Basic.Ack(delivery_tag=each)


class Acknowledgements:
    """Acknowledges what is done, and nothing twice: the broker would close the channel."""

    def __init__(self) -> None:
        self._hands: WeakKeyDictionary[aiormq.Channel, _Hand] = WeakKeyDictionary()

    def take(self, incoming: AbstractIncomingMessage) -> None:
        """Note, in the order of delivery, that a message is held: none may stand for it."""
        hand = self._hands.setdefault(_channel(incoming), _Hand())
        hand.held.add(_tag(incoming))

    def forget(self, incoming: AbstractIncomingMessage) -> None:
        """Leave a message to the caller, who rejects it."""
        self._hands[_channel(incoming)].held.discard(_tag(incoming))

    async def give(self, incoming: AbstractIncomingMessage) -> None:
        """Acknowledge a message; raises ChannelInvalidStateError if its channel is gone."""
        channel, tag = _channel(incoming), _tag(incoming)
        hand = self._hands[channel]
        hand.held.remove(tag)
        hand.done.append(tag)
        if len(hand.done) > 1:
            return  # the first of this moment writes for all
        await asyncio.sleep(0)
        await room(channel)
        # Decided and written at once: a later moment's tag may stand for one that still waited.
        frames = list(hand.give())
        channel.write_queue.put_nowait(ChannelFrame.marshall(channel.number, frames))


def _channel(incoming: AbstractIncomingMessage) -> aiormq.Channel:
    return cast("aiormq.Channel", incoming.channel)


def _tag(incoming: AbstractIncomingMessage) -> int:
    assert incoming.delivery_tag is not None  # noqa: S101 - for the type checker
    return incoming.delivery_tag
