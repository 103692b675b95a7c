"""A small play for tests: members press once, and one invitations service answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

from deploy.local.instance import free_ports
from services.gateway.delivery.publisher import Publisher
from services.gateway.delivery.spool import Spool
from services.invitations.handlers import HANDLERS
from shared.broker import Broker
from shared.dispatch import handle_once
from shared.exchanges import COMMANDS
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import JoinInvitation
from shared.sealing import Sealer
from tests import builders
from tests.chaos.complaints import complaints
from tests.chaos.history import History, call_witness, dismiss_witness, hear, look
from tests.chaos.order import TOLERANCE_MS, snowflake
from tests.conftest import Site
from tests.keys import publisher
from tests.processes import Process, start
from tests.shared.wire import wire
from tests.stage import ready

PRESSES = 6
SEATS = 4
APART_MS = 2 * TOLERANCE_MS


class Play:
    """Members who press, and one invitations service that dies on the way."""

    def __init__(self, site: Site, gateway: Broker) -> None:
        self.site, self.gateway, self.history = site, gateway, History()

    async def launch(self, *words: str, fail_point: str = "") -> tuple[Process, int]:
        """Start the service, or with words before its name a broken one."""
        [port] = free_ports(1)
        environment = {**self.site.environment("invitations"), "LOG_LEVEL": "INFO", "PREFETCH": "4"}
        environment |= {"HTTP_PORT": str(port), "FAIL_POINT": fail_point}
        process = await start(*words, "services.invitations", environment=environment)
        return process, port

    async def publish(self) -> None:
        """Store an invitation; its events leave the outbox once a service runs."""
        pool = await self.site.pool()
        request_id = uuid4()
        handle = partial(handle_once, handlers=HANDLERS, pool=pool)
        await handle(Envelope.first(builders.draft(request_id, max_participants=SEATS)))
        await handle(Envelope.first(builders.publish(request_id)))
        await pool.close()

    async def press(self) -> None:
        """Let each member press 参加 once."""
        for number in range(PRESSES):
            envelope = _press(number, str(number))
            await self.gateway.publish(COMMANDS, envelope.name, envelope)

    async def press_while_the_broker_is_away(self) -> None:
        """Let a gateway's publisher hold one press of each member, seconds apart, then publish."""
        async with wire(self.site.rabbitmq_url("gateway")) as laid:
            broker = await publisher(laid.url)
            sending = Publisher(broker, Spool(None, Sealer({"k1": bytes(32)})))
            laid.cut(stays_cut=True)
            pending = [
                sending.publish(
                    _press(number, snowflake(number * APART_MS)), builders.soon(minutes=1)
                )
                for number in range(PRESSES)
            ]
            laid.heal()
            async with asyncio.timeout(30):
                assert all([await each.arrived for each in pending])
            await broker.close()

    async def settles(self, seconds: float) -> list[str]:
        """Wait until there is nothing to complain of; return what is left in the end."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            await hear(self.site, self.history)
            await look(self.site, self.history)
            if len(self.history.presses) == PRESSES and not complaints(self.history):
                break
            await asyncio.sleep(0.1)  # the other side is processes and servers
        return complaints(self.history)


@asynccontextmanager
async def play(site: Site) -> AsyncIterator[Play]:
    """Give a play whose witness listens."""
    await call_witness(site)
    gateway = await publisher(site.rabbitmq_url("gateway"))
    try:
        yield Play(site, gateway)
    finally:
        await gateway.close()
        await dismiss_witness(site)


@asynccontextmanager
async def running(play: Play, *words: str) -> AsyncIterator[None]:
    """Run the service, or a broken one."""
    process, port = await play.launch(*words)
    try:
        await ready(port, process)
        yield
    finally:
        process.kill()
        await process.wait()


def _press(number: int, interaction_id: str) -> Envelope:
    """Return the command that a member's press of 参加 becomes."""
    return Envelope.first(
        JoinInvitation(
            actor=builders.member(number),
            reply_to=builders.reply_to(interaction_id),
            invitation_id=builders.INVITATION_ID,
        )
    )
