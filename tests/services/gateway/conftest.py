"""A guild to play in, for all tests of the gateway; and a broker that a test may cut off."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import Servers
from shared.broker import Broker
from tests.conftest import Site
from tests.shared.wire import Wire
from tests.shared.wire import wire as laid
from tests.stage import Stage, opened, ready


@pytest.fixture(scope="session")
async def stage(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Run the invitations service and two gateways on one miniature Discord."""
    async with opened(Stage, servers, tmp_path_factory.mktemp("logs")) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
        await stage.discord.wait_for_sessions(2)
        yield stage


@pytest.fixture
async def wire(site: Site) -> AsyncIterator[Wire]:
    """Give the wire to a vhost of the test's own, where no service listens."""
    async with laid(site.rabbitmq_url("gateway")) as wire:
        yield wire


@pytest.fixture
async def wired(wire: Wire) -> AsyncIterator[Broker]:
    """Give the broker behind the wire."""
    broker = await Broker.connect(wire.url)
    yield broker
    wire.heal()  # for a clean end
    await broker.close()
