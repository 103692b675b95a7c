"""What tests of telling share."""

from collections.abc import AsyncIterator

import pytest

from shared.broker import Broker
from tests.stage import Stage


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()
