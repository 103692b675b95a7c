"""An alert fires and is posted in Discord: every part is real, connected as in Docker."""

from collections.abc import AsyncIterator

import aio_pika
import pytest

from deploy.compose.watchers import alertmanager
from deploy.local.instance import free_ports
from deploy.local.programs import program
from deploy.local.server import Server, responds
from playground import demo
from playground.server import MiniatureDiscord
from tests.conformance import load_specification
from tests.conftest import Site
from tests.watching import running, watching


@pytest.fixture
async def discord() -> AsyncIterator[MiniatureDiscord]:
    discord = await MiniatureDiscord.start()
    yield discord
    await discord.stop()


def alertmanager_at(site: Site, webhook_url: str, port: int) -> Server:
    """Describe an Alertmanager that tells at once."""
    instance = site.servers.instance
    at_once = alertmanager(webhook_url).replace("group_wait: 30s", "group_wait: 0s")
    assert "group_wait: 0s" in at_once
    return Server(
        instance,
        "alertmanager",
        [
            program("prometheus-alertmanager"),
            f"--config.file={instance.write('alertmanager/alertmanager.yml', at_once)}",
            f"--storage.path={instance.make_folder(instance.data / 'alertmanager')}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        ready=lambda: responds(f"http://127.0.0.1:{port}/-/ready"),
    )


async def test_a_dead_letter_is_reported_to_the_operators(
    site: Site, discord: MiniatureDiscord
) -> None:
    [port] = free_ports(1)
    webhook_url = discord.open_webhook(demo.STAFF_CHANNEL_ID)
    with (
        running(alertmanager_at(site, webhook_url, port)),
        watching(site.servers, {"alertmanager": port}),
    ):
        async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
            channel = await connection.channel(on_return_raises=True)
            dead = await channel.get_exchange("doukikai.dead", ensure=False)
            await dead.publish(aio_pika.Message(b"poison"), "tickets.commands", timeout=5)
        message = await discord.wait_for_message(
            lambda m: bool(m["embeds"]) and "DeadLetters" in str(m["embeds"][0].get("title")),
            channel=demo.STAFF_CHANNEL_ID,
            timeout_seconds=60,
        )
    if (specification := load_specification()) is not None:
        sent = [each for each in discord.exchanges if each.path.startswith("/webhooks/")]
        assert [specification.complaints(each) for each in sent] == [[]]
    assert message["embeds"][0]["title"] == "FIRING warning: DeadLetters"
    assert message["embeds"][0]["description"] == (
        "Messages that could not be handled, to be looked at: 1.\ndocs/runbook.md#deadletters"
    )
