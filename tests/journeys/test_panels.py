"""Every panel of every dashboard has something to show while the whole product runs."""

import asyncio
import json
from collections.abc import Iterator

import aiohttp
import pytest

from deploy.local.instance import PROJECT, free_ports
from deploy.local.programs import program
from deploy.local.server import Server, responds
from deploy.local.servers import Servers
from playground import demo
from tests.journeys.conftest import Whole
from tests.journeys.ticketing import opened, press
from tests.panels import RULES, empty, queries, unknown

FOLDER = PROJECT / "deploy" / "prometheus"
# Debian 12's exporter for PgBouncer is another program, with other names than the one in Docker.
ABSENT = "pgbouncer_"


def targets(servers: Servers, whole: Whole, exporters: dict[str, int]) -> dict[str, object]:
    """Give what Prometheus shall watch, as its target files say it."""
    services = {
        "gateway": whole.gateway_ports[:2],
        "invitations": [whole.api_port],
        "tickets": [whole.tickets_port],
        "scheduler": [whole.scheduler_port],
    }
    others = {"rabbitmq": servers.rabbitmq_ports.metrics, **exporters}
    return {
        "services": [
            {"labels": {"service": name}, "targets": [f"127.0.0.1:{port}" for port in ports]}
            for name, ports in services.items()
        ],
        **{name: [{"targets": [f"127.0.0.1:{port}"]}] for name, port in others.items()},
    }


@pytest.fixture
def watcher(servers: Servers, whole: Whole) -> Iterator[str]:
    """Run exporters, and a Prometheus of our own that looks every second; give its address."""
    instance = servers.instance
    port, postgres, redis, alertmanager = free_ports(4)
    exporters = {"postgres": postgres, "redis": redis, "prometheus": port}
    exporters["alertmanager"] = alertmanager
    for name, groups in targets(servers, whole, exporters).items():
        instance.write(f"watcher/targets/{name}.json", json.dumps(groups))
    for path in RULES:
        instance.write(f"watcher/rules/{path.name}", path.read_text())
    often = (FOLDER / "prometheus.yml").read_text().replace("_interval: 10s", "_interval: 1s")
    configuration = instance.write("watcher/prometheus.yml", often)
    url = f"http://127.0.0.1:{port}"
    running = [
        Server(
            instance,
            "postgres-exporter",
            [
                program("prometheus-postgres-exporter"),
                f"--web.listen-address=127.0.0.1:{postgres}",
            ],
            ready=lambda: responds(f"http://127.0.0.1:{postgres}/metrics"),
            environment={
                "DATA_SOURCE_NAME": f"{servers.superuser_url(whole.name)}?sslmode=disable"
            },
        ),
        Server(
            instance,
            "redis-exporter",
            [
                program("prometheus-redis-exporter"),
                f"-web.listen-address=127.0.0.1:{redis}",
                f"-redis.addr=redis://127.0.0.1:{servers.redis_port}",
            ],
            ready=lambda: responds(f"http://127.0.0.1:{redis}/metrics"),
            environment={"REDIS_PASSWORD": instance.secret("redis")},
        ),
        Server(
            instance,
            "watcher",
            [
                program("prometheus"),
                f"--config.file={configuration}",
                f"--storage.tsdb.path={instance.make_folder(instance.data / 'watcher')}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            ready=lambda: responds(f"{url}/-/ready"),
        ),
    ]
    for server in running:
        server.launch()
    try:
        for server in running:
            server.await_ready()
        yield url
    finally:
        for server in running:
            server.ask_to_stop()
        for server in running:
            server.end()


async def play(whole: Whole) -> None:
    """Let an event be announced, joined and listed, and a ticket opened and claimed."""
    invitation_id = await whole.create(event_name="計測の会")
    await whole.press("join", invitation_id, demo.TARO)
    ticket_id = await opened(whole)
    await press(whole, ticket_id, "担当する", demo.MIDORI)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{whole.api_port}") as http:
        assert (await http.get("/api/invitations")).status == 200


async def test_every_panel_has_something_to_show(whole: Whole, watcher: str) -> None:
    await play(whole)
    assert len(list(queries())) > 50
    missing = {"everything"}
    try:
        async with asyncio.timeout(45):
            while missing:
                missing = await empty(watcher, ABSENT) | await unknown(watcher, ABSENT)
                await asyncio.sleep(0.5)  # Prometheus says to nobody that it has looked
    except TimeoutError:
        assert missing == set(), "no data"
