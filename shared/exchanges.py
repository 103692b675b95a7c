"""The names of RabbitMQ's exchanges, as deploy/rabbitmq/definitions.json makes them."""

from shared.messages.envelope import Command, Message, Reply

COMMANDS = "doukikai.commands"
EVENTS = "doukikai.events"
REPLIES = "doukikai.replies"
DEAD = "doukikai.dead"
RETRIES = ("doukikai.retry.1s", "doukikai.retry.10s", "doukikai.retry.60s")
"""One for each delay: two times to live in one queue would block each other."""

# The queues that a parked message of a process that died may be in, and for how many seconds.
PARKED = ((RETRIES[0], 1.0), (RETRIES[1], 10.0))

POSITION = "x-position"
"""The header that says where the database stood when a message was told, or later."""


def exchange_of(message: Message) -> str:
    """Choose the exchange by the kind of message."""
    if isinstance(message, Command):
        return COMMANDS
    return REPLIES if isinstance(message, Reply) else EVENTS
