"""Alerts fire and are posted in Discord: every part is real, connected as in Docker."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import pytest
from aiohttp import web

from deploy.backup.measures import Measures
from deploy.compose.watchers import alertmanager
from deploy.local.instance import free_ports
from deploy.local.programs import program
from deploy.local.server import Server, responds
from playground import demo
from playground.refusals import Payload
from playground.server import MiniatureDiscord
from tests.conformance import load_specification
from tests.conftest import Site
from tests.house.test_alerts import ALERTS
from tests.operations.test_doctor_programs import publish, shrink
from tests.watching import running, watching

RUNBOOK_URL = "https://example.org/runbook.md"
MANY = 510  # more than MessagesPilingUp allows in a queue
# Beside Watchdog, which calls another address.
REPORTED = (
    "BackupFailing",
    "BackupMissing",
    "BackupOld",
    "ConsumerGone",
    "DeadLetters",
    "MessagesPilingUp",
    "ProgramLosing",
    "RestoreDrillOld",
    "TargetDown",
)


@pytest.fixture
async def discord() -> AsyncIterator[MiniatureDiscord]:
    discord = await MiniatureDiscord.start()
    yield discord
    await discord.stop()


def alertmanager_at(site: Site, webhook_url: str, port: int, **urls: str) -> Server:
    """Describe an Alertmanager that tells at once."""
    instance = site.servers.instance
    at_once = re.sub("group_wait: .+", "group_wait: 0s", alertmanager(webhook_url, **urls))
    return Server(
        instance,
        "alertmanager",
        [
            program("prometheus-alertmanager"),
            f"--config.file={instance.write('alertmanager/alertmanager.yml', at_once)}",
            # An empty one: it remembers what it has posted.
            f"--storage.path={instance.make_folder(instance.data / f'alertmanager-{port}')}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        ready=lambda: responds(f"http://127.0.0.1:{port}/-/ready"),
    )


@asynccontextmanager
async def listening(figures: Measures, watched: asyncio.Event) -> AsyncIterator[int]:
    """Answer Prometheus as the backups do, and Alertmanager as the watchdog's service."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(text=figures.exposition())

    async def called(_: web.Request) -> web.Response:
        watched.set()
        return web.Response()

    application = web.Application()
    application.add_routes([web.get("/metrics", metrics), web.post("/watchdog", called)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def break_queues(site: Site) -> None:
    """Leave a dead letter, and a queue of a program that soon is full."""
    await shrink(site.servers, site.vhost)
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel(on_return_raises=True)
        dead = await channel.get_exchange("doukikai.dead", ensure=False)
        await dead.publish(aio_pika.Message(b"poison"), "tickets.commands", timeout=5)


async def test_ten_alerts_reach_the_operators_with_links_to_the_runbook(
    site: Site, discord: MiniatureDiscord, tmp_path: Path
) -> None:
    """Each fault is real but for the time: no alert waits for the minutes of its `for`."""
    port, closed = free_ports(2)
    figures, watched = Measures(tmp_path / "figures.json"), asyncio.Event()
    figures.set("backup_failing", 1, "archive")
    figures.set("backup_last_success_timestamp_seconds", 1, "physical")
    figures.set("restore_drill_last_success_timestamp_seconds", 1)
    site.servers.create_vhost(site.vhost, ["stats"])
    webhook_url = discord.open_webhook(demo.STAFF_CHANNEL_ID)
    async with listening(figures, watched) as backups:
        urls = {"runbook_url": RUNBOOK_URL, "watchdog_url": f"http://127.0.0.1:{backups}/watchdog"}
        with (
            running(alertmanager_at(site, webhook_url, port, **urls)),
            watching(
                site.servers,
                {"alertmanager": port, "backup": backups, "redis": closed},
                is_patient=False,
            ),
        ):
            await break_queues(site)
            await posted(discord, "DeadLetters")  # so Prometheus knows the counters as they were
            await publish(site.servers, site.vhost, range(MANY))
            messages = {name: await posted(discord, name) for name in REPORTED}
            async with asyncio.timeout(60):
                await watched.wait()
    if (specification := load_specification()) is not None:
        sent = [each for each in discord.exchanges if each.path.startswith("/webhooks/")]
        assert not any(map(specification.complaints, sent))
    for name, embed in messages.items():
        severity = ALERTS[name]["labels"]["severity"]
        assert embed["title"] == f"FIRING {severity}: {name}"
        assert embed["description"].splitlines()[-1] == f"{RUNBOOK_URL}#{name.lower()}"
    assert messages["DeadLetters"]["description"].startswith(
        "Messages that could not be handled, to be looked at: 1.\n"
    )


async def posted(discord: MiniatureDiscord, alert: str) -> Payload:
    """Wait for the message about an alert."""
    message = await discord.wait_for_message(
        lambda m: bool(m["embeds"]) and str(m["embeds"][0].get("title")).endswith(f": {alert}"),
        channel=demo.STAFF_CHANNEL_ID,
        timeout_seconds=60,
    )
    embed: Payload = message["embeds"][0]
    return embed
