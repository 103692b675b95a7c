"""Checks where a message comes from before anything is done because of it.

A command must be proved (shared/proofs.py). An event or a reply must have come by an exchange of
the service that owns it: RabbitMQ lets nobody else write there. What comes back from a delay or a
replay has lost its exchange, and carries it in a header; nobody but the queue's own reader and the
operator can publish there.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from aio_pika.abc import AbstractIncomingMessage

from shared.exchanges import EVENTS, REPLAY, REPLIES, own_exchange
from shared.messages.envelope import Envelope, Event, Reply, ScheduledCommand
from shared.messages.registry import Unknown
from shared.messages.replies import CommandAccepted, CommandRefused
from shared.proofs import PROOF, SCHEDULER, CommandKeys, Unproven

ORIGIN = "x-origin"
RANDOM_BY_TIME = 7  # the version of ids that `new_id` makes
# Receipts live for 30 days (inbox.py), and a command without one would be done again. Nine days are
# left for clocks that differ.
OLDEST_COMMAND = timedelta(days=21)
REPLAYS = own_exchange(REPLAY, "operations")
# What every service answers with; the gateway itself refuses a reply that it does not know.
ANSWERS_OF_ALL = (CommandAccepted, CommandRefused, Unknown)

CheckOrigin: TypeAlias = Callable[[AbstractIncomingMessage, Envelope], None]
"""Raises Unproven for a message that its publisher was not allowed to send."""


def origin_of(incoming: AbstractIncomingMessage) -> str:
    """Return the exchange that a message was first published to; empty if nobody knows."""
    if incoming.exchange not in (None, "", REPLAYS):
        return str(incoming.exchange)
    origin = incoming.headers.get(ORIGIN)
    return origin if isinstance(origin, str) else ""


def provenance(incoming: AbstractIncomingMessage) -> dict[str, str]:
    """Return the headers that a copy of a message needs so that it is still believed."""
    proof = incoming.headers.get(PROOF)
    proofs = {PROOF: proof} if isinstance(proof, str) else {}
    return {ORIGIN: origin_of(incoming), **proofs}


def commands_of(keys: CommandKeys) -> CheckOrigin:
    """Return a check that lets proved commands pass."""

    def check(incoming: AbstractIncomingMessage, envelope: Envelope) -> None:
        publisher = keys.publisher_of(incoming.body, incoming.headers.get(PROOF))
        # An unknown one is refused later: a newer scheduler may send it.
        if publisher == SCHEDULER and not isinstance(envelope.body, ScheduledCommand | Unknown):
            raise Unproven("wrong_publisher")
        # An id of another form is a press, or made of what others know: used up, it would be lost.
        if publisher == SCHEDULER and envelope.id.version != RANDOM_BY_TIME:
            raise Unproven("wrong_id")
        if envelope.sent_at < datetime.now(UTC) - OLDEST_COMMAND:
            raise Unproven("too_old")

    return check


def by_owners(incoming: AbstractIncomingMessage, envelope: Envelope) -> None:
    """Let events and replies pass that came by an exchange of their owner; raises Unproven."""
    exchange, _, publisher = origin_of(incoming).rpartition(".")
    body, owner = envelope.body, envelope.name.partition(".")[0]
    kinds = {EVENTS: Event | Unknown, REPLIES: Reply | Unknown}
    if exchange not in kinds or not isinstance(body, kinds[exchange]):
        raise Unproven("wrong_exchange")
    if owner == "replies":
        if publisher == "invitations" or isinstance(body, ANSWERS_OF_ALL):
            return
    elif publisher == owner:
        return
    raise Unproven("wrong_publisher")
