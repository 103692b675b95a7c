"""A gateway in Python that sends commands and waits for the answers, and its commands."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from uuid import UUID, uuid4

from aio_pika.abc import AbstractIncomingMessage

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import handle_once
from shared.errors import suppress_server_errors
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests import builders
from tests.conftest import Site
from tests.keys import publisher

SEATS = 100
TAKEN = 50  # of them at most, so that chance fills none
IN_FLIGHT = 200

_ids = count(10**17)


Press = Callable[[Envelope], Awaitable[None]]


@asynccontextmanager
async def gateway(site: Site) -> AsyncIterator[Press]:
    """Give what sends a command, and waits for its answer."""
    broker = await publisher(site.rabbitmq_url("gateway"))
    answers: dict[UUID, asyncio.Event] = {}

    async def hear(incoming: AbstractIncomingMessage) -> None:
        causation_id = UUID(json.loads(incoming.body)["causation_id"])  # no more: it is the load
        if causation_id in answers:
            answers[causation_id].set()
        await incoming.ack()

    async def press(command: Envelope) -> None:
        heard = answers[command.id] = asyncio.Event()
        while not heard.is_set():
            with suppress_server_errors():  # again under one id, as the gateway does
                await broker.publish(COMMANDS, command.name, command)
                await heard.wait()
        del answers[command.id]

    await broker.consume("gateway.replies", hear, IN_FLIGHT)
    yield press
    await broker.close()


async def published(pool: Pool, number: int) -> list[str]:
    """Publish so many invitations, with ids one after the other."""
    invitations = [str(next(_ids)) for _ in range(number)]
    for invitation_id in invitations:
        request_id = uuid4()
        draft = builders.draft(request_id, max_participants=SEATS)
        for command in (draft, builders.publish(request_id, invitation_id)):
            await handle_once(Envelope.first(command), HANDLERS, pool)
    await pool.execute("DELETE FROM outbox")
    await pool.execute("ANALYZE inbox")  # a plan made while it was empty would scan it
    return invitations


async def commands_for(pool: Pool, presses: int) -> list[Envelope]:
    """Give each press a seat in one of several invitations."""
    invitations = await published(pool, presses // TAKEN + 1)
    return [
        Envelope.first(
            JoinInvitation(
                actor=builders.member(number),
                reply_to=builders.reply_to(str(number)),
                invitation_id=invitations[number % len(invitations)],
            )
        )
        for number in range(presses)
    ]
