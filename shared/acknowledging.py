"""Gives messages back to the broker: all that are dealt with in one moment by one frame."""

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aio_pika.abc import AbstractIncomingMessage

if TYPE_CHECKING:
    from aiormq.abc import AbstractChannel


@dataclass(slots=True)
class _Hand:
    """What a channel has delivered, by its tags, which count from 1."""

    held: set[int] = field(default_factory=set)
    done: list[int] = field(default_factory=list)


class Acknowledgements:
    """Acknowledges what is done; a tag stands for all before it, where none of them is held."""

    def __init__(self) -> None:
        """Begin with empty hands."""
        self._hands: WeakKeyDictionary[AbstractChannel, _Hand] = WeakKeyDictionary()

    def take(self, incoming: AbstractIncomingMessage) -> None:
        """Note, in the order of delivery, that a message is held: none may stand for it."""
        hand = self._hands.setdefault(incoming.channel, _Hand())
        hand.held.add(_tag(incoming))

    async def give(self, incoming: AbstractIncomingMessage) -> None:
        """Acknowledge a message; raises ChannelInvalidStateError if its channel is gone."""
        channel, tag = incoming.channel, _tag(incoming)
        hand = self._hands[channel]
        hand.held.remove(tag)
        hand.done.append(tag)
        if len(hand.done) > 1:
            return  # the first of this moment writes for all
        await asyncio.sleep(0)
        done, hand.done = hand.done, []
        oldest = min(hand.held, default=math.inf)
        if together := [each for each in done if each < oldest]:
            await channel.basic_ack(max(together), multiple=True, wait=False)
        for each in done:
            if each > oldest:
                await channel.basic_ack(each, wait=False)


def _tag(incoming: AbstractIncomingMessage) -> int:
    assert incoming.delivery_tag is not None  # noqa: S101 - for the type checker
    return incoming.delivery_tag
