"""Members who take and give back seats meanwhile, as many a minute as the design reckons with."""

import asyncio
import itertools
import random

import asyncpg
from aio_pika.abc import AbstractIncomingMessage

from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.commands import JoinInvitation, LeaveInvitation
from tests import builders
from tests.conftest import Site
from tests.keys import publisher

WRITES_A_MINUTE = 500  # the design's second phase

OPEN_INVITATIONS = """
SELECT id
  FROM invitations.invitations
 WHERE status = 'recruiting'
"""


async def write(site: Site) -> None:
    """Join and leave events of every tag until cancelled, and hear the answers."""
    connection = await asyncpg.connect(site.superuser_url)
    ids = [row["id"] for row in await connection.fetch(OPEN_INVITATIONS)]
    await connection.close()
    broker = await publisher(site.rabbitmq_url("gateway"))
    try:
        for queue in ("gateway.replies", "gateway.events"):
            await broker.consume(queue, _hear, 100)
        for number in itertools.count():
            place = {
                "actor": builders.member(number),
                "invitation_id": random.choice(ids),  # noqa: S311 - no secret
            }
            await _say(broker, JoinInvitation(**place))
            await _say(broker, LeaveInvitation(**place))
    finally:
        await broker.close()


async def _say(broker: Broker, command: Command) -> None:
    envelope = Envelope.first(command)
    await broker.publish(COMMANDS, envelope.name, envelope)
    await asyncio.sleep(60 / WRITES_A_MINUTE)


async def _hear(incoming: AbstractIncomingMessage) -> None:
    await incoming.ack()
