"""What tests of telling share."""

from collections.abc import AsyncIterator

import pytest

from playground import demo
from shared.broker import Broker
from tests.services.gateway.features.reminders.test_reminders import choose
from tests.stage import Stage


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


@pytest.fixture
async def people(stage: Stage) -> AsyncIterator[dict[str, str]]:
    """Give everyone but those whom a change is about; two of them want no reminders."""
    muted, opted_out = (stage.discord.add_member(name) for name in ("しずか", "きかない"))
    for user in (muted, opted_out):
        assert "オフにしました" in await choose(stage, user, "off")
    yield {
        "host": demo.SAKURA,
        "co_host": stage.discord.add_member("ゆうき"),
        "staff": demo.MIDORI,
        "seated": demo.TARO,
        "muted": muted,
        "queued": demo.JIRO,
        "interested": demo.HANAKO,
        "opted_out": opted_out,
        "removed": stage.discord.add_member("はずれた"),
        "stranger": stage.discord.add_member("とおりすがり"),
    }
    for user in (muted, opted_out):
        await choose(stage, user, "on")
