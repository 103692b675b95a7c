"""A Prometheus with the project's rules that looks every second, and what it needs beside it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from deploy.local.caches import redis_password
from deploy.local.instance import PROJECT, free_ports
from deploy.local.programs import program
from deploy.local.server import Server, responds
from deploy.local.servers import Servers
from tests.panels import RULES

PROMETHEUS = PROJECT / "deploy" / "prometheus" / "prometheus.yml"


@contextmanager
def watching(
    servers: Servers,
    others: Mapping[str, int],
    services: Mapping[str, Sequence[int]] | None = None,
    *,
    is_patient: bool = True,
) -> Iterator[str]:
    """Let it watch RabbitMQ, itself, services, and other jobs by their ports; give its address.

    If it is not patient, no alert waits for the time of its `for`.
    """
    instance = servers.instance
    [port] = free_ports(1)
    jobs = {"rabbitmq": servers.rabbitmq_ports.metrics, "prometheus": port, **others}
    targets: dict[str, list[dict[str, object]]] = {
        job: [{"targets": [f"127.0.0.1:{each}"]}] for job, each in jobs.items()
    }
    targets["services"] = [
        {"labels": {"service": name}, "targets": [f"127.0.0.1:{each}" for each in ports]}
        for name, ports in (services or {}).items()
    ]
    for job, groups in targets.items():
        instance.write(f"watcher/targets/{job}.json", json.dumps(groups))
    for path in RULES:
        rules = path.read_text() if is_patient else re.sub(" for: .+", "", path.read_text())
        instance.write(f"watcher/rules/{path.name}", rules)
    often = PROMETHEUS.read_text().replace("_interval: 10s", "_interval: 1s")
    url = f"http://127.0.0.1:{port}"
    command = [
        program("prometheus"),
        f"--config.file={instance.write('watcher/prometheus.yml', often)}",
        f"--storage.tsdb.path={instance.make_folder(instance.data / f'watcher-{port}')}",
        f"--web.listen-address=127.0.0.1:{port}",
        # What fires before it knows Alertmanager would be said a minute later.
        *([] if is_patient else ["--rules.alert.resend-delay=1s"]),
    ]
    with running(Server(instance, "watcher", command, ready=lambda: responds(f"{url}/-/ready"))):
        yield url


@contextmanager
def exporters(servers: Servers, database_url: str) -> Iterator[dict[str, int]]:
    """Run the exporters that Debian has as Docker has them; give their ports by their jobs."""
    instance = servers.instance
    postgres, redis = free_ports(2)
    with running(
        Server(
            instance,
            "postgres-exporter",
            [
                program("prometheus-postgres-exporter"),
                f"--web.listen-address=127.0.0.1:{postgres}",
            ],
            ready=lambda: responds(f"http://127.0.0.1:{postgres}/metrics"),
            environment={"DATA_SOURCE_NAME": database_url},
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
            environment={
                "REDIS_USER": "monitoring",
                "REDIS_PASSWORD": redis_password(instance, "monitoring"),
                "REDIS_EXPORTER_CONFIG_COMMAND": "-",
            },
        ),
    ):
        yield {"postgres": postgres, "redis": redis}


@contextmanager
def running(*described: Server) -> Iterator[None]:
    """Run servers side by side."""
    try:
        for server in described:
            server.launch()
        for server in described:
            server.await_ready()
        yield
    finally:
        for server in described:
            server.ask_to_stop()
        for server in described:
            server.end()
