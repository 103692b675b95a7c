"""The names of RabbitMQ's exchanges, as deploy/rabbitmq/definitions.json makes them.

Each publisher has exchanges of its own, which end in the name of its user in RabbitMQ, such as
`doukikai.events.tickets`, and may write to no other. So the exchange that a message came by says
who published it.
"""

from shared.messages.envelope import Command, Message, Reply

COMMANDS = "doukikai.commands"
EVENTS = "doukikai.events"
REPLIES = "doukikai.replies"
RETRY = "doukikai.retry"
"""Its routing keys are `<queue>.<delay>`; a delay queue gives back to that queue alone."""
DEAD = "doukikai.dead"
REPLAY = "doukikai.replay"

DELAYS = ("1s", "10s", "60s")
"""One queue for each delay: two times to live in one queue would block each other."""

PARKED = "parked"
"""The routing key `<queue>.parked` of a retry exchange leads to the queue of parked messages."""

POSITION = "x-position"
"""The header that says where the database stood when a message was published, or later."""


SEQUENCE = "x-sequence"
"""The header with the number of a public event: each is one more than that of the event before."""


def exchange_of(message: Message) -> str:
    """Choose the exchange by the kind of message; the broker's client adds the publisher."""
    if isinstance(message, Command):
        return COMMANDS
    return REPLIES if isinstance(message, Reply) else EVENTS


def own_queue(queue: str, publisher: str) -> str:
    """Return the name of the queue for what one publisher sends beside the main one of a queue.

    Each publisher has a queue of its own with every reader, so that a flood of it delays no other.
    """
    return f"{queue}.{publisher}"


def parked_queue(queue: str) -> str:
    """Return the name of the queue that keeps the parked messages of an ordered queue."""
    return f"doukikai.parked.{queue}"


def own_exchange(exchange: str, publisher: str) -> str:
    """Return the name of one publisher's exchange."""
    return f"{exchange}.{publisher}"
