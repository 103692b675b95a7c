"""`python -m benchmarks.bench.unpromised`: FastStream with our handler, no inbox, no outbox."""

import asyncio
import os

import uvloop
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from services.invitations.handlers.participation import join_invitation
from shared import member_hashes
from shared.database import open_pool
from shared.exchanges import exchange_of, own_exchange
from shared.messages.invitations.commands import JoinInvitation
from shared.messages.registry import read
from shared.messages.replies import CommandAccepted
from shared.settings import DatabaseSettings, load

PREFETCH = 50  # as our service has it


async def main() -> None:
    """Answer presses until ended."""
    member_hashes.use([os.urandom(32)])
    pool = await open_pool(load(DatabaseSettings))
    broker = RabbitBroker(os.environ["RABBITMQ_URL"], logger=None)
    queue = RabbitQueue("invitations.commands", declare=False)
    channel = Channel(prefetch_count=PREFETCH)

    @broker.subscriber(queue, channel=channel, ack_policy=AckPolicy.NACK_ON_ERROR)
    async def press(message: RabbitMessage) -> None:
        command = read(message.body)
        assert isinstance(command.body, JoinInvitation)
        assert command.body.reply_to is not None
        async with pool.acquire() as connection, connection.transaction():
            outcome = await join_invitation(command.body, connection)
        answer = CommandAccepted(reply_to=command.body.reply_to, command=command.name)
        for envelope in map(command.caused, (*outcome.messages, answer)):
            await broker.publish(
                envelope.to_json(),
                routing_key=envelope.name,
                exchange=own_exchange(exchange_of(envelope.body), "invitations"),
                persist=True,
            )

    await broker.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
