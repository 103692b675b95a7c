"""A guild to play in, for all tests of the gateway."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import Servers
from tests.stage import Stage, opened, ready


@pytest.fixture(scope="session")
async def stage(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Run the invitations service and two gateways on one miniature Discord."""
    async with opened(Stage, servers, tmp_path_factory.mktemp("logs")) as stage:
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.api_port, invitations)
        await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
        await stage.discord.wait_for_sessions(2)
        yield stage
